"""A power cut in the middle of what is slow: the quiet, between the two needs, a turn, a pause. Nothing is lost."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.cast.clients import Line, Person, couple
from tests.support.servers.clocks import Clock
from tests.support.servers.cycle import Server

NEED = "To know roughly when you are back."


@pytest.fixture(scope="module")
def killable() -> Iterator[tuple[Server, Clock]]:
    """Return a Cycle of this file's own, and its clock."""
    server = Server(FRAME_RATE="1000", ROOMS_SWEEP_EVERY="0.2")
    clock = Clock(server, int(time.time()))
    yield server.start(), clock
    server.close()


@pytest.fixture
def revealed(killable: tuple[Server, Clock]) -> tuple[Person, Person]:
    """Return Ana and Ben, whose marks have just opened."""
    ana, ben = couple(killable[0])
    assert ana.command("round.open", after=0, moment=1).status == 200
    for person in (ana, ben):
        assert person.command("mark.seal", round=1, reaction="both", intensity=3).status == 200
    return ana, ben


def power_cut(server: Server) -> None:
    """Kill the process, and start another."""
    server.kill()
    server.start()


def done(person: Person, type: str, **fields: Any) -> None:
    """Carry out a command that must be accepted."""
    answer = person.command(type, **fields)
    assert answer.status == 200, answer.body


def seen(people: tuple[Person, Person]) -> list[Any]:
    """Return what each is shown, without who is here."""
    return [{**person.snapshot(), "people": None} for person in people]


def lines(people: tuple[Person, Person]) -> list[Line]:
    """Return a socket of each."""
    return [person.connect() for person in people]


def test_a_quiet_goes_on_and_one_wish_to_end_it_is_remembered(
    killable: tuple[Server, Clock], revealed: tuple[Person, Person]
) -> None:
    server, clock = killable
    ana, ben = revealed
    done(ana, "quiet.skip", round=1)
    clock.tick(5)
    before = seen(revealed)
    assert before[0]["round"]["exchange"]["you_skipped"] and before[0]["round"]["exchange"]["quiet_until"]
    power_cut(server)
    assert seen(revealed) == before
    done(ben, "quiet.skip", round=1)
    assert "need.say" in ana.snapshot()["can"]


def test_a_need_stays_sealed_and_opens_with_the_other(
    killable: tuple[Server, Clock], revealed: tuple[Person, Person]
) -> None:
    server, clock = killable
    ana, _ = revealed
    clock.tick(15)
    done(ana, "need.say", round=1, text=NEED, op="said")
    before = seen(revealed)
    power_cut(server)
    assert seen(revealed) == before
    done(ana, "need.say", round=1, text="An older retry of it.", op="said")
    at_ana, at_ben = lines(revealed)
    assert at_ben.ask("need.say", round=1, text="A little time.")["type"] == "ack"
    for line in (at_ana, at_ben):
        session = line.until(lambda session: session["round"]["exchange"]["needs"])
        assert session["round"]["exchange"]["needs"] == {"a": NEED, "b": "A little time."}


def test_a_turn_ends_when_it_would_have(killable: tuple[Server, Clock], revealed: tuple[Person, Person]) -> None:
    server, clock = killable
    ana, _ = revealed
    clock.tick(15)
    done(ana, "turn.start", speaker="b", seconds=60)
    clock.tick(59)
    before = seen(revealed)
    assert before[0]["turn"]["speaker"] == "b"
    power_cut(server)
    assert seen(revealed) == before
    both = lines(revealed)
    clock.tick(1)
    for line in both:
        line.until(lambda session: session["turn"] is None)


@pytest.mark.parametrize("minutes", [1, 5, 20])
def test_a_pause_ends_when_it_would_have(
    killable: tuple[Server, Clock], revealed: tuple[Person, Person], minutes: int
) -> None:
    server, clock = killable
    ana, ben = revealed
    done(ben, "pause.start", minutes=minutes)
    done(ana, "pause.resume")
    clock.tick(60 * minutes - 1)
    before = seen(revealed)
    assert [session["pause"]["you_asked_to_resume"] for session in before] == [True, False]
    power_cut(server)
    assert seen(revealed) == before
    both = lines(revealed)
    for line in both:
        line.until(lambda session: session["state"] == "paused")
    clock.tick(1)
    for line in both:
        line.until(lambda session: session["state"] == "live" and session["pause"] is None)
