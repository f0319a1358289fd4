"""A live session without a database or a server: the state, the sealed boxes, the ops remembered, and the clock.

It carries out what ``rules.decide`` decides, through ``reveal.carry_out``, as the writer does with rows. Worlds are
values: a step returns another world, so that a test can go every way from the same place.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from hypothesis import HealthCheck, settings

from sessions.checkin import changes, exchange, reveal, rules
from sessions.checkin.frames import Command, MarkSeal, NeedSay
from sessions.checkin.refusals import Refusal
from sessions.checkin.shown_round import LatestRound, Viewer
from sessions.checkin.snapshot import Session, snapshot_for
from sessions.checkin.state import (
    LIFETIME,
    PARTNERS,
    EarlierRound,
    OpenedMark,
    Partner,
    Person,
    SeatName,
    SessionState,
    Step,
)
from sessions.checkin.wire import command_from, encode, snapshot

# A busy machine can stall any example: whether a property is slow shows in the run as a whole.
settings.register_profile("cycle", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cycle")

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPS_KEPT: Final = 64
NAMES: Final[Mapping[SeatName, str]] = {"a": "Ana", "b": "Ben", "host": "Tess"}

EARLIER_STEPS: Final = (
    Step(UUID(int=1), "a", "I write when I am late."),
    Step(UUID(int=2), "b", "I say when I need ten minutes."),
)
# The last round of the check-in before, which nobody has said anything more about.
LAST_TIME: Final = EarlierRound(1, "We came home late.", NOON - timedelta(days=5))
STEP_OF: Final[Mapping[str, UUID]] = {step.seat: step.id for step in EARLIER_STEPS}

# The shared screen is opened by whoever sits at it; in a partner's hands it shows no more than in a host's.
EYES: Final = (Viewer("a"), Viewer("b"), Viewer("host"), Viewer("a", True), Viewer("b", True), Viewer("host", True))

Held = Mapping[tuple[str, Partner], Command]


def others_than(seat: Partner) -> tuple[Viewer, ...]:
    """Return everybody's eyes but those of one partner alone; their own shared screen counts as others'."""
    return tuple(viewer for viewer in EYES if viewer.partner != seat)


@dataclass(frozen=True, slots=True)
class World:
    """One live session at one time. ``opened`` is every reveal there ever was."""

    state: SessionState
    now: datetime = NOON
    boxes: Held = field(default_factory=dict)
    remembered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opened: tuple[changes.Revealed, ...] = ()

    def ask(self, seat: SeatName, command: Command) -> tuple["World", str | None]:
        """Return the world after a command, and the code of its refusal (None: acknowledged)."""
        kept = self.remembered.get(seat, ())
        if command.op in kept:
            return self, None
        decision = rules.decide(self.state, seat, command, self.now, new_step_id=uuid5(NAMESPACE_OID, command.op))
        if isinstance(decision, Refusal):
            return self, decision.code
        if not decision.changes:
            return self, None
        boxes = Boxes(dict(self.boxes), seat, command)
        return replace(
            self,
            state=reveal.carry_out(decision, self.state, boxes, self.now),
            boxes=boxes.held,
            opened=(*self.opened, *boxes.revealed),
            remembered={**self.remembered, seat: (*kept, command.op)[-OPS_KEPT:]},
        ), None

    def after(self, seat: SeatName, type: str, **fields: Any) -> "World":
        """Return the world after a command that must be accepted."""
        world, code = self.ask(seat, said(type, **fields))
        assert code is None, (seat, type, fields, code)
        return world

    def refusal(self, seat: SeatName, type: str, **fields: Any) -> str | None:
        """Return the code with which a command is refused (None: it is not)."""
        return self.ask(seat, said(type, **fields))[1]

    def later(self, **passed: float) -> "World":
        """Return the world after some time; nothing but the clock has moved."""
        return replace(self, now=self.now + timedelta(**passed))

    def seen(self, *seats: SeatName) -> "World":
        """Return the world in which these people are here."""
        people = tuple(replace(one, seen_at=self.now) if one.seat in seats else one for one in self.state.people)
        return replace(self, state=replace(self.state, people=people))

    def view(self, viewer: Viewer, at: datetime | None = None) -> Session:
        """Return what somebody who connects now is sent."""
        return snapshot_for(self.state, viewer, at or self.now)

    def round(self, viewer: Viewer) -> LatestRound:
        """Return what they are shown of the round, which there must be."""
        shown = self.view(viewer)["round"]
        assert shown is not None
        return shown

    def frame(self, viewer: Viewer) -> str:
        """Return the same as text."""
        return encode(snapshot(self.view(viewer)))

    def listens(self, viewer: Viewer) -> bool:
        """Tell whether anybody may look from there."""
        person = self.state.person(viewer.seat)
        return person is not None and person.may_listen

    def sealed_words(self, seats: Collection[Partner] = PARTNERS) -> Iterator[str]:
        """Yield every text that lies sealed."""
        for (_, seat), command in self.boxes.items():
            if seat in seats:
                yield from written(command)


@dataclass(slots=True)
class Boxes:
    """Boxes for what is sealed: put in, destroyed or opened, as a change says."""

    held: dict[tuple[str, Partner], Command]
    seat: SeatName
    command: Command
    revealed: list[changes.Revealed] = field(default_factory=list)

    def write(self, change: changes.Change) -> None:
        """Carry out what a change does to boxes."""
        match change:
            case changes.MarkSealed():
                assert isinstance(self.command, MarkSeal) and change.seat == self.seat
                self.held["mark", change.seat] = self.command
            case exchange.NeedSealed():
                assert isinstance(self.command, NeedSay) and change.seat == self.seat
                self.held["need", change.seat] = self.command
            case changes.MarkWithdrawn():
                self._destroy("mark", change.seat)
            case exchange.NeedTakenBack():
                self._destroy("need", change.seat)
            case changes.RoundClosedUnread():
                self._destroy("mark", *PARTNERS)
            case exchange.ExchangeClosed() | exchange.NeedsShown():
                self._destroy("need", *PARTNERS)
            case changes.Revealed():
                self._destroy("mark", *PARTNERS)
                self.revealed.append(change)

    def opened_marks(self) -> Mapping[Partner, OpenedMark]:
        """Open both marks."""
        return {one: opened_mark(self.held["mark", one]) for one in PARTNERS}

    def opened_needs(self) -> Mapping[Partner, str]:
        """Open both needs."""
        return {one: self.held["need", one].text for one in PARTNERS}  # type: ignore[union-attr]

    def _destroy(self, what: str, *seats: Partner) -> None:
        for seat in seats:
            self.held.pop((what, seat), None)


def opened_mark(command: Command) -> OpenedMark:
    """Return what a sealed mark will be once it is open."""
    assert isinstance(command, MarkSeal)
    return command.opened()


_counted = iter(range(10**9))


def said(type: str, *, op: str | None = None, **fields: Any) -> Command:
    """Return a command as the parser would: with an op that was never used, if none is given."""
    return command_from({"type": type, "op": op or f"op-{next(_counted)}", **fields})


def written(command: Command) -> Iterator[str]:
    """Yield the texts that a person wrote into a command."""
    for name in ("thought", "second_look", "words", "text"):
        text = getattr(command, name, "")
        if text:
            yield text


def begun(*seats: SeatName, hosted: bool = False, follow_up: tuple[Step, ...] = EARLIER_STEPS, **known: Any) -> World:
    """Return a check-in that has just begun; without seats named, both partners are in, and the host if hosted.

    ``known`` is what is known of the couple's earlier rounds.
    """
    taken: tuple[SeatName, ...] = seats or (("a", "b", "host") if hosted else ("a", "b"))
    people = tuple(Person(seat, NAMES[seat]) for seat in taken)
    return World(
        SessionState(
            UUID(int=7),
            "Sunday",
            NOON + LIFETIME,
            hosted=hosted,
            people=people,
            follow_up=follow_up,
            version=1,
            **known,
        )
    )


def with_round(world: World, **moment: Any) -> World:
    """Return the world with a next round open."""
    pacer: SeatName = "host" if world.state.hosted else "a"
    return world.after(pacer, "round.open", after=world.state.last_number, **(moment or {"moment": 1}))


def revealed(world: World, a: Mapping[str, Any] | None = None, b: Mapping[str, Any] | None = None) -> World:
    """Return the world with a next round open and revealed, in its quiet."""
    world = with_round(world)
    number = world.state.last_number
    world = world.after("a", "mark.seal", round=number, **{"reaction": "anxious", "intensity": 4, **(a or {})})
    return world.after("b", "mark.seal", round=number, **{"reaction": "avoidant", "intensity": 3, **(b or {})})


def in_exchange(world: World) -> World:
    """Return the world with a next round revealed and its quiet over."""
    return revealed(world).later(seconds=15)


def needs_shown(world: World) -> World:
    """Return the world with both needs said."""
    world = in_exchange(world)
    number = world.state.last_number
    world = world.after("a", "need.say", round=number, text="To know when.")
    return world.after("b", "need.say", round=number, text="A little time.")
