"""What has moved for the two together: which values the rule in ``directions`` is asked of, and what it said of them.

Four measures, one value for each check-in: rounds of one evening are not independent news. None of them is how often
a couple checks in, nor what it chose to bring.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor, log2
from statistics import median
from typing import Final
from uuid import UUID

from sessions.history.figures.cycles import ENOUGH as ENOUGH_CYCLES
from sessions.history.figures.cycles import PastRound, Run, in_order
from sessions.history.figures.directions import (
    THRESHOLDS,
    CheckInValue,
    Direction,
    Look,
    Measure,
    last_look,
)

SMALL: Final = 1
# Which way each measure moves where it is getting harder.
HARDER: Final[Mapping[Measure, Direction]] = {
    "intensity": "rising",
    "reconnecting": "rising",
    "sizes": "falling",
    "repeats": "rising",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One side of a comparison: how many check-ins and rounds, and from when to when."""

    check_ins: int
    rounds: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One direction that is said, with the check-ins that it rests on."""

    measure: Measure
    direction: Direction
    newer: Compared
    earlier: Compared

    @property
    def harder(self) -> bool:
        """Tell whether it is getting harder."""
        return HARDER[self.measure] == self.direction


@dataclass(frozen=True, slots=True)
class Trends:
    """What has moved, for both of the two together. The fields that name a measure are those of the JSON."""

    intensity: Direction
    reconnecting: Direction
    sizes: Direction
    repeats: Direction
    findings: tuple[Finding, ...] = ()
    # All check-ins that were compared for how strong it felt; before that, how many there are.
    compared: Compared | None = None
    check_ins: int = 0
    # How often a couple checks in says nothing about the two: the field is kept for programs that read it.
    gaps: Direction = "too_early"

    @property
    def escalating(self) -> tuple[str, ...]:
        """Name the signs that it is getting harder."""
        return tuple(found.measure for found in self.findings if found.harder)

    @property
    def calming(self) -> tuple[str, ...]:
        """Name the signs that it is getting calmer."""
        return tuple(found.measure for found in self.findings if not found.harder)


@dataclass(frozen=True, slots=True)
class Cycling:
    """How many complete cycles there are, and from three on how they usually go."""

    count: int
    rounds: float | None = None
    length: timedelta | None = None
    gap: timedelta | None = None
    time_to_reconnect: timedelta | None = None

    @property
    def too_early(self) -> bool:
        """Tell whether there are too few to say how they go."""
        return self.count < ENOUGH_CYCLES


def trends(rounds: Iterable[PastRound], now: datetime) -> Trends:
    """Return what is said of the rounds at a moment: what the last look said, at the end of the last week."""
    found: list[Finding] = []
    said: dict[Measure, Direction] = {}
    compared, check_ins = None, 0
    for measure, values in measured(rounds).items():
        look = last_look(values, THRESHOLDS[measure], now)
        said[measure] = look.direction if look else "too_early"
        if measure == "intensity":
            check_ins = len(values)
            if look and look.direction != "too_early":
                compared = _compared(values[look.earlier : look.end])
        if look and look.direction in ("rising", "falling"):
            found.append(_finding(measure, values, look))
    return Trends(**said, findings=tuple(found), compared=compared, check_ins=check_ins)


def measured(rounds: Iterable[PastRound]) -> dict[Measure, list[CheckInValue]]:
    """Return the values of each measure, one for each check-in that has any, oldest first."""
    found: dict[Measure, list[CheckInValue]] = {measure: [] for measure in THRESHOLDS}
    ordered = in_order(rounds)
    first_caught = next((one.id for one in ordered if one.caught), None)
    for check_in in _by_check_in(ordered):
        at = check_in[0].opened_at
        for measure, values in found.items():
            worth = [value for one in check_in if (value := _value(measure, one, first_caught)) is not None]
            if worth:
                values.append(CheckInValue(at, median(worth) if len(worth) > 1 else worth[0], len(worth)))
    return found


def _by_check_in(ordered: Iterable[PastRound]) -> Iterable[list[PastRound]]:
    found: dict[UUID, list[PastRound]] = {}
    for one in ordered:
        found.setdefault(one.check_in or one.id, []).append(one)
    return found.values()


def _value(measure: Measure, one: PastRound, first_caught: UUID | None) -> float | None:
    """Return what one round says of a measure; None where it says nothing."""
    match measure:
        case "intensity":
            return sum(one.intensities)
        case "reconnecting":
            took = one.time_to_reconnect
            # Twice as long is one step: a minute more or less is nobody's news.
            return floor(log2(max(1.0, took / timedelta(minutes=1)))) if took else None
        case "sizes":
            # Of small moments alone, and whether they took hold: how many small ones are brought is a choice.
            return None if one.size != SMALL else 0 if one.caught else 1
        case "repeats":
            # Asked where both were caught, and had been before; of rounds from before ``when`` nobody was asked.
            asked = one.caught and one.when is not None and one.id != first_caught
            return int(one.same_loop) if asked else None


def _finding(measure: Measure, values: Sequence[CheckInValue], look: Look) -> Finding:
    earlier, newer = values[look.earlier : look.newer], values[look.newer : look.end]
    return Finding(measure, look.direction, newer=_compared(newer), earlier=_compared(earlier))


def _compared(values: Sequence[CheckInValue]) -> Compared:
    return Compared(len(values), sum(one.rounds for one in values), values[0].at, values[-1].at)


def cycling(complete: Sequence[Run]) -> Cycling:
    """Return how complete cycles usually go: the middle one of each measure."""
    if len(complete) < ENOUGH_CYCLES:
        return Cycling(len(complete))
    times = [took for run in complete for one in run.rounds if (took := one.time_to_reconnect)]
    return Cycling(
        count=len(complete),
        rounds=median(len(run.rounds) for run in complete),
        length=_median(run.length for run in complete),
        gap=_median(run.gap for run in complete),
        time_to_reconnect=_median(times),
    )


def linked(found: Iterable[Run]) -> list[Run]:
    """Return the runs of more than one round: what a chart draws as a band."""
    return [run for run in found if len(run.rounds) > 1]


def _median(spells: Iterable[timedelta | None]) -> timedelta | None:
    seconds = [_seconds(spell) for spell in spells if spell is not None]
    return timedelta(seconds=median(seconds)) if seconds else None


def _seconds(spell: timedelta) -> float:
    return spell.total_seconds()
