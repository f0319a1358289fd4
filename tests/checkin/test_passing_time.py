"""What time alone changes, and that the moments at which it does are known beforehand."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import LIFETIME, next_change
from tests.support.pure.checks import check_place
from tests.support.pure.moves import HEARING, HOSTING, MARKING, NEEDS, PAUSING, SECOND_ROUND, SKIPPING, TURNS
from tests.support.pure.world import EYES, NOON, World, begun, in_exchange, revealed, with_round


def test_time_alone_opens_nothing() -> None:
    sealed = with_round(begun()).after("a", "mark.seal", round=1, reaction="both", intensity=1, words="canary")
    world = sealed
    while (moment := next_change(world.state, world.now)) is not None:
        world = replace(world, now=moment)
        check_place(world)
    assert world.now == NOON + LIFETIME
    assert world.state == sealed.state
    assert "canary" not in world.frame(Viewer("a"))


def test_it_wakes_for_whatever_ends_by_time() -> None:
    quiet = revealed(begun())
    assert next_change(quiet.state, quiet.now) == NOON + timedelta(seconds=15)
    turn = quiet.later(seconds=15).after("a", "turn.start", speaker="b", seconds=30)
    assert next_change(turn.state, turn.now) == NOON + timedelta(seconds=45)
    paused = turn.after("a", "pause.start", minutes=5)
    assert next_change(paused.state, paused.now) == NOON + timedelta(minutes=5, seconds=15)
    here = paused.seen("b")
    assert next_change(here.state, here.now) == NOON + timedelta(seconds=75)
    assert next_change(begun().state, NOON) == NOON + LIFETIME
    assert next_change(begun().state, NOON + LIFETIME) is None
    ended = paused.after("a", "session.end")
    assert next_change(ended.state, ended.now) is None


MOVES = (*MARKING, *PAUSING, *SECOND_ROUND, *NEEDS, *HEARING, *HOSTING[3:], *SKIPPING, *TURNS)
STARTS = (
    with_round(begun(hosted=True)),
    with_round(begun()),
    revealed(begun()),
    in_exchange(begun(hosted=True)),
    in_exchange(begun()),
    begun("a"),
)
# As it is in life: mostly seconds and minutes, now and then hours.
spans = st.one_of(
    st.timedeltas(timedelta(0), timedelta(seconds=40)),
    st.timedeltas(timedelta(0), timedelta(minutes=25)),
    st.timedeltas(timedelta(0), LIFETIME * 1.1),
    st.sampled_from([timedelta(seconds=15), timedelta(seconds=60), timedelta(minutes=5), LIFETIME]),
)


@st.composite
def evenings(draw: st.DrawFn) -> World:
    """Return a place that can be reached: commands, people who come and go, and time in between."""
    world = draw(st.sampled_from(STARTS))
    for step in draw(st.lists(st.sampled_from(MOVES), max_size=12)):
        world = world.later(seconds=draw(st.sampled_from((0, 0, 0, 1, 16, 61))))
        if draw(st.booleans()):
            world = world.seen(draw(st.sampled_from(("a", "b", "host"))))
        world, _ = replace(world, remembered={}).ask(step.seat or "a", step.command)  # type: ignore[arg-type]
    return world


@settings(max_examples=500)
@given(evenings(), spans, st.floats(0, 1))
def test_nothing_changes_before_the_moment_it_is_known_for(world: World, wait: timedelta, part: float) -> None:
    first = world.now + wait
    moment = next_change(world.state, first)
    if moment is None:
        last = first + 2 * LIFETIME
    else:
        assert moment > first
        last = moment - timedelta(microseconds=1)
    for second in (first + (last - first) * part, last):
        for viewer in EYES:
            assert world.view(viewer, first) == world.view(viewer, second)


@settings(max_examples=150)
@given(evenings())
def test_waking_at_those_moments_misses_nothing(world: World) -> None:
    wakings = 0
    while (moment := next_change(world.state, world.now)) is not None:
        world = replace(world, now=moment)
        wakings += 1
    assert wakings <= 8
    assert all(world.view(viewer)["state"] == "ended" for viewer in EYES)
