"""Further than every way can be gone: long evenings with everything in them, made by chance."""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sessions.checkin.frames import Command
from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import PARTNERS, SeatName
from tests.support.pure.checks import check_leaving, check_pace, check_place, check_step
from tests.support.pure.moves import Move
from tests.support.pure.world import (
    LAST_TIME,
    STEP_OF,
    World,
    begun,
    in_exchange,
    needs_shown,
    revealed,
    said,
    with_round,
)

FIELDS: dict[str, tuple[str, ...]] = {
    "round.open": ("after", "text"),
    "mark.seal": ("round", "reaction", "intensity", "words", "thought", "guess", "share"),
    "mark.withdraw": ("round",),
    "round.set_aside": ("round",),
    "pattern.fit": ("round", "fits"),
    "quiet.skip": ("round",),
    "need.say": ("round", "text"),
    "meant.confirm": ("round",),
    "need.heard": ("round",),
    "step.choose": ("round", "text"),
    "step.tried": ("step", "tried"),
    "reconnect.confirm": ("round", "relief", "day"),
    "loop.same": ("round", "same"),
    "turn.start": ("speaker", "seconds"),
    "turn.end": (),
    "pause.start": ("minutes",),
    "pause.resume": (),
    "sync": (),
}


CHOICES: dict[str, tuple[Any, ...]] = {
    "reaction": ("anxious", "avoidant", "both", "steady"),
    "guess": ("anxious", "avoidant", "both", "steady"),
    "intensity": (1, 2, 3, 4, 5),
    "share": ([], ["words"], ["thought", "guess"]),
    "fits": (True, False),
    "tried": ("yes", "partly", "no"),
    "relief": (0, 4),
    "day": (None, "2026-03-01", "2026-02-27"),
    "same": (True, False),
    "speaker": ("a", "b"),
    "seconds": (30, 300),
    "minutes": (1, 5, 20),
}


EVERYTHING = (*FIELDS, "session.leave")


ONWARDS = ("round.open", "mark.seal", "need.say", "meant.confirm", "need.heard")


STARTS = (
    begun(),
    begun(hosted=True),
    with_round(begun()),
    with_round(begun(hosted=True)),
    revealed(begun()),
    in_exchange(begun(hosted=True)),
    needs_shown(begun()),
    in_exchange(begun(may_repeat=True, earlier=LAST_TIME)),
)


class Evening(RuleBasedStateMachine):
    """Two partners, perhaps a host, and time, in any order; every text is one of a kind."""

    world: World
    answered: list[tuple[SeatName, Command]]

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: World) -> None:
        self.world = replace(start, remembered={})
        self.answered = []
        self.texts = 0

    @rule(seat=st.sampled_from(PARTNERS), data=st.data())
    def go_on(self, seat: SeatName, data: st.DataObject) -> None:
        can = [type for type in ONWARDS if type in self.world.view(Viewer(seat))["can"]]
        if can:
            self.say(seat, data.draw(st.sampled_from(can)), data)

    @rule(seat=st.sampled_from(PARTNERS), data=st.data())
    def do_what_one_may(self, seat: SeatName, data: st.DataObject) -> None:
        can = [type for type in self.world.view(Viewer(seat))["can"] if type in FIELDS]
        if can:
            self.say(seat, data.draw(st.sampled_from(can)), data)

    @rule(seat=st.sampled_from(("a", "b", "host")), type=st.sampled_from(EVERYTHING), data=st.data())
    def try_anything(self, seat: SeatName, type: str, data: st.DataObject) -> None:
        self.say(seat, type, data)

    @precondition(lambda self: self.answered)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        seat, command = data.draw(st.sampled_from(self.answered))
        before = self.world
        self.do(seat, command)
        assert self.world == before

    @rule(seconds=st.sampled_from((1, 7, 15, 31, 61, 301)))
    def wait(self, seconds: float) -> None:
        self.world = self.world.later(seconds=seconds)

    @invariant()
    def nothing_sealed_is_seen(self) -> None:
        check_place(self.world)

    @invariant()
    def leaving_works(self) -> None:
        check_leaving(self.world)

    @invariant()
    def the_buttons_are_true(self) -> None:
        for seat in ("a", "b", "host"):
            can = self.world.view(Viewer(seat))["can"]
            for type in ("pause.resume", "round.set_aside", "quiet.skip", "session.leave", "turn.end"):
                fields = {"round": max(1, self.world.state.last_number)} if "round" in FIELDS.get(type, ()) else {}
                assert (type in can) == (self.world.refusal(seat, type, **fields) is None)

    def say(self, seat: SeatName, type: str, data: st.DataObject) -> None:
        self.do(seat, said(type, **{name: self.value(name, seat, data) for name in FIELDS.get(type, ())}))

    def do(self, seat: SeatName, command: Command) -> None:
        before = self.world
        self.world, code = self.world.ask(seat, command)
        move = Move(command.type, seat, command)
        check_step(before, move, self.world, code)
        check_pace(before, move, self.world)
        if command.op in self.world.remembered.get(seat, ()) and (seat, command) not in self.answered:
            self.answered.append((seat, command))

    def value(self, name: str, seat: SeatName, data: st.DataObject) -> Any:
        number = self.world.state.last_number
        match name:
            case "round":
                return data.draw(st.sampled_from((max(1, number), max(1, number), max(1, number), 1, number + 1)))
            case "after":
                return data.draw(st.sampled_from((number, number, number, 0)))
            case "text" | "words" | "thought":
                self.texts += 1
                return f"<<{seat} wrote {self.texts}>>"
            case "step":
                return str(STEP_OF.get(seat, STEP_OF["a"]))
        return data.draw(st.sampled_from(CHOICES[name]))


Evening.TestCase.settings = settings(max_examples=80, stateful_step_count=50)


class TestEvenings(Evening.TestCase):  # type: ignore[name-defined]
    """Run the evenings."""
