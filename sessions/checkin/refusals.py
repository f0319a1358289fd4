"""Every code with which something is refused: one table, with its HTTP status and the sentence for whoever asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from sessions.words.refusals import SENTENCES


@dataclass(frozen=True, slots=True)
class Row:
    """What goes with a code."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is not accepted now: one of these codes."""

    code: str


_STATUS: Final = {
    "frame.invalid": 400,
    "login.required": 401,
    "login.second_factor": 401,
    "login.not_fresh": 401,
    "csrf.failed": 403,
    "seat.not_allowed": 403,
    "account.needed": 403,
    "session.not_found": 404,
    "code.not_found": 404,
    "item.not_found": 404,
    "step.gone": 404,
    "session.waiting": 409,
    "session.not_yet": 409,
    "appointment.over": 409,
    "appointment.same_time": 409,
    "opening.over": 409,
    "rhythm.not_next": 409,
    "opening.not_now": 409,
    "session.paused": 409,
    "session.not_paused": 409,
    "session.ended": 409,
    "round.stale": 409,
    "round.already_open": 409,
    "round.not_open": 409,
    "round.not_revealed": 409,
    "moment.missing": 409,
    "moment.not_asked": 409,
    "exchange.quiet": 409,
    "exchange.quiet_over": 409,
    "exchange.not_yet": 409,
    "exchange.closed": 409,
    "loop.not_offered": 409,
    "look_back.not_offered": 409,
    "day.out_of_range": 400,
    "couple.not_free": 409,
    "notes.full": 409,
    "notes.changed": 409,
    "content.cannot_open": 409,
    "content.too_large": 413,
    "content.type": 415,
    "rate.limited": 429,
    "service.unavailable": 503,
}
REFUSALS: Final[Mapping[str, Row]] = {code: Row(status, SENTENCES[code]) for code, status in _STATUS.items()}

Code = Annotated[str, Field(json_schema_extra={"enum": list(REFUSALS)})]
