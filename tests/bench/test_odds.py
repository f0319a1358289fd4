"""Simulated couples: practically nobody is told of a change that is none, and most of one that is."""

from collections import Counter
from random import Random

import pytest

from bench.odds.cells import CELLS, Counted, count
from bench.odds.couples import draws_of, values_of, year_of
from bench.odds.evenings import cycles_in_evenings
from bench.odds.promises import promises
from sessions.history.figures.trends import measured

SEED = 17


@pytest.mark.parametrize(
    "cell", ["weekly", "twice a week", "from weekly to daily", "four a week, half the weeks missing"]
)
def test_couples_in_whom_nothing_changes_are_practically_never_told_that_they_do(cell: str) -> None:
    counted = count(cell, SEED, 0, 150)
    assert counted.couples == 150
    assert counted.of_any <= 6, "twice the two in a hundred that ten thousand couples are held to"
    assert counted.contradicted == 0
    assert counted.by_measure[-1] == 0, "how often they check in"


def test_one_step_lower_over_ten_weeks_is_said_within_twenty_rounds() -> None:
    counted = count("a step lower from week 32", SEED, 0, 150)
    assert counted.in_time >= 90, "60 of a hundred; ten thousand couples are held to 80"
    assert counted.contradicted == 0


def test_one_evening_of_ten_rounds_is_one_cycle_at_the_most() -> None:
    found = cycles_in_evenings(SEED, 300)
    assert set(found) == {0, 1}, "and in some of them there is one"


def test_it_says_what_is_wanted_and_what_is_not_promised() -> None:
    found = {
        "weekly": Counted(100, of_any=1),
        "daily": Counted(100, of_any=3),
        "a step lower from week 32": Counted(100, of_any=90, in_time=82),
        "a step lower from week 16": Counted(100, of_any=80, in_time=61),
        "a step lower from week 10": Counted(100, of_any=60, in_time=45, contradicted=1),
        "a step lower from week 32, lasting moods": Counted(100, in_time=47),
    }
    lines = "\n".join(promises(found, Counter({0: 1, 1: 3})))
    for said in ("3.00 % (daily)", "82.00 % (stretch)", "61.00 % (firm)", "45.00 % (not promised)", "| 1.00 % ("):
        assert said in lines
    assert "47.00" not in lines and "1 (4 evenings, in 75 % of them one)" in lines


@pytest.mark.parametrize("cell", ["twice a week, three rounds each", "from weekly to daily"])
def test_they_are_simulated_as_the_product_measures_rounds(cell: str) -> None:
    draws = list(draws_of(CELLS[cell], Random(SEED)))
    assert measured(year_of(draws)) == values_of(draws)


def test_the_first_rule_shows_the_fault_that_this_one_mends() -> None:
    counted = count("twice a week, no lasting moods", SEED, 0, 6, by_first_rule=True)
    assert counted.of_any >= 4


def test_it_does_not_matter_in_which_parts_couples_are_counted() -> None:
    parts = count("weekly", SEED, 0, 3), count("weekly", SEED, 3, 2)
    assert sum(parts, Counted()) == count("weekly", SEED, 0, 5)
