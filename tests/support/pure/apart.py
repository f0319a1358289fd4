"""What can happen to an agreed opening, in the pure world: hours that are said, marks, looks, partings, time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sessions.checkin import apart as rules
from sessions.checkin import endings, reveal
from sessions.checkin.apart import Apart, Asked, BadHour
from sessions.checkin.reveal import Decision
from sessions.checkin.state import PARTNERS, Partner, RoundState
from tests.support.pure.moves import MARKING, clock, move
from tests.support.pure.world import NOON, Boxes, World, begun, said

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
class Jump:
    """The clock is set, forward or back."""

    to: datetime
    name: str = "the clock is set"

    def __call__(self, world: World) -> tuple[World, str | None]:
        return replace(world, now=self.to), None


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
    Jump(NOON),
    Looks(),
    Parts(),
    *(Says(seat, hour) for seat in PARTNERS for hour in (EIGHT, NINE)),
]
