"""One check-in told from its first minute to its last: every frame of it is an example in docs/examples.

Nothing here is written by hand. Commands go through the parser and the rules, time is an input, and what each person
sees is what ``snapshots`` makes of it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sessions import changes, patterns, protocol, rules, wording
from sessions.snapshots import Viewer, snapshot_for
from sessions.state import LIFETIME, PARTNERS, Partner, Person, SeatName, SessionState, Step

Example = dict[str, Any]

BEGIN: Final = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
SESSION: Final = UUID("0b7e5f52-6c1f-4d0e-9a53-2f4f4a9d7c11")
EARLIER_STEP: Final = UUID("5d1f0a44-94d2-4b61-8f0e-6a0d5b7c2e01")
STEPS: Final[dict[SeatName, UUID]] = {
    "a": UUID("5d1f0a44-94d2-4b61-8f0e-6a0d5b7c2e0a"),
    "b": UUID("5d1f0a44-94d2-4b61-8f0e-6a0d5b7c2e0b"),
    "host": UUID(int=0),
}


class Telling:
    """A check-in of Ana and Ben that is carried out as the writer would, without a database."""

    def __init__(self) -> None:
        self.now = BEGIN
        earlier = Step(EARLIER_STEP, "a", "Say goodnight before I put the phone away")
        self.state = SessionState(SESSION, "", BEGIN + LIFETIME, follow_up=(earlier,))
        self.marks: dict[Partner, protocol.MarkSeal] = {}
        self.needs: dict[Partner, str] = {}
        self.examples: dict[str, Example] = {}
        self._ops = 0

    def arrive(self, seat: SeatName, name: str) -> None:
        """Let somebody take a seat."""
        self.state = changes.replace(self.state, people=(*self.state.people, Person(seat, name, self.now)))

    def wait(self, seconds: float) -> None:
        """Let time pass; everybody stays."""
        self.now += timedelta(seconds=seconds)
        here = tuple(changes.replace(person, seen_at=self.now) for person in self.state.people)
        self.state = changes.replace(self.state, people=here)

    def show(self, name: str, seat: SeatName, *, shared: bool = False) -> None:
        """Keep what somebody sees now as an example."""
        session = snapshot_for(self.state, Viewer(seat, shared=shared), self.now)
        self.examples[f"snapshot.{name}"] = {"type": "snapshot", "session": session}

    def ask(self, seat: SeatName, type: str, **fields: Any) -> None:
        """Carry out one command; the first of its type becomes an example."""
        self._ops += 1
        frame = {"type": type, "op": f"{seat}-{self._ops}", **fields}
        self.examples.setdefault(type, frame)
        command = protocol.command_from(frame)
        decision = rules.decide(self.state, seat, command, self.now, new_step_id=STEPS[seat])
        if isinstance(decision, rules.Refusal):
            raise ValueError(f"{type}: {decision.code}")
        if isinstance(command, protocol.MarkSeal):
            self.marks[_partner(seat)] = command
        if isinstance(command, protocol.NeedSay):
            self.needs[_partner(seat)] = command.text
        for change in decision:
            self.state = changes.apply(self._carried_out(change), self.state)

    def refuse(self, seat: SeatName, type: str, **fields: Any) -> str:
        """Return the code that a command is refused with."""
        command = protocol.command_from({"type": type, "op": "refused", **fields})
        decision = rules.decide(self.state, seat, command, self.now, new_step_id=STEPS[seat])
        assert isinstance(decision, rules.Refusal), type
        return decision.code

    def _carried_out(self, change: changes.Change) -> changes.Change:
        match change:
            case changes.RevealDue():
                opened = {seat: _opened(self.marks[seat]) for seat in PARTNERS}
                pattern = patterns.classify(*(_signal(self.marks[seat]) for seat in PARTNERS))
                return changes.Revealed(pattern, patterns.VERSION, opened, self.now)
            case changes.NeedsDue():
                return changes.NeedsShown(self.needs)
        return change


def _partner(seat: SeatName) -> Partner:
    return "a" if seat == "a" else "b"


def _opened(mark: protocol.MarkSeal) -> changes.OpenedMark:
    return changes.OpenedMark(mark.reaction, mark.intensity, mark.details(), mark.shared())


def _signal(mark: protocol.MarkSeal) -> patterns.Signal:
    return patterns.Signal(mark.reaction, frozenset(mark.moves if "moves" in mark.shared() else ()))


def all_examples() -> dict[str, Example]:
    """Return every example by name: commands by their type, then answers and snapshots."""
    told = Telling()
    _come_in(told)
    _mark(told)
    _exchange(told)
    _part(told)
    return {**told.examples, **_answers(told)}


def _come_in(told: Telling) -> None:
    told.arrive("a", "Ana")
    told.show("waiting", "a")
    told.arrive("b", "Ben")
    told.ask("a", "sync")
    told.ask("a", "step.tried", step=str(EARLIER_STEP), tried="partly")
    told.show("live", "b")


def _mark(told: Telling) -> None:
    told.ask("b", "round.open", after=0, moment=1, size=2)
    told.show("open", "b")
    told.ask(
        "a",
        "mark.seal",
        round=1,
        reaction="anxious",
        intensity=4,
        moves=["ask-again", "reach-out-more"],
        underneath=["fear-of-losing-connection"],
        impulse="ask-again",
        chosen="stay-and-share",
        thought="I have done something.",
        second_look="It may only be a long day.",
        share=["moves", "underneath", "second_look"],
    )
    told.show("sealed", "a")
    told.show("screen", "a", shared=True)
    told.ask("b", "mark.seal", round=1, reaction="steady", intensity=2)
    told.state = _before_the_second_mark(told)
    told.ask("b", "mark.seal", round=1, reaction="avoidant", intensity=3, underneath=["overwhelm"], share=["underneath"])
    told.show("revealed", "a")


def _before_the_second_mark(told: Telling) -> SessionState:
    raise NotImplementedError


def _exchange(told: Telling) -> None: ...
def _part(told: Telling) -> None: ...
def _answers(told: Telling) -> dict[str, Example]:
    return {}
