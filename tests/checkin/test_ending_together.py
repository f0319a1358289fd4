"""Ending together: all see it coming and each may stay; the clock closes it, and nothing sealed shows in any of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import ENDING, PARTNERS, SeatName, next_change
from tests.support.pure.world import EYES, NOON, World, begun, others_than, with_round

ANYONE: tuple[SeatName, ...] = ("a", "b", "host")
SECONDS = ENDING.total_seconds()


def asked(world: World, seat: SeatName = "a") -> World:
    return world.after(seat, "session.end", soon=True)


@pytest.mark.parametrize("seat", ANYONE)
def test_everybody_sees_who_would_like_to_end_and_until_when(seat: SeatName) -> None:
    world = begun(*ANYONE, hosted=True)
    assert all(world.view(viewer)["ending"] is None for viewer in EYES)
    coming = asked(world, seat)
    for viewer in EYES:
        assert coming.view(viewer)["ending"] == {"by": seat, "until": "2026-03-01T12:00:10Z"}
        assert coming.view(viewer)["state"] == "live"


def test_the_clock_closes_it_for_all_and_an_open_round_with_it() -> None:
    coming = asked(with_round(begun()).after("b", "mark.seal", round=1, reaction="both", intensity=1))
    assert next_change(coming.state, NOON) == NOON + ENDING
    assert coming.later(seconds=SECONDS - 1).refusal("b", "mark.withdraw", round=1) is None
    over = coming.later(seconds=SECONDS)
    assert next_change(over.state, over.now) is None
    for viewer in (Viewer("a"), Viewer("b")):
        shown = over.view(viewer)
        assert (shown["state"], shown["ending"], shown["round"], shown["can"]) == ("ended", None, None, [])
    for type in ("session.stay", "session.end", "sync"):
        assert over.refusal("b", type) == "session.ended"


@pytest.mark.parametrize("seat", ANYONE)
def test_whoever_stays_stops_it_and_leaves_no_trace(seat: SeatName) -> None:
    world = begun(*ANYONE, hosted=True)
    going_on = asked(world).after(seat, "session.stay")
    assert going_on.state == world.state
    assert not going_on.later(seconds=SECONDS).state.ended(NOON + ENDING)


def test_staying_where_nothing_ends_changes_nothing() -> None:
    world = begun()
    assert world.after("b", "session.stay").state == world.state


def test_it_is_asked_once_and_not_put_off_by_asking_again() -> None:
    coming = asked(begun())
    assert asked(coming.later(seconds=5)).state == coming.state


def test_the_others_asking_agrees_and_among_three_nobody_is_cut_off() -> None:
    assert asked(asked(begun()), "b").state.ended_at == NOON
    coming = asked(begun(*ANYONE, hosted=True), "host")
    assert asked(coming, "a").state == coming.state


def test_an_end_without_soon_is_at_once_as_it_always_was() -> None:
    assert begun().after("a", "session.end").state.ended_at == NOON
    assert asked(begun()).after("b", "session.end").state.ending is None


def test_whoever_pauses_is_not_done() -> None:
    paused = asked(begun()).after("b", "pause.start", minutes=1)
    assert paused.state.ending is None
    assert not paused.later(seconds=SECONDS).state.ended(NOON + ENDING)


def test_a_host_who_leaves_takes_their_asking_along_and_nobody_elses() -> None:
    world = begun(*ANYONE, hosted=True)
    assert asked(world, "host").after("host", "session.leave").state.ending is None
    assert asked(world, "b").after("host", "session.leave").state.ending is not None


def test_a_day_that_is_over_sooner_ends_it_sooner() -> None:
    late = replace(begun(), now=begun().state.expires_at - timedelta(seconds=3))
    assert asked(late).state.ends_at == late.state.expires_at


def test_it_looks_alike_whatever_is_sealed() -> None:
    """To the other, while it comes, when it is stopped and when it has come."""
    opened = with_round(begun())
    one_in = opened.after("a", "mark.seal", round=1, reaction="anxious", intensity=5, words="canary")
    assert opened.state != one_in.state
    for seat in PARTNERS:
        for viewer in others_than("a"):
            coming = [asked(world, seat) for world in (opened, one_in)]
            over = [world.later(seconds=SECONDS) for world in coming]
            stopped = [world.after("b", "session.stay") for world in coming]
            for first, second in (coming, over, stopped):
                if viewer.seat != "host" or viewer.shared:
                    assert first.frame(viewer) == second.frame(viewer)
