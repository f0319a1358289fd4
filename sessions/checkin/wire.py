"""The one protocol: text in, typed command out; dict in, text out. No database.

The contract is docs/protocol.md; docs/asyncapi.yaml and the OpenAPI schema are generated from the models in
``frames``.
"""

import json
from typing import Any, Final, NoReturn

import orjson
from pydantic import ValidationError

from sessions.checkin.frames import COMMANDS, Command

MAX_DEPTH: Final = 8
PAD_TO: Final = 4096

CLOSE_REASONS: Final = {
    "frames": 4400,
    "login": 4401,
    "revoked": 4403,
    "unknown": 4404,
    "silent": 4408,
    "ended": 4410,
    "flood": 4429,
    "restart": 1012,
    "binary": 1003,
    "too_large": 1009,
}

HTTP_STATUS: Final = {
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
    "session.waiting": 409,
    "session.not_yet": 409,
    "session.paused": 409,
    "session.not_paused": 409,
    "session.ended": 409,
    "round.stale": 409,
    "round.already_open": 409,
    "round.not_open": 409,
    "round.not_revealed": 409,
    "exchange.quiet": 409,
    "exchange.quiet_over": 409,
    "exchange.not_yet": 409,
    "exchange.closed": 409,
    "couple.not_free": 409,
    "notes.full": 409,
    "notes.changed": 409,
    "content.too_large": 413,
    "content.type": 415,
    "rate.limited": 429,
    "service.unavailable": 503,
}


class BadFrame(Exception):
    """A frame that cannot be read; ``op`` is its op where that much could be read."""

    def __init__(self, op: str | None = None) -> None:
        super().__init__("frame.invalid")
        self.op = op


def parse(text: str) -> Command:
    """Read one frame. Raises BadFrame."""
    return command_from(decode_json(text))


def command_from(frame: Any) -> Command:
    """Read a command from decoded JSON. Raises BadFrame."""
    try:
        return COMMANDS.validate_python(frame)
    except ValidationError:
        # The validation error quotes the input; what a person wrote must not reach a log with the traceback.
        raise BadFrame(_readable_op(frame)) from None


def decode_json(text: str) -> Any:
    """Decode JSON as strictly as a frame: no duplicate keys, NaN, deep nesting, huge integers or lone surrogates.

    Raises BadFrame.
    """
    try:
        frame = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_integer)
        too_deep = _depth(frame) > MAX_DEPTH
    except (ValueError, RecursionError):
        raise BadFrame() from None
    if too_deep or (not _is_plain(text) and _has_lone_surrogate(frame)):
        raise BadFrame(_readable_op(frame))
    return frame


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    decoded = dict(pairs)
    if len(decoded) != len(pairs):
        raise ValueError("duplicate key")
    return decoded


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("integer too large")
    return int(digits)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _is_plain(text: str) -> bool:
    return text.isascii() and "\\u" not in text


def _has_lone_surrogate(frame: Any) -> bool:
    # JSON can spell half a character, which no store can keep and no answer can carry.
    try:
        json.dumps(frame, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _readable_op(frame: Any) -> str | None:
    op = frame.get("op") if isinstance(frame, dict) else None
    return op if isinstance(op, str) and 1 <= len(op) <= 64 and op.isprintable() else None


def ack(op: str) -> dict[str, Any]:
    """Return the answer to a command that is durable."""
    return {"type": "ack", "op": op}


def error(op: str | None, code: str, detail: str) -> dict[str, Any]:
    """Return the answer to a refused command."""
    return {"type": "error", "op": op, "code": code, "detail": detail}


def encode(answer: dict[str, Any]) -> str:
    """Return the text of an answer; one that carries a reveal is padded, so that its length tells nothing."""
    if not carries_reveal(answer):
        return orjson.dumps(answer).decode()
    padded = orjson.dumps({**answer, "pad": ""})
    ending = b'"}'
    return (padded.removesuffix(ending) + b" " * (-len(padded) % PAD_TO) + ending).decode()


def carries_reveal(answer: dict[str, Any]) -> bool:
    """Tell whether an answer holds a reveal: in a session's snapshot, or of a round that is past, or of several."""
    session, results = answer.get("session"), answer.get("results")
    latest = session.get("round") if isinstance(session, dict) else None
    past = results if isinstance(results, list) else []
    return any(isinstance(one, dict) and bool(one.get("reveal")) for one in (latest, answer, *past))
