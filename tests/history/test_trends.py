"""Whether something has moved: Mann and Kendall by hand, minimum samples, and no alarm from chance."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.history.figures.trends import ENOUGH, LATELY, ONCE_IN_TWENTY, _score, direction, trends
from tests.support.cast.past import past


def test_the_score_equals_one_worked_out_by_hand() -> None:
    # 9 of 10 pairs rise and one falls: S = 8, less one step is 7; variance = 5*4*15/18.
    assert _score([1, 2, 3, 5, 4]) == pytest.approx(7 / (5 * 4 * 15 / 18) ** 0.5)
    # Two ties of two: S = 4, less one is 3; variance = (4*3*13 - 2*(2*1*9)) / 18.
    assert _score([1, 1, 2, 2]) == pytest.approx(3 / ((4 * 3 * 13 - 2 * 18) / 18) ** 0.5)


def test_what_goes_up_and_down_alike_scores_nothing() -> None:
    assert _score([3, 3, 3]) == 0
    assert _score([1, 2, 1]) == 0, "S = 0 is moved nowhere"
    assert _score([2, 1, 3]) == 0, "S = 1, less one step"
    assert _score([3, 1, 2]) == 0, "S = -1, and one step more"


def test_nothing_is_said_below_the_least_number() -> None:
    assert direction(list(range(ENOUGH - 1))) == "too_early"
    assert direction(list(range(ENOUGH))) == "rising"


def test_what_stays_equal_does_not_move() -> None:
    assert direction([3] * 30) == "no_change"


def test_one_extreme_value_does_not_decide() -> None:
    assert direction([3, 4, 3, 4, 3, 4, 3, 4, 3, 1_000_000]) == "no_change"


def test_only_the_newest_count() -> None:
    assert direction([*range(100, 0, -1), *[5] * LATELY]) == "no_change"


def test_chance_alone_is_hardly_ever_called_a_direction() -> None:
    chance = random.Random(6)
    named = sum(direction([chance.randint(1, 5) for _ in range(20)]) != "no_change" for _ in range(1000))
    assert 20 <= named <= 65, "about one in twenty, and less for ties"


@given(st.lists(st.integers(1, 5), max_size=60))
def test_turned_round_in_time_it_is_the_other_way(values: list[int]) -> None:
    values = values[-LATELY:]
    other_way = {"rising": "falling", "falling": "rising"}
    assert direction(values[::-1]) == other_way.get(direction(values), direction(values))


@given(st.lists(st.integers(1, 1000), min_size=ENOUGH, max_size=LATELY))
def test_a_scale_that_keeps_the_order_changes_nothing(values: list[int]) -> None:
    assert _score(values) == _score([value**3 for value in values])
    assert (abs(_score(values)) < ONCE_IN_TWENTY) == (direction(values) == "no_change")


def test_getting_harder_is_seen_in_each_of_its_signs() -> None:
    gaps, day = [13, 11, 10, 8, 6, 5, 3, 2, 1], 0.0
    rounds = [past(0, "anxious", "avoidant", intensities=(1, 1), size=3)]
    for number, gap in enumerate(gaps, start=1):
        day += gap
        strength, size = min(5, 1 + number // 2), 3 - number // 4
        rounds.append(past(day, "anxious", "avoidant", intensities=(strength, strength), size=size))
    assert trends(rounds).escalating == ("gaps", "intensity", "sizes")
    assert trends(rounds).calming == ()


def test_progress_is_less_intensity_and_a_quicker_way_back() -> None:
    rounds = [
        past(day * 7, "anxious", "avoidant", intensities=(5 - day // 2, 5 - day // 2), back=(10 - day) / 10)
        for day in range(9)
    ]
    assert trends(rounds).calming == ("intensity", "reconnecting")
    assert trends(rounds).escalating == ()
    assert trends(rounds[:5]).intensity == "too_early"
