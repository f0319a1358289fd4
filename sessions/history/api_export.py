"""The API operation that exports one's own history, as JSON or CSV."""

from typing import Literal

from django.http.response import HttpResponseBase
from pydantic import Field
from rest_framework.request import Request

from accounts.api.operation import Operation
from accounts.api.streamed import json_object, streamed
from accounts.settings.api import require_recent_login
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem
from sessions.checkin.patterns import PatternCode, Reaction
from sessions.checkin.shown_round import Day, Instant, RevealedMark
from sessions.checkin.state import Tried, When
from sessions.history import rounds
from sessions.history.api import OfOneCouple, reader_of
from sessions.history.export import file_response, own_round
from sessions.history.own.look_back import LookBack


class ExportQuery(OfOneCouple):
    """The couple, and the format: ``json`` or ``csv``."""

    form: Literal["json", "csv"] = Field("json", alias="as")


class ExportedOther(Given):
    """What a reveal always shows of the other."""

    reaction: Reaction
    intensity: int


class ExportedStep(Given):
    """One's own small step, and whether it was tried."""

    text: str
    tried: Tried | None


class ExportedRound(Given):
    """One round from one's own side."""

    opened_at: Instant
    moment: str
    theme: str
    size: int | None
    pattern: PatternCode
    pattern_name: str
    mark: RevealedMark
    other: ExportedOther
    fits: bool | None
    need: str | None
    step: ExportedStep | None
    reconnected_at: Instant | None
    relief: int | None
    when: When | None
    reconnected_on: Day | None
    same_loop: Literal[True] | None
    you_said_same: bool | None
    look_back: LookBack | None
    heard_words: str | None


class HistoryExport(Given):
    """What is one's own of the history. As CSV it is a table; no cell begins as a formula does."""

    format: Literal["cycle-history-1"]
    rounds: list[ExportedRound]


class ExportHistory(Operation):
    """Take one's own history along: own marks in full, moments, patterns, own needs and steps.

    Of the other there is nothing but the reaction and intensity that were revealed. An account is asked to have logged
    in within the last few minutes.
    """

    asks = ExportQuery
    gives = {200: HistoryExport}
    also_as = ("text/csv",)
    refuses = ("login.not_fresh", "item.not_found")

    def get(self, request: Request) -> HttpResponseBase:
        require_recent_login(self.login(), self.person())
        asked = self.query(ExportQuery)
        reader = reader_of(self, asked.couple, only_own=True)
        seat = reader.seat if reader else None
        if reader is None or seat is None:
            raise Problem("item.not_found")
        if asked.form == "csv":
            return file_response(reader, "csv", for_a_program=True)
        own = (own_round(seen, seat) for seen in rounds.all_rounds(reader))
        return streamed(json_object({"format": "cycle-history-1", "rounds": own}), "application/json")
