"""Cycles as linked stages: the examples of docs/cycles.md, and what must hold for any rounds."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.checkin.patterns import REACTIONS
from sessions.history.figures.cycles import VERSION, PastRound, Run, cycles, runs, stages
from tests.support.cast.past import START, past
from tests.support.servers.cycle import ROOT

PAGE = (ROOT / "docs/cycles.md").read_text(encoding="utf-8")
EXAMPLES = [part.split("\n", 1) for part in PAGE.partition("\n## Examples\n")[2].split("\n### ")[1:]]


def row(cells: list[str]) -> PastRound:
    """Return the round that a row of an example tells of."""
    number, check_in, day, marks, theme, when, back, same = cells
    a, b = marks.split()
    return past(
        float(day),
        a,  # type: ignore[arg-type]
        b,  # type: ignore[arg-type]
        id=UUID(int=int(number)),
        theme=theme,
        when=when or None,
        back=float(back) if back else None,
        same_loop=same == "yes",
        check_in=UUID(int=int(check_in)),
    )


def told(run: Run) -> str:
    """Return a run as the page writes it."""
    text = " ".join(str(one.id.int) for one in run.rounds)
    if run.reconnected_by:
        text += f", back {run.reconnected_by.id.int}"
    return text + (f", again {run.repeated_by.id.int} ({run.link})" if run.repeated_by else "")


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_the_pages_examples_come_out_as_it_says(name: str, text: str) -> None:
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    rounds = [row(cells) for cells in table[2:]]
    assert rounds
    result = re.findall(r"`([^`]+)`", text.partition("Result:")[2])
    assert [told(run) for run in runs(rounds)] == result


def test_the_page_tells_of_the_rules_of_now() -> None:
    assert f"version {VERSION}" in PAGE and len(EXAMPLES) >= 9


def test_one_evening_of_ten_rounds_is_one_cycle_at_the_most() -> None:
    for same in (False, True):
        evening = [
            past(n / 100, "anxious", "avoidant", back=0.004, check_in=UUID(int=1), same_loop=same) for n in range(10)
        ]
        assert len(cycles(evening)) == int(same)
        assert len(runs(evening)) == 1


def test_how_long_is_told_of_moments_that_were_happening_and_else_of_none() -> None:
    first = past(0, "anxious", "avoidant", back=0.5)
    again = past(4, "anxious", "avoidant", same_loop=True)
    (found,) = cycles([first, again])
    assert (found.length, found.gap) == (timedelta(hours=12), timedelta(days=3.5))
    for when in ("today", "this_week", "earlier", None):
        (early,) = cycles([replace(first, when=when), again])
        (late,) = cycles([first, replace(again, when=when)])
        assert (early.length, early.gap) == (None, timedelta(days=3.5))
        assert (late.length, late.gap) == (timedelta(hours=12), None)
    (by_day,) = cycles([replace(first, reconnected_on=START.date() + timedelta(days=1)), replace(again)])
    assert by_day.length == timedelta(days=1)
    (same_day,) = cycles([replace(first, reconnected_on=START.date()), again])
    assert same_day.length is None and same_day.gap == timedelta(days=4)


# What holds for any rounds.


@st.composite
def evenings(draw: st.DrawFn) -> list[PastRound]:
    """Return rounds of several check-ins, in order, with every kind of answer."""
    rounds, day, check_in = [], 0.0, 0
    for number in range(draw(st.integers(0, 12))):
        apart = draw(st.sampled_from([0.01, 0.02, 2, 13.9, 30, 61]))
        day, check_in = day + apart, check_in + (apart >= 1)
        values: dict[str, Any] = {
            "back": draw(st.sampled_from([None, 0.005, 0.03, 1, 3])),
            "theme": draw(st.sampled_from(["", "messages", "home"])),
            "when": draw(st.sampled_from([None, "now", "now", "today", "this_week", "earlier"])),
            "same_loop": draw(st.booleans()),
            "intensities": (draw(st.integers(1, 5)), draw(st.integers(1, 5))),
        }
        pulls = draw(st.sampled_from(REACTIONS)), draw(st.sampled_from(REACTIONS))
        rounds.append(past(day, *pulls, id=UUID(int=number + 1), check_in=UUID(int=check_in + 1), **values))
    return rounds


@given(evenings())
def test_swapping_the_partners_swaps_their_sides_alone(rounds: list[PastRound]) -> None:
    mirrored = [replace(one, reactions=one.reactions[::-1], intensities=one.intensities[::-1]) for one in rounds]
    assert [told(run) for run in runs(mirrored)] == [told(run) for run in runs(rounds)]
    assert stages(mirrored, cycles(mirrored)) == stages(rounds, cycles(rounds))


@given(evenings())
def test_a_later_round_never_changes_an_earlier_cycle(rounds: list[PastRound]) -> None:
    for length in range(len(rounds)):
        before, after = cycles(rounds[:length]), cycles(rounds[: length + 1])
        assert after[: len(before)] == before
        assert len(after) - len(before) in (0, 1)


@given(evenings(), st.randoms(use_true_random=False))
def test_the_order_of_storage_changes_nothing(rounds: list[PastRound], random: Any) -> None:
    shuffled = list(rounds)
    random.shuffle(shuffled)
    assert runs(shuffled) == runs(rounds)


@given(evenings())
def test_at_most_one_begins_in_a_check_in_and_no_round_is_in_two(rounds: list[PastRound]) -> None:
    found = runs(rounds)
    began = [run.rounds[0].check_in for run in found]
    assert len(began) == len(set(began))
    inside = [one.id for run in found for one in run.rounds]
    assert len(inside) == len(set(inside))
    for run in found:
        assert all(one.caught for one in run.rounds)
        if run.repeated_by:
            assert run.reconnected_at and run.repeated_by.caught and run.reconnected_at <= run.repeated_by.opened_at
            assert (run.link == "said") == run.repeated_by.same_loop
            assert run.link == "said" or run.repeated_by.check_in != run.rounds[-1].check_in


@given(evenings())
def test_without_when_and_without_a_word_of_both_nothing_is_repeated(rounds: list[PastRound]) -> None:
    assert cycles([replace(one, when=None, same_loop=False) for one in rounds]) == ()
