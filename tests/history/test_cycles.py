"""How rounds link into cycles: fixtures worked out by hand, and what must hold for any rounds."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.checkin.patterns import REACTIONS
from sessions.history.figures.charts import PHONE, WIDE, patterns_by_month, strength_chart
from sessions.history.figures.cycles import SAME_THEME, PastRound, cycles, in_order, runs, stages
from sessions.history.figures.trends import Cycling, cycling, linked, trends
from tests.support.cast.past import START, past

HOUR = 1 / 24
LATE = START + timedelta(days=1000)


def days(run_rounds: tuple[PastRound, ...]) -> list[int]:
    """Return on which days rounds were."""
    return [(one.opened_at - START).days for one in run_rounds]


# Worked out by hand; the examples of docs/cycles.md are played in test_linked_cycles.


def test_contact_that_was_said_later_repeats_nothing() -> None:
    late = past(0, "anxious", "avoidant", back=9)
    (found,) = runs([late, past(5, "anxious", "avoidant")])
    assert days(found.rounds) == [0, 5] and not found.complete


def test_the_same_theme_links_for_sixty_days_and_no_theme_links_nothing() -> None:
    first = past(0, "anxious", "avoidant", back=HOUR)
    assert len(cycles([first, past(SAME_THEME.days, "anxious", "avoidant")])) == 1
    assert cycles([first, past(SAME_THEME.days + 1, "anxious", "avoidant")]) == ()
    unnamed = past(0, "anxious", "avoidant", back=HOUR, theme="")
    assert cycles([unnamed, past(1, "anxious", "avoidant", theme="")]) == ()


def test_a_moment_of_that_day_repeats_only_what_had_ended_a_day_before() -> None:
    first = past(0, "anxious", "avoidant", back=1)
    for when, day in (("today", 2), ("this_week", 8)):
        assert len(cycles([first, past(day, "anxious", "avoidant", when=when)])) == 1
        assert cycles([first, past(day - HOUR, "anxious", "avoidant", when=when)]) == ()


def test_stages_count_the_rounds_that_touched_them() -> None:
    rounds = [
        past(0, "anxious", "avoidant", back=HOUR),
        past(5, "anxious", "anxious"),
        past(6, "avoidant", "steady", back=HOUR),
        past(7, "steady", "steady", back=HOUR),
        past(8, "anxious", "steady"),
    ]
    counted = stages(rounds, cycles(rounds))
    assert (counted.pursuit, counted.withdrawal, counted.reconnection, counted.repetition) == (3, 2, 3, 1)


def test_a_band_is_drawn_for_two_rounds_and_not_for_one() -> None:
    two = runs([past(0, "anxious", "avoidant"), past(3, "anxious", "anxious")])
    one = runs([past(0, "anxious", "avoidant")])
    assert linked([*two, *one]) == [*two]


def test_of_what_never_found_back_no_time_is_told() -> None:
    never = runs([past(0, "anxious", "avoidant")])
    assert cycling([*never] * 3) == Cycling(count=3, rounds=1)


def test_the_stages_of_a_round_are_counted_each() -> None:
    rounds = [
        past(0, "anxious", "avoidant", back=HOUR),
        past(2, "both", "steady", back=HOUR),
        past(4, "steady", "steady"),
        past(6, "avoidant", "avoidant"),
    ]
    counted = stages(rounds, cycles(rounds))
    assert (counted.pursuit, counted.withdrawal, counted.reconnection, counted.repetition) == (2, 3, 2, 1)


def test_how_they_go_is_said_from_three_complete_cycles_on() -> None:
    rounds = [past(day, "anxious", "avoidant", back=hours * HOUR) for day, hours in ((0, 1), (4, 9), (10, 2), (11, 5))]
    assert cycling(cycles(rounds[:3])) == Cycling(2) and Cycling(2).too_early
    usual = cycling(cycles(rounds))
    assert (usual.count, usual.rounds, usual.too_early) == (3, 1, False)
    assert (usual.length, usual.time_to_reconnect) == (timedelta(hours=2), timedelta(hours=2))
    assert usual.gap == timedelta(days=4) - timedelta(hours=1)


# What holds for any rounds.

reactions = st.sampled_from(REACTIONS)


@st.composite
def histories(draw: st.DrawFn) -> list[PastRound]:
    """Return some rounds, in order, with gaps and themes of every kind."""
    rounds, day = [], 0.0
    for number in range(draw(st.integers(0, 14))):
        day += draw(st.sampled_from([0.0, 0.1, 2, 13.9, 14.1, 30, 61]))
        rounds.append(
            past(
                day,
                draw(reactions),
                draw(reactions),
                id=UUID(int=number + 1),
                back=draw(st.sampled_from([None, 0.01, 1, 3])),
                theme=draw(st.sampled_from(["", "messages", "home"])),
                intensities=(draw(st.integers(1, 5)), draw(st.integers(1, 5))),
                size=draw(st.sampled_from([None, 1, 2, 3])),
            )
        )
    return rounds


def swapped(one: PastRound) -> PastRound:
    """Return a round with the partners in each other's seats."""
    return replace(one, reactions=one.reactions[::-1], intensities=one.intensities[::-1])


@given(histories())
def test_swapping_the_partners_changes_nothing(rounds: list[PastRound]) -> None:
    mirrored = [swapped(one) for one in rounds]
    assert [days(run.rounds) for run in runs(mirrored)] == [days(run.rounds) for run in runs(rounds)]
    assert (stages(mirrored, cycles(mirrored)), trends(mirrored, LATE), cycling(cycles(mirrored))) == (
        stages(rounds, cycles(rounds)),
        trends(rounds, LATE),
        cycling(cycles(rounds)),
    )


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_storage_changes_nothing(rounds: list[PastRound], random: object) -> None:
    shuffled = list(rounds)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert runs(shuffled) == runs(rounds)
    assert (trends(shuffled, LATE), cycling(cycles(shuffled))) == (trends(rounds, LATE), cycling(cycles(rounds)))
    assert in_order(shuffled) == in_order(rounds)


# Where they stand in a chart.


@pytest.mark.parametrize("layout", [WIDE, PHONE])
@given(rounds=histories())
def test_both_stand_equally_far_from_the_line_when_it_was_equally_strong(
    layout: object, rounds: list[PastRound]
) -> None:
    chart = strength_chart(rounds, linked(runs(rounds)), layout)  # type: ignore[arg-type]
    mirrored = strength_chart([swapped(one) for one in rounds], linked(runs(rounds)), layout)  # type: ignore[arg-type]
    for column, other in zip(chart.columns, mirrored.columns, strict=True):
        assert 0 < float(column.x) < chart.width
        for bead, across in zip(column.beads, reversed(other.beads), strict=True):
            assert float(bead.y) + float(across.y) == 300
    assert all(float(band.x) + float(band.width) <= chart.width for band in chart.bands)


@given(rounds=histories())
def test_a_months_dots_count_every_round_of_it_once(rounds: list[PastRound]) -> None:
    table = patterns_by_month(rounds)
    for column, month in enumerate(table.months):
        of_month = [one for one in rounds if (one.opened_at.year, one.opened_at.month) == (month.year, month.month)]
        assert sum(dots[column].times for _, dots in table.rows) == len(of_month)
