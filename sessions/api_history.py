"""Looking back, for programs: the same loader as the pages, so the same rights."""

from datetime import timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from pydantic import ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import Given, Operation, Query
from accounts.api.me import require_fresh
from accounts.api.shapes import Page, PageQuery
from cycleproject.problems import Problem
from sessions import charts, cycles, erasure, history, history_words, trends
from sessions.history import Reader, Seen
from sessions.history_export import answer_with, exported
from sessions.history_query import WORDS_AT_MOST, Asked, Cursor, Unreadable, asked_by
from sessions.patterns import PatternCode, Reaction
from sessions.shapes import BothBooleans, ChosenMoment, Identifier, Instant, RevealedMark, RoundReveal
from sessions.state import PARTNERS, Partner, Tried
from sessions.trends import Direction

Day = Annotated[str, Field(min_length=10, max_length=10, json_schema_extra={"format": "date"})]
OfCouple = Annotated[
    UUID | None, Field(description="Another couple's than one's own now: a former one, or one in care.")
]
# Older values say how it was: the pages show fewer.
SERIES_AT_MOST: Final = 40


class OfOneCouple(Query):
    """Whose history."""

    couple: OfCouple = None


class HistoryQuery(PageQuery):
    """Which rounds."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    pattern: PatternCode | None = None
    theme: Annotated[str, Field(max_length=40)] | None = None
    since: Annotated[Day | None, Field(alias="from")] = None
    until: Annotated[Day | None, Field(alias="to")] = None
    q: Annotated[str, Field(max_length=WORDS_AT_MOST, description="Words, in one's own and in what was shared.")] = ""
    couple: OfCouple = None


class ExportQuery(OfOneCouple):
    """In which form."""

    form: Literal["json", "csv"] = Field("json", alias="as")


class PastPerson(Given):
    """One of the two. Somebody who has left for good has no name of their own any more."""

    seat: Partner
    name: str


class PastStep(Given):
    """A small step, and whether it was tried."""

    id: Identifier
    text: str
    tried: Tried | None


class PastNeeds(Given):
    """What each said they need."""

    a: str | None
    b: str | None


class PastSteps(Given):
    """What each chose."""

    a: PastStep | None
    b: PastStep | None


class PastRound(Given):
    """One revealed round as this reader may see it. Words that are no longer kept are empty or absent."""

    id: Identifier
    session: Identifier
    number: int
    opened_at: Instant
    moment: ChosenMoment
    theme: str | None
    size: int | None
    reveal: RoundReveal
    needs: PastNeeds
    heard: BothBooleans
    steps: PastSteps
    reconnected_at: Instant | None
    your_relief: int | None
    own_words: bool


class OnePastRound(PastRound):
    """The same, with who is who; ``pad`` hides the length of a reveal."""

    people: list[PastPerson]
    pad: str = ""


class RoundsFound(Page):
    """Rounds, newest first. A search may end before it has looked at everything: ``next`` goes on."""

    people: list[PastPerson]
    results: list[PastRound]
    pad: str = ""


class StageCounts(Given):
    """How many rounds touched each stage."""

    pursuit: int
    withdrawal: int
    reconnection: int
    repetition: int


class CyclesFound(Given):
    """Complete cycles; how they usually go is null below three of them."""

    count: int
    enough: bool
    rounds: float | None
    length_seconds: float | None
    gap_seconds: float | None
    reconnect_seconds: float | None


class TrendsFound(Given):
    """Which way something has moved, where chance alone would hardly give it."""

    gaps: Direction
    intensity: Direction
    sizes: Direction
    reconnecting: Direction


class IntensityPoint(Given):
    """How strong one round was for each."""

    opened_at: Instant
    a: int
    b: int
    reconnect_seconds: float | None


class MonthCount(Given):
    """How often a pattern was in one month."""

    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    pattern: PatternCode
    times: int


class Summary(Given):
    """How the cycle changes."""

    rounds: int
    stages: StageCounts
    cycles: CyclesFound
    trends: TrendsFound
    intensity: list[IntensityPoint]
    months: list[MonthCount]


class ExportedOther(Given):
    """What a reveal always shows of the other."""

    reaction: Reaction
    intensity: int


class ExportedStep(Given):
    """One's own step."""

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


class HistoryExport(Given):
    """What is one's own of the history. As CSV it is a table; no cell begins as a formula does."""

    format: Literal["cycle-history-1"]
    rounds: list[ExportedRound]


class History(Operation):
    """List revealed rounds, newest first.

    A search walks from the newest on and reads at most 500 rounds for each request; `next` goes on from there.
    """

    asks = HistoryQuery
    gives = {200: RoundsFound}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        """Answer with one page."""
        asked = self._what()
        reader = _reader(self, asked.couple)
        if reader is None:
            return Response({"next": None, "previous": None, "people": [], "results": []})
        page = history.page(reader, asked)
        answer = {
            "next": self._address(page.older),
            "previous": self._address(page.newer),
            "people": _people(reader),
            "results": [_round(seen) for seen in page.rounds],
        }
        return Response(answer)

    def _what(self) -> Asked:
        fields = self.query(HistoryQuery).model_dump(mode="json", by_alias=True, exclude_none=True)
        try:
            return asked_by(fields)
        except Unreadable:
            raise Problem("frame.invalid") from None

    def _address(self, cursor: Cursor | None) -> str | None:
        if cursor is None:
            return None
        fields = self.query(HistoryQuery).model_dump(mode="json", by_alias=True, exclude_defaults=True)
        query = urlencode({**fields, "cursor": str(cursor)})
        return self.request._request.build_absolute_uri(f"?{query}")


