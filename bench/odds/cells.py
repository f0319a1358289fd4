"""The cells of the table: kinds of couples, and how many of each were told what."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import add
from random import Random
from typing import Final

from bench.odds.couples import Change, Kind, every_week, from_to, in_bouts, with_gaps
from bench.odds.told import MEASURES, Told, told

TWICE: Final = every_week(2)
CELLS: Final[Mapping[str, Kind]] = {
    # Nothing changes.
    "weekly": Kind(every_week(1)),
    "twice a week": Kind(TWICE),
    "twice a week, no lasting moods": Kind(TWICE, lasting=0),
    "twice a week, moods that last longer (0.5)": Kind(TWICE, lasting=0.5),
    "four times a week": Kind(every_week(4)),
    "daily": Kind(every_week(7)),
    "from weekly to daily": Kind(from_to(1, 7)),
    "from daily to weekly": Kind(from_to(7, 1)),
    "a month daily, a month weekly": Kind(in_bouts),
    "four a week, half the weeks missing": Kind(with_gaps(4, 0.5)),
    "twice a week, three rounds each": Kind(TWICE, rounds=3),
    "twice a week, nearly always strongest": Kind(TWICE, usual=4.9),
    "twice a week, nearly always weakest": Kind(TWICE, usual=1.1),
    "daily, nearly always strongest": Kind(every_week(7), usual=4.9),
    "twice a week, two strengths": Kind(TWICE, usual=3.5, lowest=3, highest=4),
    "daily, two strengths": Kind(every_week(7), usual=3.5, lowest=3, highest=4),
    # One step lower over ten weeks, after so many weeks of no change.
    "a step lower from week 32": Kind(TWICE, lasting=0, changes=(Change(-1, 32, 42),)),
    "a step lower from week 20": Kind(TWICE, lasting=0, changes=(Change(-1, 20, 30),)),
    "a step lower from week 16": Kind(TWICE, lasting=0, changes=(Change(-1, 16, 26),)),
    "a step lower from week 14": Kind(TWICE, lasting=0, changes=(Change(-1, 14, 24),)),
    "a step lower from week 10": Kind(TWICE, lasting=0, changes=(Change(-1, 10, 20),)),
    "a step higher from week 32": Kind(TWICE, lasting=0, changes=(Change(1, 32, 42),)),
    "a step lower from week 32, lasting moods": Kind(TWICE, changes=(Change(-1, 32, 42),)),
    "a step lower, then two higher": Kind(every_week(3), changes=(Change(-1, 14, 24), Change(2, 26, 36))),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many couples there were, and to how many each thing happened."""

    couples: int = 0
    of_any: int = 0
    contradicted: int = 0
    by_measure: tuple[int, ...] = (0,) * len(MEASURES)
    in_time: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.couples + other.couples,
            self.of_any + other.of_any,
            self.contradicted + other.contradicted,
            tuple(map(add, self.by_measure, other.by_measure)),
            self.in_time + other.in_time,
        )


def count(name: str, seed: int, first: int, couples: int, *, by_first_rule: bool = False) -> Counted:
    """Simulate some couples of a cell; each has chance of its own, so that it does not matter who counts them."""
    chances = (Random(f"{seed} {name} {number}") for number in range(first, first + couples))
    found = (told(CELLS[name], chance, by_first_rule=by_first_rule) for chance in chances)
    return sum((_one(one) for one in found), Counted())


def _one(happened: Told) -> Counted:
    return Counted(
        1,
        int(happened.of_any),
        int(happened.contradicted),
        tuple(int(one) for one in happened.by_measure),
        int(happened.in_time),
    )
