"""What one simulated couple is told over a year, looked at weekly, by the product's own rule or by its first one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from bench.odds import first_rule
from bench.odds.couples import WEEKS, Change, Drawn, Kind, draws_of, values_of, year_of
from sessions.history.figures.cycles import PastRound
from sessions.history.figures.directions import SOME_MONDAY, THRESHOLDS, Direction, weekly_looks

END: Final = SOME_MONDAY + timedelta(weeks=WEEKS)
SOON: Final = timedelta(weeks=4)
# How many rounds after the end of a change it must have been said.
WITHIN: Final = 20
# In the first rule ``gaps`` took the place of ``repeats``.
MEASURES: Final = (*THRESHOLDS, "gaps")

Saying = tuple[datetime, str, Direction]


@dataclass(frozen=True, slots=True)
class Told:
    """What happened to one couple: whether it was told of a direction, of the one there was, and of two that differ."""

    of_any: bool
    contradicted: bool
    by_measure: tuple[bool, ...]
    in_time: bool


def told(kind: Kind, chance: Random, *, by_first_rule: bool = False) -> Told:
    """Simulate one couple, and look every week."""
    draws = list(draws_of(kind, chance))
    sayings = list(_by_first_rule(list(year_of(draws))) if by_first_rule else _by_this_rule(draws))
    return Told(
        of_any=bool(sayings),
        contradicted=any(_contradictions(sayings)),
        by_measure=tuple(any(one == measure for _, one, _ in sayings) for measure in MEASURES),
        in_time=any(_is_in_time(sayings, draws, change) for change in kind.changes[:1]),
    )


def _by_this_rule(draws: Sequence[Drawn]) -> Iterator[Saying]:
    for measure, values in values_of(draws).items():
        for look in weekly_looks(values, THRESHOLDS[measure], END):
            if look.direction in ("rising", "falling"):
                yield look.at, measure, look.direction


def _by_first_rule(rounds: Sequence[PastRound]) -> Iterator[Saying]:
    for week in range(1, WEEKS + 1):
        at = SOME_MONDAY + timedelta(weeks=week)
        for measure, direction in first_rule.directions([one for one in rounds if one.opened_at < at]).items():
            if direction in ("rising", "falling"):
                yield at, measure, direction


def _is_in_time(sayings: Sequence[Saying], draws: Sequence[Drawn], change: Change) -> bool:
    begins = SOME_MONDAY + timedelta(weeks=change.begins)
    way: Direction = "rising" if change.steps > 0 else "falling"
    after = [one.at for one in draws if one.at >= change.ends]
    last = SOME_MONDAY + timedelta(weeks=after[WITHIN - 1] if len(after) >= WITHIN else WEEKS)
    # The week of that round is looked at when it ends.
    until = last + timedelta(weeks=1)
    return any((measure, said) == ("intensity", way) and begins < at <= until for at, measure, said in sayings)


def _contradictions(sayings: Sequence[Saying]) -> Iterator[bool]:
    for at, measure, direction in sayings:
        for later, other, said in sayings:
            if other == measure and at < later < at + SOON:
                yield said != direction
