"""Simulated couples: rounds as they would be kept, of two people in whom nothing changes, or one thing does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, sqrt
from random import Random
from typing import Final
from uuid import UUID

from sessions.checkin.patterns import PATTERN_OF_PAIR, Reaction
from sessions.history.figures.cycles import PastRound
from sessions.history.figures.directions import SOME_MONDAY

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
ASKED: Final = 0.9
USUAL_MINUTES: Final = 90

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


class _Mood:
    """A value around zero that lasts from one round to the next."""

    def __init__(self, lasting: float, chance: Random) -> None:
        self.lasting, self.chance = lasting, chance
        self.fresh = sqrt(1 - lasting**2)
        self.value = chance.gauss(0, 1)

    def next(self) -> float:
        self.value = self.lasting * self.value + self.fresh * self.chance.gauss(0, 1)
        return self.value


def year_of(kind: Kind, chance: Random) -> Iterator[PastRound]:
    """Yield the rounds of one couple in one year."""
    between, own = BETWEEN_PARTNERS, sqrt(1 - BETWEEN_PARTNERS**2)
    first, second, reached, small, loop = (_Mood(kind.lasting, chance) for _ in range(5))
    number = 0
    for week in range(WEEKS):
        times = kind.rhythm(week, chance)
        for day in sorted(chance.random() * 7 for _ in range(times)):
            at = SOME_MONDAY + timedelta(weeks=week, days=day)
            check_in = UUID(int=number + 1)
            usual = kind.usual + sum(change.by(week + day / 7) for change in kind.changes)
            for place in range(kind.rounds):
                number += 1
                mood = first.next()
                moods = (mood, between * mood + own * second.next())
                strengths = [
                    min(kind.highest, max(kind.lowest, round(usual + SPREAD * strength))) for strength in moods
                ]
                yield _round(
                    number,
                    at + timedelta(minutes=15 * place),
                    check_in,
                    (strengths[0], strengths[1]),
                    spell=USUAL_MINUTES * exp(1.2 * reached.next()),
                    caught=small.next() > -0.4,
                    same=loop.next() > 0.2,
                    chance=chance,
                )


def _round(
    number: int,
    at: datetime,
    check_in: UUID,
    strengths: tuple[int, int],
    *,
    spell: float,
    caught: bool,
    same: bool,
    chance: Random,
) -> PastRound:
    reactions = PULLS if caught else CALM
    return PastRound(
        id=UUID(int=number),
        opened_at=at,
        theme="messages",
        pattern=PATTERN_OF_PAIR[frozenset(reactions)],
        reactions=reactions,
        intensities=strengths,
        size=1 if chance.random() < SMALL else 2,
        reconnected_at=at + timedelta(minutes=spell) if chance.random() < CONFIRMED else None,
        when="now" if chance.random() < MARKED_NOW else "earlier",
        check_in=check_in,
        same_loop=same if chance.random() < ASKED else None,
    )
