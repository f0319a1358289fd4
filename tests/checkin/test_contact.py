"""Finding each other again: the day that contact came back, the last time's round, and whether it was the same loop."""

from datetime import date, timedelta
from typing import Any

import pytest

from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import PARTNERS
from tests.support.pure.world import EYES, LAST_TIME, NOON, World, begun, in_exchange, with_round

STEADY = {"a": {"reaction": "steady"}, "b": {"reaction": "anxious"}}


def exchange(world: World, seat: str = "a") -> Any:
    """Return the exchange as a partner is shown it."""
    return world.round(Viewer(seat))["exchange"]  # type: ignore[arg-type]


# The day.


def test_the_later_day_counts_once_both_have_named_one() -> None:
    world = in_exchange(begun()).later(days=0.4)
    one = world.after("a", "reconnect.confirm", round=1, day="2026-03-01")
    assert exchange(one)["reconnected_on"] is None and one.state.exchange.reconnected_on is None
    both = one.after("b", "reconnect.confirm", round=1, day="2026-03-01")
    assert exchange(both)["reconnected_on"] == "2026-03-01"
    last_time = begun(earlier=LAST_TIME).after("b", "reconnect.confirm", round=0, day="2026-02-27")
    assert last_time.state.earlier and last_time.state.earlier.days == {"b": date(2026, 2, 27)}


@pytest.mark.parametrize("named", ["a", "b"])
def test_who_names_no_day_says_now_which_is_later_than_any_day(named: str) -> None:
    world = in_exchange(begun())
    for seat in PARTNERS:
        day = {"day": "2026-03-01"} if seat == named else {}
        world = world.after(seat, "reconnect.confirm", round=1, **day)
    assert exchange(world)["reconnected"] and exchange(world)["reconnected_on"] is None


def test_a_day_is_from_the_moment_until_today() -> None:
    world = in_exchange(begun())
    for day in ("2026-03-02", "2999-01-01", "2026-02-28", "0001-01-01"):
        assert world.refusal("a", "reconnect.confirm", round=1, day=day) == "day.out_of_range"
    last_time = begun(earlier=LAST_TIME)
    assert LAST_TIME.opened_at == NOON - timedelta(days=5)
    for day in ("2026-02-24", "2026-03-01"):
        assert last_time.refusal("a", "reconnect.confirm", round=0, day=day) is None
    for day in ("2026-02-23", "2026-03-02"):
        assert last_time.refusal("a", "reconnect.confirm", round=0, day=day) == "day.out_of_range"


def test_after_both_have_said_it_the_day_stays() -> None:
    world = in_exchange(begun())
    for seat in ("a", "b", "a"):
        world = world.after(seat, "reconnect.confirm", round=1, **({} if seat == "b" else {"day": "2026-03-01"}))
    assert exchange(world)["reconnected_on"] is None


# The last time.


def test_the_last_round_of_the_check_in_before_is_asked_about_until_both_have_said() -> None:
    world = begun(hosted=True, earlier=LAST_TIME)
    for viewer in EYES:
        shown = world.view(viewer)["last_time"]
        assert (shown is not None) == (viewer.partner is not None)
    assert "reconnect.confirm" in world.view(Viewer("a"))["can"]
    one = with_round(world).after("a", "reconnect.confirm", round=0)
    assert one.view(Viewer("a"))["last_time"] == {
        "moment": {"id": None, "text": "We came home late.", "when": None},
        "opened_at": "2026-02-24T12:00:00Z",
        "you_reconnected": True,
    }
    shown = one.view(Viewer("b"))["last_time"]
    assert shown and shown["you_reconnected"] is False
    both = one.after("b", "reconnect.confirm", round=0, day="2026-02-25")
    for viewer in EYES:
        assert both.view(viewer)["last_time"] is None
    assert both.refusal("b", "reconnect.confirm", round=0) == "exchange.closed"


def test_nothing_is_asked_where_there_was_no_check_in_before() -> None:
    world = in_exchange(begun())
    assert world.view(Viewer("a"))["last_time"] is None
    assert world.refusal("a", "reconnect.confirm", round=0) == "exchange.closed"


# The same loop.


def test_the_same_loop_counts_once_both_have_said_so_and_a_no_shows_to_nobody() -> None:
    asked = in_exchange(begun(may_repeat=True))
    assert exchange(asked)["same_loop_offered"] is True
    no = asked.after("a", "loop.same", round=1, same=False)
    yes = asked.after("a", "loop.same", round=1, same=True)
    assert exchange(no)["you_said_same"] is False and exchange(yes)["you_said_same"] is True
    for world in (no, yes):
        assert world.round(Viewer("b")) == asked.round(Viewer("b"))
    assert exchange(no.after("b", "loop.same", round=1, same=True), "b")["same_loop"] is None
    both = yes.after("b", "loop.same", round=1, same=True)
    assert all(exchange(both, seat)["same_loop"] is True for seat in PARTNERS)
    assert both.refusal("a", "loop.same", round=1, same=False) == "exchange.closed"


def test_a_host_is_not_told_that_there_was_an_earlier_loop() -> None:
    world = in_exchange(begun(hosted=True, may_repeat=True))
    for seat in PARTNERS:
        world = world.after(seat, "loop.same", round=1, same=True)
    for viewer in EYES:
        shown = world.round(viewer)["exchange"]
        assert shown is not None
        assert {"same_loop_offered", "same_loop", "you_said_same"} & set(shown) == (
            {"same_loop_offered", "same_loop", "you_said_same"} if viewer.partner else set()
        )
    assert world.refusal("host", "loop.same", round=1, same=True) == "seat.not_allowed"


def test_it_is_offered_where_neither_could_stay_present_now_and_before() -> None:
    first = in_exchange(begun())
    assert exchange(first)["same_loop_offered"] is False
    assert first.refusal("a", "loop.same", round=1, same=True) == "loop.not_offered"
    assert exchange(in_exchange(first))["same_loop_offered"] is True
    calm = with_round(first)
    for seat in PARTNERS:
        calm = calm.after(seat, "mark.seal", round=2, intensity=2, **STEADY[seat])
    calm = calm.later(seconds=15)
    assert exchange(calm)["same_loop_offered"] is False
    assert exchange(in_exchange(calm))["same_loop_offered"] is True, "the calm one lies between"
    aside = with_round(begun()).after("a", "round.set_aside", round=1)
    assert exchange(in_exchange(aside))["same_loop_offered"] is False
