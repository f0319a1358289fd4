"""API operations on the history: listing rounds and showing one, with the same loader and rights as the pages."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from pydantic import ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.shapes import Page, PageQuery, TimeZoneName
from cycleproject.api.bodies import Given, Query
from cycleproject.api.problems import Problem
from cycleproject.web.addresses import url_for_asker
from sessions.checkin.patterns import PatternCode
from sessions.checkin.shown_moment import ChosenMoment
from sessions.checkin.shown_round import BothBooleans, Identifier, Instant, RoundReveal
from sessions.checkin.state import PARTNERS, Partner, Tried
from sessions.history import labels, readers, rounds
from sessions.history.own.look_back import LookBack
from sessions.history.query import MAX_SEARCH_LENGTH, BadQuery, Cursor, HistoryFilter, filter_from
from sessions.history.readable import VisibleRound
from sessions.history.readers import Reader
from sessions.store import load

Day = Annotated[str, Field(min_length=10, max_length=10, json_schema_extra={"format": "date"})]
OfCouple = Annotated[
    UUID | None, Field(description="Another couple's than one's own now: a former one, or one in care.")
]


class OfOneCouple(Query):
    """A query string that may name the couple whose history is asked for."""

    couple: OfCouple = None


class HistoryQuery(PageQuery):
    """The filters of a list of rounds, and where to go on."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    pattern: PatternCode | None = None
    theme: Annotated[str, Field(max_length=40)] | None = None
    since: Annotated[Day | None, Field(alias="from")] = None
    until: Annotated[Day | None, Field(alias="to")] = None
    q: Annotated[
        str, Field(max_length=MAX_SEARCH_LENGTH, description="Words, in one's own and in what was shared.")
    ] = ""
    couple: OfCouple = None
    tz: TimeZoneName | None = None


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
    """What each partner said they need, or heard that the other needs."""

    a: str | None
    b: str | None


class PastSteps(Given):
    """The small step that each partner chose."""

    a: PastStep | None
    b: PastStep | None


class PastLookBacks(Given):
    """How it was a day later: one's own, and the other's where they shared it."""

    a: LookBack | None
    b: LookBack | None


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
    heard_words: PastNeeds
    steps: PastSteps
    reconnected_at: Instant | None
    reconnected_on: Day | None
    same_loop: Literal[True] | None
    you_said_same: bool | None
    look_backs: PastLookBacks
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


class History(Operation):
    """List revealed rounds, newest first.

    A search walks from the newest on and reads at most 500 rounds for each request; `next` goes on from there.
    """

    asks = HistoryQuery
    gives = {200: RoundsFound}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        asked = self._what()
        reader = reader_of(self, asked.couple)
        if reader is None:
            return Response({"next": None, "previous": None, "people": [], "results": []})
        with by_days_of(self.query(HistoryQuery).tz):
            page = rounds.page(reader, asked)
        answer = {
            "next": self._address(page.older),
            "previous": self._address(page.newer),
            "people": _people(reader),
            "results": [_round(seen) for seen in page.rounds],
        }
        return Response(answer)

    def _what(self) -> HistoryFilter:
        fields = self.query(HistoryQuery).model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"tz"})
        try:
            return filter_from(fields)
        except BadQuery:
            raise Problem("frame.invalid") from None

    def _address(self, cursor: Cursor | None) -> str | None:
        if cursor is None:
            return None
        fields = self.query(HistoryQuery).model_dump(mode="json", by_alias=True, exclude_defaults=True)
        query = urlencode({**fields, "cursor": str(cursor)})
        return url_for_asker(self.request._request, f"{self.request.path}?{query}")


class OneRound(Operation):
    """Show one revealed round, as the asker may see it."""

    gives = {200: OnePastRound}

    def get(self, request: Request, history_id: UUID) -> Response:
        return Response(round_answer(self, history_id))


def by_days_of(zone: str | None) -> timezone.override:
    """Let days and months be those of a time zone, or of UTC where a program names none."""
    return timezone.override(zone or UTC)


def reader_of(operation: Operation, couple: UUID | None, *, only_own: bool = False) -> Reader | None:
    """Return the asker as a reader of a couple's history; None if they have none yet. Raises Problem."""
    try:
        return readers.reader_for(operation.person(), couple, only_own=only_own)
    except load.NotFound:
        raise Problem("item.not_found") from None


def round_or_problem(operation: Operation, history_id: UUID) -> tuple[Reader, VisibleRound]:
    """Return one round that the asker may see, and the asker as its reader. Raises Problem."""
    try:
        return rounds.one_round(operation.person(), history_id)
    except load.NotFound:
        raise Problem("item.not_found") from None


def round_answer(operation: Operation, history_id: UUID) -> dict[str, Any]:
    """Return one round as the asker is told of it. Raises Problem."""
    reader, seen = round_or_problem(operation, history_id)
    return {**_round(seen), "people": _people(reader)}


def _people(reader: Reader) -> list[dict[str, str]]:
    return [{"seat": seat, "name": name} for seat, name in labels.names(reader).items()]


def _round(seen: VisibleRound) -> dict[str, Any]:
    steps = {
        seat: {"id": str(step.id), "text": step.text, "tried": step.tried or None} for seat, step in seen.steps.items()
    }
    return {
        "id": str(seen.id),
        "session": str(seen.place.session_id),
        "number": seen.place.number,
        "opened_at": iso(seen.opened_at),
        "moment": {"id": seen.moment, "text": seen.text, "when": seen.when},
        "theme": seen.theme or None,
        "size": seen.size,
        "reveal": seen.reveal,
        "needs": {seat: seen.needs.get(seat) for seat in PARTNERS},
        "heard": {seat: seat in seen.heard for seat in PARTNERS},
        "heard_words": {seat: seen.heard_words.get(seat) for seat in PARTNERS},
        "steps": {seat: steps.get(seat) for seat in PARTNERS},
        "reconnected_at": iso(seen.reconnected_at) if seen.reconnected_at else None,
        "reconnected_on": seen.reconnected_on.isoformat() if seen.reconnected_on else None,
        "same_loop": seen.same_loop or None,
        "you_said_same": seen.said_same,
        "look_backs": {seat: seen.look_backs.get(seat) for seat in PARTNERS},
        "your_relief": seen.relief,
        "own_words": seen.own_words,
    }


def iso(moment: datetime) -> str:
    """Return a moment as the API writes it."""
    return str(moment.isoformat().replace("+00:00", "Z"))
