"""Sealed apart, opened together: at the agreed hour both marks open, or it stays closed in the same words for both."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sessions.checkin import apart as rules
from sessions.checkin import reveal
from sessions.checkin.apart import WITHIN, Apart, Asked, BadHour
from sessions.checkin.rules import allowed
from sessions.checkin.state import LIFETIME, next_change
from tests.support.pure.apart import (
    CALLING_OFF,
    EIGHT,
    LATER_SEALS,
    NINE,
    SEALS,
    TEN,
    WITHDRAWALS,
    Looks,
    Says,
    after,
    agreed,
    proposed,
)
from tests.support.pure.moves import Move
from tests.support.pure.world import EYES, NOON


def test_both_sealed_opens_at_the_hour_and_is_then_a_check_in_like_any_other() -> None:
    world = after(agreed(), *SEALS)
    assert reveal.at_the_hour(world.state, EIGHT - timedelta(seconds=1)) is None
    opened = after(replace(world, now=EIGHT), Looks())
    assert opened.state.round and opened.state.round.phase == "revealed"
    assert "pattern.fit" in allowed(opened.state, "a", opened.now)
    later = opened.later(seconds=20)
    assert {"need.say", "round.open", "pause.start", "session.leave"} <= set(allowed(later.state, "b", later.now))
    assert after(later, Looks()) == later


@pytest.mark.parametrize("who", [[], SEALS[:1], SEALS[1:]])
def test_one_missing_stays_closed_and_both_are_told_the_same(who: list[Move]) -> None:
    world = after(replace(after(agreed(), *who), now=NINE), Looks())
    assert not world.boxes and not world.opened
    for viewer in EYES[:2]:
        session = world.view(viewer)
        assert (session["state"], session["round"], session["can"]) == ("ended", None, [])
        assert session["apart"] == {
            "opens_at": "2026-03-01T20:00:00Z",
            "agreed": True,
            "asked": None,
            "outcome": "stayed_closed",
        }


def test_a_second_mark_before_the_hour_opens_nothing() -> None:
    world = after(agreed(), *SEALS, *LATER_SEALS)
    assert not world.opened and len(world.boxes) == 2
    assert not after(world, *WITHDRAWALS).boxes


def test_nothing_is_sealed_before_both_have_said_the_hour() -> None:
    assert proposed().refusal("a", "mark.seal", round=1, reaction="both", intensity=1) == "session.not_yet"
    assert "mark.seal" not in allowed(proposed().state, "b", NOON)
    assert "mark.seal" in allowed(agreed().state, "b", NOON)


@pytest.mark.parametrize("late", [timedelta(0), 5 * LIFETIME])
def test_after_the_hour_and_before_it_is_carried_out_nothing_is_possible_but_looking_and_calling_it_off(
    late: timedelta,
) -> None:
    world = replace(after(agreed(), SEALS[0]), now=EIGHT + late)
    assert not world.state.ended(world.now), "nothing is told that is not stored"
    assert allowed(world.state, "a", world.now) == ("session.end", "sync")
    assert world.refusal("a", "mark.withdraw", round=1) == "session.not_yet"


def test_two_marks_alone_open_nothing_where_the_hour_is_not_agreed_on() -> None:
    """No way leads there; if one ever does, it stays closed."""
    sealed = after(agreed(), *SEALS)
    asked = replace(sealed, now=EIGHT, state=replace(sealed.state, apart=proposed().state.apart))
    assert not after(asked, Looks()).opened


def test_going_away_calls_nothing_off_and_ending_does_whoever_it_is() -> None:
    world = after(agreed(), *SEALS)
    assert world.refusal("a", "session.leave") == "session.not_yet"
    ends = [after(world, one) for one in CALLING_OFF]
    for viewer in EYES[:2]:
        assert ends[0].view(viewer) == ends[1].view(viewer)
        assert ends[0].view(viewer)["apart"]["outcome"] == "called_off"  # type: ignore[index]


def test_an_hour_holds_once_both_have_said_it_and_moves_by_both_again() -> None:
    asked = after(agreed(), *SEALS, Says("b", NINE))
    assert asked.state.apart == Apart(EIGHT, True, Asked("b", NINE))
    assert after(asked, Says("a", NINE)).state.apart == Apart(NINE, True)
    assert after(asked, Says("a", EIGHT)).state.apart == Apart(EIGHT, True), "kept, and no question any more"
    assert after(asked, Says("a", TEN)).state.apart == Apart(EIGHT, True, Asked("a", TEN))
    assert after(proposed(), Says("b", NINE)).state.apart == Apart(NINE, False, Asked("b", NINE))
    assert after(proposed(), Says("a", EIGHT)).state.apart == proposed().state.apart, "said twice by one is said by one"


@pytest.mark.parametrize(
    "hour", [NOON, NOON - timedelta(minutes=1), NOON + WITHIN + timedelta(minutes=1), EIGHT + timedelta(microseconds=1)]
)
def test_an_hour_lies_ahead_within_two_weeks_on_a_second(hour: datetime) -> None:
    rules.check_hour(NOON + WITHIN, NOON)
    with pytest.raises(BadHour):
        rules.check_hour(hour, NOON)


def test_a_question_that_its_own_hour_has_passed_is_none_any_more() -> None:
    world = after(agreed(TEN), Says("a", NINE))
    assert next_change(world.state, NOON) == NINE and next_change(world.state, NINE) == TEN
    assert world.view(EYES[1], NINE)["apart"]["asked"] is None  # type: ignore[index]
    assert after(replace(world, now=NINE), Looks()) == replace(world, now=NINE)
