"""The API operation that summarises how the cycle changes, with the same numbers as the pages."""

from datetime import timedelta
from typing import Annotated, Any, Final

from django.utils import timezone
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.shapes import TimeZoneName
from cycleproject.api.bodies import Given
from sessions.checkin.patterns import PatternCode
from sessions.checkin.shown_round import Identifier, Instant
from sessions.checkin.state import When
from sessions.history import countable
from sessions.history.api import OfOneCouple, by_days_of, iso, reader_of
from sessions.history.figures import charts, cycles, trends
from sessions.history.figures.cycles import Link
from sessions.history.figures.directions import Direction, Measure

# Older values say how it was: the pages show fewer.
SERIES_AT_MOST: Final = 40


class StageCounts(Given):
    """How many rounds touched each stage."""

    pursuit: int
    withdrawal: int
    reconnection: int
    repetition: int


class LinkedCycle(Given):
    """One loop: the rounds that it went through, the first of which began it, and what followed.

    ``link`` says what makes ``repeated_by`` the same loop: both said so, or perhaps, by theme and time.
    """

    rounds: list[Identifier]
    reconnected_by: Identifier | None
    repeated_by: Identifier | None
    link: Link | None


class CyclesFound(Given):
    """Complete cycles; how they usually go is null below three of them. ``version`` is that of the rules."""

    count: int
    enough: bool
    rounds: float | None
    length_seconds: float | None
    gap_seconds: float | None
    reconnect_seconds: float | None
    version: int
    said: int
    linked: list[LinkedCycle]


class TrendsFound(Given):
    """Which way something has moved, where chance alone would hardly give it, as of the end of the last week.

    ``gaps`` is always "too_early": how often a couple checks in says nothing. ``sizes`` falls where small moments take
    hold more often; ``repeats`` rises where both say "the same loop again" more often.
    """

    gaps: Direction
    intensity: Direction
    sizes: Direction
    reconnecting: Direction
    repeats: Direction


class ComparedCheckIns(Given):
    """One side of a comparison: how many check-ins and rounds, and when the first and the last of them began."""

    check_ins: int
    rounds: int
    first: Instant
    last: Instant


class DirectionSaid(Given):
    """A direction of ``trends``, and which check-ins were compared for it."""

    measure: Measure
    direction: Direction
    newer: ComparedCheckIns
    earlier: ComparedCheckIns


class IntensityPoint(Given):
    """How strong one round was for each."""

    opened_at: Instant
    a: int
    b: int
    when: When | None
    # From opening the round until both had said it, whenever the moment was: what a time to contact must not be taken
    # from. ``contact_seconds`` is one, and null where it cannot be known.
    reconnect_seconds: float | None
    contact_seconds: float | None


class MonthCount(Given):
    """How often a pattern was in one month."""

    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    pattern: PatternCode
    times: int


class SummaryQuery(OfOneCouple):
    """Whose history, and whose months are counted."""

    tz: TimeZoneName | None = None


class Summary(Given):
    """How a couple's cycle changes: counts, complete cycles, trends, and the series behind them."""

    rounds: int
    stages: StageCounts
    cycles: CyclesFound
    trends: TrendsFound
    directions: list[DirectionSaid]
    intensity: list[IntensityPoint]
    months: list[MonthCount]


class Summarise(Operation):
    """Say how the cycle changes: counts, cycles, and what has moved, the same for both partners."""

    asks = SummaryQuery
    gives = {200: Summary}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        """Answer with it."""
        asked = self.query(SummaryQuery)
        reader = reader_of(self, asked.couple)
        with by_days_of(asked.tz):
            return Response(_summary(cycles.in_order(countable.past_rounds(reader)) if reader else []))


def _summary(past: list[cycles.PastRound]) -> dict[str, Any]:
    found = cycles.runs(past)
    complete = [run for run in found if run.complete]
    stages, cycling = cycles.stages(past, complete), trends.cycling(complete)
    moved = trends.trends(past, timezone.now())
    table = charts.patterns_by_month(past, timezone.get_current_timezone())
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
            "version": cycles.VERSION,
            "said": sum(run.link == "said" for run in complete),
            "linked": [_linked(run) for run in found[-SERIES_AT_MOST:]],
        },
        "trends": {name: getattr(moved, name) for name in TrendsFound.model_fields},
        "directions": [
            {
                "measure": one.measure,
                "direction": one.direction,
                "newer": _side(one.newer),
                "earlier": _side(one.earlier),
            }
            for one in moved.findings
        ],
        "intensity": [
            {
                "opened_at": iso(one.opened_at),
                "a": one.intensities[0],
                "b": one.intensities[1],
                "when": one.when,
                "reconnect_seconds": _seconds(one.time_until_said),
                "contact_seconds": _seconds(one.time_to_reconnect),
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


def _linked(run: cycles.Run) -> dict[str, Any]:
    return {
        "rounds": [str(one.id) for one in run.rounds],
        "reconnected_by": str(run.reconnected_by.id) if run.reconnected_by else None,
        "repeated_by": str(run.repeated_by.id) if run.repeated_by else None,
        "link": run.link,
    }


def _side(side: trends.Compared) -> dict[str, Any]:
    return {
        "check_ins": side.check_ins,
        "rounds": side.rounds,
        "first": iso(side.first),
        "last": iso(side.last),
    }


def _seconds(spell: timedelta | None) -> float | None:
    return spell.total_seconds() if spell is not None else None
