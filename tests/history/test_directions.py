"""The rule by which a direction is named: by hand, at its edges, and what must hold for any values."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.history.figures.directions import (
    COMPARED,
    ENOUGH,
    NEWEST,
    SOME_MONDAY,
    STAYS_SAID,
    WEEK,
    CheckInValue,
    Look,
    inflation,
    weekly_looks,
    window_score,
)

LATE = SOME_MONDAY + 1000 * WEEK
THRESHOLD = 3.0
STEP = [3, 4] * 20 + [1, 2] * 20


def weekly(values: Sequence[float], every: timedelta = WEEK) -> list[CheckInValue]:
    """Return values one check-in after the other."""
    return [CheckInValue(SOME_MONDAY + place * every, value) for place, value in enumerate(values)]


def looks(values: Sequence[float], every: timedelta = WEEK) -> list[Look]:
    """Return every look at values."""
    return list(weekly_looks(weekly(values, every), THRESHOLD, LATE))


def test_the_score_equals_one_worked_out_by_hand() -> None:
    # Newer 3, 5, 4 above earlier 1, 2, 2: all 9 pairs, 4.5 more than chance; one tie of two in six.
    variance = 3 * 3 / 12 * (7 - (2**3 - 2) / (6 * 5))
    assert window_score([1, 2, 2], [3, 5, 4]) == pytest.approx(4.5 / variance**0.5)
    assert window_score([3, 5, 4], [1, 2, 2]) == -window_score([1, 2, 2], [3, 5, 4])
    assert window_score([2, 2], [2, 2]) == 0


def test_moods_that_last_make_it_stricter_and_a_slow_drift_does_not() -> None:
    moods = [1, 1, 1, 1, 5, 5, 5, 5] * 2
    assert inflation(moods) == pytest.approx((1.4 / 0.6) ** 0.5), "never more than for correlation 0.4"
    assert inflation([1, 5] * 8) == 1.0, "what swings back is no reason to be less strict"
    assert inflation([3] * 16) == 1.0
    drift = [place / 10 + (4 if place % 3 == 0 else 0) for place in range(60)]
    assert inflation(drift) == 1.0


def test_nothing_is_said_below_the_least_number() -> None:
    said = looks([1, 4] * (ENOUGH // 4) + [5, 8] * (ENOUGH // 4 + 1))
    assert [look.direction for look in said[: ENOUGH - 1]] == ["too_early"] * (ENOUGH - 1)
    assert said[ENOUGH - 1].direction == "no_change", "seen once"
    assert said[ENOUGH].direction == "rising", "and once more"


def test_ten_equal_rounds_that_come_more_often_are_no_change() -> None:
    days, values = 0.0, []
    for number in range(80):
        days += max(1.0, 7 - number / 10)
        values.append(CheckInValue(SOME_MONDAY + timedelta(days=days), 6))
    assert {look.direction for look in weekly_looks(values, THRESHOLD, LATE)} == {"too_early", "no_change"}


def test_one_extreme_value_does_not_decide() -> None:
    assert looks([*[3, 4] * 30, 1_000_000])[-1].direction == "no_change"


def test_it_is_looked_at_once_a_week_however_often_somebody_asks() -> None:
    daily = weekly(STEP, timedelta(days=1))
    last = daily[-1].at
    first_of_week = last - (last - SOME_MONDAY) % WEEK
    asked = [
        list(weekly_looks([one for one in daily if one.at <= now], THRESHOLD, now))[-1].at
        for now in (first_of_week, first_of_week + timedelta(days=3), first_of_week + WEEK - timedelta(seconds=1))
    ]
    assert asked == [first_of_week] * 3


def test_a_week_that_is_not_over_says_nothing_yet() -> None:
    values = weekly(STEP)
    end = values[-1].at + WEEK
    before, after = (list(weekly_looks(values, THRESHOLD, now)) for now in (end - timedelta(seconds=1), end))
    assert after[:-1] == before and after[-1].at == end


def test_the_newest_are_compared_with_those_before_them() -> None:
    last = looks([1, 2] * 100)[-1]
    assert (last.end - last.newer, last.end - last.earlier) == (NEWEST, COMPARED)


def test_what_is_said_stays_for_four_weeks_and_is_not_contradicted() -> None:
    said = looks([*STEP, *[9, 8] * 30])
    ways = [look.direction for look in said]
    assert "falling" in ways and "rising" in ways
    for one in said:
        soon = [later for later in said if one.at <= later.at < one.at + STAYS_SAID]
        if one.direction == "falling":
            assert all(later.direction != "rising" for later in soon)
    assert ways.index("rising") > len(STEP)


changing = st.lists(st.integers(1, 5), min_size=1, max_size=90)


@given(changing)
def test_turned_upside_down_it_is_the_other_way(values: list[int]) -> None:
    other_way = {"rising": "falling", "falling": "rising"}
    ways = [look.direction for look in looks(values)]
    assert [look.direction for look in looks([-value for value in values])] == [other_way.get(way, way) for way in ways]


@given(changing, st.integers(1, 89))
def test_a_later_value_never_changes_an_earlier_look(values: list[int], some: int) -> None:
    before = looks(values[:some])
    assert looks(values)[: len(before)] == before
