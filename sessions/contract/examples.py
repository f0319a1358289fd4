"""One check-in told from its first minute to its last: every frame of it is an example in docs/examples.

No frame is written by hand. Commands go through the parser and the rules, time is an input, and what each person
sees is what ``snapshot`` makes of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sessions.checkin import changes, exchange, frames, reveal, rules, wire
from sessions.checkin.refusals import REFUSALS, Refusal
from sessions.checkin.shown_round import Viewer
from sessions.checkin.snapshot import snapshot_for
from sessions.checkin.state import LIFETIME, PARTNERS, QUIET, OpenedMark, Partner, Person, SessionState, Step
from sessions.contract.problems import problem

Example = Mapping[str, Any]

BEGIN: Final = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
SESSION: Final = UUID("0b7e5f52-6c1f-4d0e-9a53-2f4f4a9d7c11")
EARLIER_STEP: Final = UUID("5d1f0a44-94d2-4b61-8f0e-6a0d5b7c2e01")
STEPS: Final[dict[Partner, UUID]] = {
    "a": UUID("5d1f0a44-94d2-4b61-8f0e-6a0d5b7c2e0a"),
    "b": UUID("5d1f0a44-94d2-4b61-8f0e-6a0d5b7c2e0b"),
}


class Telling:
    """A check-in of Ana and Ben, carried out as the writer would, without a database."""

    def __init__(self) -> None:
        self.now = BEGIN
        earlier = Step(EARLIER_STEP, "a", "Say goodnight before I put the phone away.")
        self.state = SessionState(SESSION, "", BEGIN + LIFETIME, follow_up=(earlier,), may_repeat=True)
        self.marks: dict[Partner, OpenedMark] = {}
        self.needs: dict[Partner, str] = {}
        self.asked: frames.Command | None = None
        self.examples: dict[str, Example] = {}
        self._ops = 0

    def arrive(self, seat: Partner, name: str) -> None:
        """Let somebody take a seat."""
        self.state = replace(self.state, people=(*self.state.people, Person(seat, name, self.now)))

    def wait(self, spell: timedelta) -> None:
        """Let time pass; everybody stays."""
        self.now += spell
        self.state = replace(
            self.state, people=tuple(replace(person, seen_at=self.now) for person in self.state.people)
        )

    def show(self, name: str, seat: Partner, *, shared: bool = False) -> None:
        """Keep what somebody sees now."""
        session = snapshot_for(self.state, Viewer(seat, shared=shared), self.now)
        self.examples[f"snapshot.{name}"] = wire.snapshot(session)

    def ask(self, seat: Partner, type: str, **fields: Any) -> None:
        """Carry out one command; the first of its type is kept."""
        self._ops += 1
        frame = {"type": type, "op": f"{seat}-{self._ops}", **fields}
        self.examples.setdefault(type, frame)
        self.asked = wire.command_from(frame)
        decision = rules.decide(self.state, seat, self.asked, self.now, new_step_id=STEPS[seat])
        assert not isinstance(decision, Refusal), f"{type} is refused: {decision}"
        self.state = reveal.carry_out(decision, self.state, self, self.now)

    def refusal(self, seat: Partner, type: str, **fields: Any) -> Example:
        """Return the answer to a command that is refused now."""
        command = wire.command_from({"type": type, "op": f"{seat}-refused", **fields})
        decision = rules.decide(self.state, seat, command, self.now, new_step_id=STEPS[seat])
        assert isinstance(decision, Refusal), f"{type} is accepted"
        return wire.error(command.op, decision.code, REFUSALS[decision.code].sentence)

    def write(self, change: changes.Change) -> None:
        """Keep what is sealed beside a change."""
        match change, self.asked:
            case changes.MarkSealed(), frames.MarkSeal() as mark:
                self.marks[change.seat] = mark.opened()
            case exchange.NeedSealed(), frames.NeedSay() as need:
                self.needs[change.seat] = need.text

    def opened_marks(self) -> Mapping[Partner, OpenedMark]:
        """Open what was sealed last."""
        return self.marks

    def opened_needs(self) -> Mapping[Partner, str]:
        """Open what was said last."""
        return self.needs


def all_examples() -> dict[str, Example]:
    """Return every example by name: commands by their type, then snapshots, answers and bodies of the API."""
    told = Telling()
    told.arrive("a", "Ana")
    told.show("waiting", "a")
    waiting = told.refusal("a", "round.open", after=0, moment=1)
    told.arrive("b", "Ben")
    told.ask("a", "sync")
    told.ask("a", "step.tried", step=str(EARLIER_STEP), tried="partly")
    told.show("live", "b")
    told.ask("b", "round.open", after=0, moment=1, size=2, when="now")
    told.show("open", "b")
    refused = told.refusal("a", "round.open", after=0, moment=2)
    _to_the_reveal(told)
    told.wait(QUIET / 3)
    _exchange(told)
    answers = _answers(told, refused, waiting)
    _to_the_end(told)
    return {**told.examples, **answers}


def _to_the_reveal(told: Telling) -> None:
    mark: Example = {
        "reaction": "anxious",
        "intensity": 4,
        "moves": ["ask-again", "reach-out-more"],
        "underneath": ["fear-of-losing-connection"],
        "impulse": "ask-again",
        "chosen": "stay-and-share",
        "thought": "I have done something.",
        "second_look": "It may only be a long day.",
        "inner": ["replay", "doubt-myself"],
        "surface": ["tense"],
        "body": ["stomach"],
        "share": ["moves", "underneath", "second_look", "surface"],
    }
    told.ask("a", "mark.seal", round=1, **mark)
    told.show("sealed", "a")
    told.show("screen", "a", shared=True)
    told.ask("a", "mark.withdraw", round=1)
    told.ask("a", "mark.seal", round=1, **mark)
    told.ask(
        "b", "mark.seal", round=1, reaction="avoidant", intensity=3, underneath=["overwhelm"], share=["underneath"]
    )
    told.show("revealed", "a")


def _exchange(told: Telling) -> None:
    for seat in PARTNERS:
        told.ask(seat, "quiet.skip", round=1)
        told.ask(seat, "pattern.fit", round=1, fits=True)
    told.ask("a", "need.say", round=1, text="A word when it gets late, so that I know you are there.")
    told.ask("b", "need.say", round=1, text="An hour to land before we talk about the day.")
    told.ask("b", "need.heard", round=1, words="That one line from me would be enough.")
    told.ask("a", "meant.confirm", round=1)
    told.ask("b", "step.choose", round=1, text="Send one line before the last meeting.")
    told.ask("a", "reconnect.confirm", round=1, relief=3, day="2026-03-01")
    told.ask("a", "loop.same", round=1, same=True)
    told.ask("b", "turn.start", speaker="a", seconds=120)
    told.show("exchange", "a")
    told.ask("a", "turn.end")


def _to_the_end(told: Telling) -> None:
    told.ask("b", "session.end", soon=True)
    told.show("ending", "a")
    told.ask("a", "session.stay")
    told.ask("b", "pause.start", minutes=5)
    told.ask("a", "pause.resume")
    told.show("paused", "a")
    told.ask("b", "pause.resume")
    told.ask("a", "round.open", after=1, text="We came home and neither of us said hello.")
    told.ask("a", "round.set_aside", round=2)
    before = told.state
    told.ask("b", "session.leave")
    told.state = before
    told.ask("a", "session.end")
    told.show("ended", "b")


def _answers(told: Telling, refused: Example, waiting: Example) -> dict[str, Example]:
    acknowledged = wire.ack(wire.command_from(told.examples["mark.seal"]), told.now)
    return {
        "ack": acknowledged,
        "error": refused,
        "rest.start": {
            "token": "k3v9x1c7m5b2n8q4w6e0r3t5y7u9i1o2",
            "session": str(SESSION),
            "code": "KVTMHR",
            "link": "http://192.168.1.20:8000/join/KVTMHR/",
            "link_with_key": "http://192.168.1.20:8000/join/KVTMHR/?key=5d1c0a7b93e24f68b0d7",
        },
        "rest.join": {"token": "p2l8k6j4h1g9f7d5s3a0z8x6c4v2b1n9", "session": str(SESSION)},
        "rest.command": {"reply": acknowledged, "session": told.examples["snapshot.sealed"]["session"]},
        "rest.problem": problem(waiting["code"]),
    }
