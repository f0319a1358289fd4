"""Sealed apart, opened together: whatever two do and whenever anybody looks, it opens once at its hour, or never.

The exhaustive test goes every way from the start until nothing new comes up: it covers every sequence of its steps, of
any length. What is beyond (more hours, any order of time) goes by chance.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.checkin.apart import OPEN_FOR, WITHIN, Asked
from sessions.checkin.rules import allowed
from sessions.checkin.state import LIFETIME, PARTNERS, next_change, other
from tests.support.pure.apart import (
    ALL,
    CALLING_OFF,
    EIGHT,
    NINE,
    NO_LEAVING,
    TEN,
    Jump,
    Looks,
    Parts,
    Says,
    Step,
    proposed,
)
from tests.support.pure.moves import MARKING
from tests.support.pure.world import EYES, NOON, World, opened_mark, others_than


def everything(start: World, steps: list[Step]) -> Iterator[tuple[World, Step, World, str | None, bool]]:
    def key(world: World) -> str:
        return repr(replace(world, remembered={}))

    known, edge = {key(start)}, [start]
    while edge:
        reached = []
        for before in edge:
            for step in steps:
                # As if each command came with an op of its own.
                then, code = step(replace(before, remembered={}))
                place = key(then)
                yield before, step, then, code, place not in known
                if place not in known:
                    known.add(place)
                    reached.append(then)
        edge = reached


def is_open(world: World) -> bool:
    return world.state.apart is None


def waits(world: World) -> bool:
    return world.state.apart is not None and world.state.ended_at is None


def check(before: World, step: Step, then: World, code: str | None) -> None:
    if code is not None:
        assert replace(then, remembered={}) == replace(before, remembered={})
    check_opening(before, step, then)
    check_hour(before, step, then)


def check_opening(before: World, step: Step, then: World) -> None:
    if then.opened != before.opened:
        apart = before.state.apart
        assert isinstance(step, Looks) and apart and apart.agreed and before.now >= apart.opens_at
        assert not before.opened and len(then.opened) == 1
        assert then.opened[0].marks == {seat: opened_mark(before.boxes["mark", seat]) for seat in PARTNERS}
        assert then.state.expires_at == then.now + OPEN_FOR
    if waits(before) and not waits(then) and not is_open(then):
        assert not then.boxes and then.opened == before.opened == ()
    if isinstance(step, Looks) and waits(before):
        apart = before.state.apart
        assert apart is not None
        due = before.now >= apart.opens_at
        assert due != waits(then), "carried out at its hour, and not before"
        both = apart.agreed and before.state.latest_round.sealed == set(PARTNERS)
        assert is_open(then) == (due and both)
        if due and not both:
            assert then.state.ended_at == apart.opens_at
    # Once it is told it stays told, whatever the clock says then.
    assert not (is_open(before) and waits(then)) and not (before.state.ended_at and not then.state.ended_at)


def check_hour(before: World, step: Step, then: World) -> None:
    was, now = before.state.apart, then.state.apart
    if was is None or now is None or was == now:
        return
    assert isinstance(step, Says) and before.now < was.opens_at
    assert then.boxes == before.boxes, "what is sealed stays as it is"
    if was.agreed:
        assert now.agreed
    newly = now.agreed and (not was.agreed or now.opens_at != was.opens_at)
    if newly:
        assert was.asked == Asked(other(step.seat), step.opens_at) and now.opens_at == step.opens_at


def check_sealed(world: World) -> None:
    """Nobody's eyes but one's own can tell whether one has sealed; and nobody is there."""
    if not waits(world):
        return
    sealed = world.state.latest_round.sealed
    assert set(world.boxes) == {("mark", seat) for seat in sealed}
    for seat in PARTNERS:
        twin = replace(world, state=world.state.with_round(sealed=sealed ^ {seat}))
        for moment in (world.now, NINE, TEN + LIFETIME):
            for viewer in others_than(seat):
                if viewer.seat != "host":
                    assert world.view(viewer, moment) == twin.view(viewer, moment)
        assert allowed(world.state, other(seat), world.now) == allowed(twin.state, other(seat), world.now)
        assert next_change(world.state, world.now) == next_change(twin.state, world.now)
    here = world.seen("a", "b")
    for viewer in EYES:
        session = here.view(viewer)
        assert session == world.view(viewer)
        assert not any(one["here"] for one in session["people"])
        assert "canary" not in repr(session)
        assert session["round"] is not None and session["round"]["reveal"] is None


def test_every_way_from_a_proposal_opens_once_at_its_hour_or_never() -> None:
    seen: set[str] = set()
    steps = 0
    for before, step, then, code, is_new in everything(proposed(), ALL):
        steps += 1
        try:
            check(before, step, then, code)
            if is_new:
                check_sealed(then)
        except AssertionError as wrong:
            wrong.add_note(f"after {step} (answered {code or 'ack'}) from {before}")
            raise
        ended = then.state.ended_at is not None
        kind = "open" if is_open(then) else "over" if ended else "agreed" if then.state.apart.agreed else "asked"  # type: ignore[union-attr]
        seen.add(kind)
    assert seen == {"asked", "agreed", "open", "over"}
    assert steps > 15_000, "premise: all of them together"


HOUR_SAID = st.sampled_from([EIGHT, NINE, TEN, NOON - timedelta(hours=1), NOON + WITHIN, NOON + 2 * WITHIN])
AT = st.sampled_from(range(-30, 40))


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*MARKING, *MARKING, *CALLING_OFF, *NO_LEAVING, Parts()]),
            st.just(Looks()),
            st.builds(Says, st.sampled_from(PARTNERS), HOUR_SAID),
            AT.map(lambda hours: Jump(NOON + timedelta(hours=hours))),
        ),
        max_size=40,
    )
)
def test_beyond_that_by_chance_and_with_a_clock_that_is_set(steps: list[Step]) -> None:
    world = proposed()
    for step in steps:
        then, code = step(replace(world, remembered={}))
        check(world, step, then, code)
        check_sealed(then)
        world = then
