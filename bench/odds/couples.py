"""Simulated couples: rounds as they would be kept, of two people in whom nothing changes, or one thing does."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from math import exp, floor, log2, sqrt
from operator import attrgetter
from random import Random
from statistics import median
from typing import Final, NamedTuple
from uuid import UUID

from sessions.checkin.patterns import PATTERN_OF_PAIR, Reaction
from sessions.history.figures.cycles import PastRound
from sessions.history.figures.directions import SOME_MONDAY, THRESHOLDS, CheckInValue, Measure

WEEKS: Final = 52
SPREAD: Final = 0.9
BETWEEN_PARTNERS: Final = 0.5
LASTING: Final = 0.3
PULLS: Final[tuple[Reaction, Reaction]] = ("anxious", "avoidant")
CALM: Final[tuple[Reaction, Reaction]] = ("steady", "avoidant")
# How often each is known of a round. High, because what is seldom known can seldom mislead.
MARKED_NOW: Final = 0.9
CONFIRMED: Final = 0.9
SMALL: Final = 0.7
USUAL_MINUTES: Final = 90
# From one round of an evening to the next, in weeks.
A_WHILE: Final = 15 / (7 * 24 * 60)

Rhythm = Callable[[int, Random], int]


def every_week(times: int) -> Rhythm:
    """Return a rhythm of so many check-ins each week."""
    return lambda week, chance: times


def from_to(first: int, last: int) -> Rhythm:
    """Return a rhythm that changes over the year from so many check-ins a week to so many."""

    def times(week: int, chance: Random) -> int:
        wanted = first + (last - first) * week / (WEEKS - 1)
        return int(wanted) + (chance.random() < wanted - int(wanted))

    return times


def with_gaps(times: int, missing: float) -> Rhythm:
    """Return a rhythm of which whole weeks are missing."""
    return lambda week, chance: 0 if chance.random() < missing else times


def in_bouts(week: int, chance: Random) -> int:
    """Return seven check-ins a week for a month, then one a week for a month, and so on."""
    return 7 if week // 4 % 2 else 1


@dataclass(frozen=True, slots=True)
class Change:
    """How the strength of both partners changes: steps, and between which weeks of the year."""

    steps: float
    begins: float
    ends: float

    def by(self, week: float) -> float:
        """Return how much of it has happened by a moment of the year."""
        return self.steps * min(1.0, max(0.0, (week - self.begins) / (self.ends - self.begins)))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of couple: how often they check in, how they mark, what lasts in them, and what changes."""

    rhythm: Rhythm
    rounds: int = 1
    usual: float = 3.2
    lasting: float = LASTING
    lowest: int = 1
    highest: int = 5
    changes: tuple[Change, ...] = field(default=())


class Drawn(NamedTuple):
    """What chance gave for one round."""

    at: float  # weeks since the beginning of the year
    check_in: int
    strengths: tuple[int, int]
    minutes: float | None
    now: bool
    caught: bool
    small: bool
    same: bool


def draws_of(kind: Kind, chance: Random) -> Iterator[Drawn]:
    """Yield what chance gives for the rounds of one couple in one year."""
    gauss, often = chance.gauss, chance.random
    lasting, fresh = kind.lasting, sqrt(1 - kind.lasting**2)
    between, own = BETWEEN_PARTNERS, sqrt(1 - BETWEEN_PARTNERS**2)
    # One value around zero for each thing that lasts: two moods, the way back, what takes hold, whether it is the same.
    first, second, back, hold, loop = (gauss(0, 1) for _ in range(5))
    check_in = 0
    for week in range(WEEKS):
        for day in sorted(often() for _ in range(kind.rhythm(week, chance))):
            check_in += 1
            usual = kind.usual + sum(change.by(week + day) for change in kind.changes)
            for place in range(kind.rounds):
                first = lasting * first + fresh * gauss(0, 1)
                second = lasting * second + fresh * gauss(0, 1)
                back = lasting * back + fresh * gauss(0, 1)
                hold = lasting * hold + fresh * gauss(0, 1)
                loop = lasting * loop + fresh * gauss(0, 1)
                strength = round(usual + SPREAD * first)
                others = round(usual + SPREAD * (between * first + own * second))
                yield Drawn(
                    week + day + place * A_WHILE,
                    check_in,
                    (
                        min(kind.highest, max(kind.lowest, strength)),
                        min(kind.highest, max(kind.lowest, others)),
                    ),
                    USUAL_MINUTES * exp(1.2 * back) if often() < CONFIRMED else None,
                    often() < MARKED_NOW,
                    hold > -0.4,
                    often() < SMALL,
                    hold > -0.4 and loop > 0.2,
                )


def year_of(draws: Iterable[Drawn]) -> Iterator[PastRound]:
    """Yield the rounds of one couple as the product keeps them."""
    for number, drawn in enumerate(draws, start=1):
        at = SOME_MONDAY + timedelta(weeks=drawn.at)
        reactions = PULLS if drawn.caught else CALM
        yield PastRound(
            id=UUID(int=number),
            opened_at=at,
            theme="messages",
            pattern=PATTERN_OF_PAIR[frozenset(reactions)],
            reactions=reactions,
            intensities=drawn.strengths,
            size=1 if drawn.small else 2,
            reconnected_at=None if drawn.minutes is None else at + timedelta(minutes=drawn.minutes),
            when="now" if drawn.now else "earlier",
            check_in=UUID(int=drawn.check_in),
            same_loop=drawn.same,
        )


def values_of(draws: Iterable[Drawn]) -> dict[Measure, list[CheckInValue]]:
    """Return what ``trends.measured`` makes of the same rounds, without making them: a test holds both together."""
    found: dict[Measure, list[CheckInValue]] = {measure: [] for measure in THRESHOLDS}
    caught_before = False
    for _, group in groupby(draws, key=attrgetter("check_in")):
        check_in = list(group)
        at = SOME_MONDAY + timedelta(weeks=check_in[0].at)
        worth: dict[Measure, list[float]] = {
            "intensity": [sum(one.strengths) for one in check_in],
            "reconnecting": [floor(log2(max(1.0, one.minutes))) for one in check_in if one.now and one.minutes],
            "sizes": [0 if one.caught else 1 for one in check_in if one.small],
            "repeats": [],
        }
        for one in check_in:
            if one.caught and caught_before:
                worth["repeats"].append(int(one.same))
            caught_before |= one.caught
        for measure, values in worth.items():
            if values:
                value = values[0] if len(values) == 1 else median(values)
                found[measure].append(CheckInValue(at, value, len(values)))
    return found
