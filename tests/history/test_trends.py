"""Which values the rule of directions is asked of: check-ins, never how often or what about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from sessions.history.figures.cycles import PastRound
from sessions.history.figures.directions import COMPARED, ENOUGH, FAR, NEWEST, STAYS_SAID, THRESHOLDS, VERSION
from sessions.history.figures.trends import measured, trends
from tests.house.rooms import ROOT
from tests.support.cast.past import past

LATE = datetime(2030, 1, 1, tzinfo=UTC)
CAUGHT = ("anxious", "avoidant")


def before_and_lately(earlier: Any, newer: Any, **same: Any) -> list[PastRound]:
    """Return 36 check-ins of one kind and 24 of another, two a week; each kind alternates between two rounds."""
    kinds = [*earlier * 18, *newer * 12]
    rounds = []
    for number, kind in enumerate(kinds):
        values = {"when": "now", **same, **kind}
        pulled = values.pop("pulled", CAUGHT)
        rounds.append(past(number * 3.5, *pulled, **values))
    return rounds


def strengths(*pairs: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"intensities": pair} for pair in pairs]


def test_it_felt_less_strong_and_over_which_check_ins_that_is_said() -> None:
    rounds = before_and_lately(strengths((4, 4), (5, 4)), strengths((2, 2), (3, 2)))
    moved = trends(rounds, LATE)
    assert (moved.intensity, moved.calming, moved.escalating) == ("falling", ("intensity",), ())
    (found,) = moved.findings
    assert (found.newer.check_ins, found.earlier.check_ins) == (NEWEST, 60 - NEWEST)
    assert (found.earlier.first, found.newer.last) == (rounds[0].opened_at, rounds[-1].opened_at)
    assert found.earlier.last < found.newer.first


def test_it_felt_stronger() -> None:
    moved = trends(before_and_lately(strengths((2, 2), (3, 2)), strengths((4, 4), (5, 4))), LATE)
    assert (moved.intensity, moved.escalating) == ("rising", ("intensity",))


def test_contact_came_sooner_of_moments_that_were_just_happening() -> None:
    slow, quick = [{"back": 2}, {"back": 1}], [{"back": 0.02}, {"back": 0.04}]
    moved = trends(before_and_lately(slow, quick), LATE)
    assert (moved.reconnecting, moved.calming) == ("falling", ("reconnecting",))
    assert trends(before_and_lately(quick, slow), LATE).escalating == ("reconnecting",)
    for when in ("today", "this_week", "earlier", None):
        assert trends(before_and_lately(slow, quick, when=when), LATE).reconnecting == "too_early"


def test_small_moments_take_hold_more_often() -> None:
    held, stayed = {"pulled": CAUGHT}, {"pulled": ("steady", "avoidant")}
    moved = trends(before_and_lately([held, stayed], [held, held], size=1), LATE)
    assert moved.sizes == "no_change", "half of the small ones are few"
    moved = trends(before_and_lately([stayed, stayed], [held, held], size=1), LATE)
    assert (moved.sizes, moved.escalating) == ("falling", ("sizes",))


def test_which_moments_are_brought_is_no_change() -> None:
    big, small = [{"size": 3}, {"size": 3}], [{"size": 1}, {"size": 1}]
    assert trends(before_and_lately(big, small), LATE).findings == ()
    assert trends(before_and_lately(small, big), LATE).findings == ()


def test_the_same_loop_again() -> None:
    same, other = [{"same_loop": True}] * 2, [{"same_loop": False}] * 2
    assert trends(before_and_lately(other, same), LATE).escalating == ("repeats",)
    assert trends(before_and_lately(same, other), LATE).calming == ("repeats",)
    assert trends(before_and_lately(other, same, when=None), LATE).repeats == "too_early", "nobody was asked"
    present = trends(before_and_lately(other, other, pulled=("steady", "avoidant")), LATE)
    assert present.repeats == "too_early", "nothing took hold that could come again"


def test_ever_more_frequent_check_ins_are_no_direction() -> None:
    days, rounds = 0.0, []
    for number in range(90):
        days += max(0.2, 9 - number / 10)
        rounds.append(past(days, *CAUGHT, intensities=(3, 3), size=2, id=UUID(int=number + 1)))
    moved = trends(rounds, LATE)
    assert (moved.gaps, moved.intensity, moved.findings) == ("too_early", "no_change", ())


def test_the_rounds_of_one_evening_are_one_value() -> None:
    evening = [
        replace(past(number / 100, *CAUGHT, intensities=(strong, strong)), check_in=UUID(int=7))
        for number, strong in enumerate((1, 4, 5))
    ]
    (value,) = measured(evening)["intensity"]
    assert (value.value, value.rounds, value.at) == (8, 3, evening[0].opened_at)


def test_until_there_are_enough_it_is_too_early_and_nothing_is_claimed() -> None:
    few = before_and_lately(strengths((5, 5)), strengths((1, 1)))[1 - ENOUGH :]
    moved = trends(few, LATE)
    assert (moved.intensity, moved.check_ins, moved.compared, moved.findings) == ("too_early", ENOUGH - 1, None, ())
    assert trends([], LATE).check_ins == 0


def test_a_second_look_at_the_same_week_says_the_same() -> None:
    rounds = before_and_lately(strengths((4, 4), (5, 4)), strengths((2, 2), (3, 2)))
    now = rounds[-1].opened_at + timedelta(hours=1)
    assert trends(rounds, now) == replace(trends(rounds[:-1], now), check_ins=60), "the week is not over"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", VERSION),
        ("fewest check-ins", ENOUGH),
        ("newest check-ins", NEWEST),
        ("check-ins in all, at most", COMPARED),
        ("threshold, intensity", THRESHOLDS["intensity"]),
        ("threshold, reconnecting", THRESHOLDS["reconnecting"]),
        ("threshold, sizes", THRESHOLDS["sizes"]),
        ("threshold, repeats", THRESHOLDS["repeats"]),
        ("days that it stays said", STAYS_SAID.days),
        ("farthest neighbours", FAR[-1]),
    ],
)
def test_the_page_about_the_rule_tells_its_numbers(name: str, value: float) -> None:
    page = (ROOT / "docs" / "directions.md").read_text(encoding="utf-8")
    assert f"| {name} | {value:g} |" in page