class OneRound(Operation):
    """Show one revealed round."""

    gives = {200: OnePastRound}

    def get(self, request: Request, history_id: UUID) -> Response:
        """Answer with it."""
        reader, seen = _found(self, history_id)
        return Response({**_round(seen), "people": _people(reader)})


class EraseWords(Operation):
    """Erase one's own words in a round, for both and at once; the pattern and both reactions stay."""

    gives = {204: None}

    def delete(self, request: Request, history_id: UUID) -> Response:
        """Erase them; again is the same."""
        reader, _ = _found(self, history_id)
        if reader.seat is None:
            raise Problem("item.not_found")
        erasure.erase_own_words(history_id, reader.seat)
        return Response(status=204)


class Summarise(Operation):
    """Say how the cycle changes: counts, cycles, and what has moved, the same for both partners."""

    asks = OfOneCouple
    gives = {200: Summary}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        """Answer with it."""
        reader = _reader(self, self.query(OfOneCouple).couple)
        return Response(_summary(cycles.in_order(history.past_rounds(reader)) if reader else []))


class ExportHistory(Operation):
    """Take one's own history along: own marks in full, moments, patterns, own needs and steps.

    Of the other there is nothing but the reaction and intensity that were revealed. An account is asked to have logged
    in within the last few minutes.
    """

    asks = ExportQuery
    gives = {200: HistoryExport}
    also_as = ("text/csv",)
    refuses = ("login.not_fresh", "item.not_found")

    def get(self, request: Request) -> Response | HttpResponse:
        """Answer with all of it."""
        require_fresh(self.login(), self.person())
        asked = self.query(ExportQuery)
        reader = _reader(self, asked.couple, only_own=True)
        if reader is None or reader.seat is None:
            raise Problem("item.not_found")
        if asked.form == "csv":
            return answer_with(reader, "csv")
        rounds = [exported(seen, reader.seat) for seen in history.everything(reader)]
        return Response({"format": "cycle-history-1", "rounds": rounds})


def _reader(operation: Operation, couple: UUID | None, *, only_own: bool = False) -> Reader | None:
    try:
        return history.reader_for(operation.person(), couple, only_own=only_own)
    except history.NotFound:
        raise Problem("item.not_found") from None


def _found(operation: Operation, history_id: UUID) -> tuple[Reader, Seen]:
    try:
        return history.one_round(operation.person(), history_id)
    except history.NotFound:
        raise Problem("item.not_found") from None


def _people(reader: Reader) -> list[dict[str, str]]:
    return [{"seat": seat, "name": name} for seat, name in history_words.names(reader).items()]


def _round(seen: Seen) -> dict[str, Any]:
    steps = {
        seat: {"id": str(step.id), "text": step.text, "tried": step.tried or None} for seat, step in seen.steps.items()
    }
    return {
        "id": str(seen.id),
        "session": str(seen.place.session_id),
        "number": seen.place.number,
        "opened_at": _iso(seen.opened_at),
        "moment": {"id": seen.moment, "text": seen.text},
        "theme": seen.theme or None,
        "size": seen.size,
        "reveal": seen.reveal,
        "needs": {seat: seen.needs.get(seat) for seat in PARTNERS},
        "heard": {seat: seat in seen.heard for seat in PARTNERS},
        "steps": {seat: steps.get(seat) for seat in PARTNERS},
        "reconnected_at": _iso(seen.reconnected_at) if seen.reconnected_at else None,
        "your_relief": seen.relief,
        "own_words": seen.own_words,
    }


def _summary(past: list[cycles.PastRound]) -> dict[str, Any]:
    complete = cycles.cycles(past)
    stages, cycling, moved = cycles.stages(past, complete), trends.cycling(complete), trends.trends(past)
    table = charts.patterns_by_month(past)
    return {
        "rounds": len(past),
        "stages": {name: getattr(stages, name) for name in StageCounts.model_fields},
        "cycles": {
            "count": cycling.count,
            "enough": not cycling.too_early,
            "rounds": cycling.rounds,
            "length_seconds": _seconds(cycling.length),
            "gap_seconds": _seconds(cycling.gap),
            "reconnect_seconds": _seconds(cycling.time_to_reconnect),
        },
        "trends": {name: getattr(moved, name) for name in TrendsFound.model_fields},
        "intensity": [
            {
                "opened_at": _iso(one.opened_at),
                "a": one.intensities[0],
                "b": one.intensities[1],
                "reconnect_seconds": _seconds(one.time_to_reconnect),
            }
            for one in past[-SERIES_AT_MOST:]
        ],
        "months": [
            {"month": f"{month:%Y-%m}", "pattern": code, "times": dot.times}
            for code, dots in table.rows
            for month, dot in zip(table.months, dots, strict=True)
            if dot.times
        ],
    }


def _iso(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


def _seconds(spell: timedelta | None) -> float | None:
    return spell.total_seconds() if spell is not None else None
