"""Sealed apart, opened together: whatever two do and whenever anybody looks, it opens once at its hour, or never.

The exhaustive test goes every way from the start until nothing new comes up: it covers every sequence of its steps, of
any length. What is beyond (more hours, any order of time) goes by chance.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.checkin import apart as rules
from sessions.checkin import endings, reveal
from sessions.checkin.apart import WITHIN, Apart, Asked, BadHour
from sessions.checkin.reveal import Decision
from sessions.checkin.rules import allowed
from sessions.checkin.state import LIFETIME, PARTNERS, Partner, RoundState, next_change, other
from tests.support.pure.moves import MARKING, Move, clock, move
from tests.support.pure.world import EYES, NOON, Boxes, World, begun, opened_mark, others_than, said

EIGHT = NOON + timedelta(hours=8)
NINE = NOON + timedelta(hours=9)
TEN = NOON + timedelta(hours=10)

Step = Callable[[World], tuple[World, str | None]]


@dataclass(frozen=True)
class Says:
    """One of the two says an hour."""

    seat: Partner
    opens_at: datetime

    @property
    def name(self) -> str:
        return f"{self.seat} says {self.opens_at:%H}"

    def __call__(self, world: World) -> tuple[World, str | None]:
        apart = world.state.apart
        if apart is None or world.state.ended_at:
            return world, "over"
        try:
            then = rules.say_hour(apart, self.seat, self.opens_at, world.now)
        except BadHour:
            return world, "bad hour"
        return (world, "over") if then is None else (replace(world, state=replace(world.state, apart=then)), None)


@dataclass(frozen=True)
class Looks:
    """Somebody looks, or the sweep: what is due is carried out."""

    name: str = "somebody looks"

    def __call__(self, world: World) -> tuple[World, str | None]:
        decision = reveal.at_the_hour(world.state, world.now)
        return (world, None) if decision is None else (carried_out(world, decision), None)


@dataclass(frozen=True)
class Parts:
    """Unpairing, deleting an account, or calling off by the page: it ends without a command."""

    name: str = "they part"

    def __call__(self, world: World) -> tuple[World, str | None]:
        if world.state.ended(world.now):
            return world, "over"
        return carried_out(world, Decision(endings.at_once(world.state, world.now))), None


def carried_out(world: World, decision: Decision) -> World:
    boxes = Boxes(dict(world.boxes), "a", said("sync"))
    state = reveal.carry_out(decision, world.state, boxes, world.now)
    return replace(world, state=state, boxes=boxes.held, opened=(*world.opened, *boxes.revealed))


def proposed(opens_at: datetime = EIGHT) -> World:
    """Return the world in which Ana has proposed an hour."""
    world = begun(follow_up=())
    apart = Apart(opens_at, agreed=False, asked=Asked("a", opens_at))
    return replace(
        world, state=replace(world.state, starts_at=opens_at, apart=apart, round=RoundState(1, "open", "Late again."))
    )


def agreed(opens_at: datetime = EIGHT) -> World:
    """Return the world in which both have said the hour."""
    return after(proposed(opens_at), Says("b", opens_at))


def after(world: World, *steps: Step) -> World:
    for step in steps:
        world, code = step(world)
        assert code is None, (step, code)
    return world


SEALS = MARKING[:2]
LATER_SEALS, WITHDRAWALS = MARKING[2:4], MARKING[4:]
CALLING_OFF = [move("a", "session.end"), move("b", "session.end", soon=True)]
NO_LEAVING = [move("a", "session.leave"), move("b", "pause.start", minutes=5), move("a", "round.set_aside", round=1)]
HOURS = [clock(f"it is {hour}", hours=hour) for hour in (8, 9)]
ALL: list[Step] = [
    *MARKING,
    *CALLING_OFF,
    *NO_LEAVING,
    *HOURS,
    Looks(),
    Parts(),
    *(Says(seat, hour) for seat in PARTNERS for hour in (EIGHT, NINE)),
]


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
        assert then.state.expires_at == then.now + LIFETIME
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
    assert steps > 5000, "premise: all of them together"


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


@dataclass(frozen=True)
class Jump:
    """The clock is set, forward or back."""

    to: datetime

    def __call__(self, world: World) -> tuple[World, str | None]:
        return replace(world, now=self.to), None


# One by one.


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
def test_after_the_hour_and_before_it_is_carried_out_nothing_but_looking_is_possible(late: timedelta) -> None:
    world = replace(after(agreed(), SEALS[0]), now=EIGHT + late)
    assert not world.state.ended(world.now), "nothing is told that is not stored"
    assert allowed(world.state, "a", world.now) == ("sync",)
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
