"""An ack means durable, and a command has happened exactly once however often, and wherever, it is sent again."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any
from uuid import UUID

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.cast.clients import Answer, Frame, Line, Person, couple
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks
from tests.support.servers.stored import on_sqlite, rows

pytestmark = pytest.mark.both_stacks

SEED = 20260117


@pytest.fixture(scope="module")
def killable(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a running Cycle of this file's own."""
    running = Server(FRAME_RATE="1000", **stacks.environment(stack)).start()
    yield running
    running.close()


def opened(ana: Person, ben: Person) -> tuple[Line, Line]:
    """Return a socket of each with one round open."""
    at_ana, at_ben = ana.connect(), ben.connect()
    assert at_ana.ask("round.open", after=0, moment=1, op="open")["type"] == "ack"
    for line in (at_ana, at_ben):
        line.until(lambda session: session["round"])
    return at_ana, at_ben


def seal(reaction: str, op: str) -> dict[str, Any]:
    """Return the fields of a mark."""
    return {"round": 1, "reaction": reaction, "intensity": 3, "op": op}


# The same op again.


def test_the_second_marks_retry_after_the_reveal_is_an_ack(ana: Person, ben: Person) -> None:
    at_ana, at_ben = opened(ana, ben)
    assert at_ana.ask("mark.seal", **seal("anxious", "first"))["type"] == "ack"
    assert at_ben.ask("mark.seal", **seal("steady", "second"))["type"] == "ack"
    at_ben.until(lambda session: session["round"]["reveal"])
    at_ana.until(lambda session: session["round"]["reveal"])
    assert at_ben.ask("mark.seal", **seal("steady", "second")) == {"type": "ack", "op": "second"}
    assert at_ana.ask("mark.seal", **seal("anxious", "first")) == {"type": "ack", "op": "first"}
    assert at_ana.ask("mark.seal", **seal("anxious", "another"))["code"] == "round.not_open"
    assert at_ana.silence() and at_ben.silence()


def test_an_old_mark_never_replaces_a_newer_one(ana: Person, ben: Person) -> None:
    at_ana, at_ben = opened(ana, ben)
    for reaction, op in (("anxious", "old"), ("avoidant", "new"), ("anxious", "old")):
        assert at_ana.ask("mark.seal", **seal(reaction, op)) == {"type": "ack", "op": op}
    assert at_ben.ask("mark.seal", **seal("steady", "other"))["type"] == "ack"
    revealed = at_ben.until(lambda session: session["round"]["reveal"])
    assert revealed["round"]["reveal"]["marks"]["a"]["reaction"] == "avoidant"


def test_an_old_mark_does_not_come_back_after_it_was_withdrawn(ana: Person, ben: Person) -> None:
    at_ana, _ = opened(ana, ben)
    assert at_ana.ask("mark.seal", **seal("anxious", "seal"))["type"] == "ack"
    assert at_ana.ask("mark.withdraw", round=1, op="withdraw")["type"] == "ack"
    assert at_ana.ask("mark.seal", **seal("anxious", "seal")) == {"type": "ack", "op": "seal"}
    assert ana.snapshot()["round"]["sealed"] is False


def test_an_op_is_known_on_every_socket_and_over_rest(ana: Person, ben: Person) -> None:
    at_ana, _ = opened(ana, ben)
    assert at_ana.ask("mark.seal", **seal("anxious", "one"))["type"] == "ack"
    assert at_ana.ask("mark.withdraw", round=1, op="two")["type"] == "ack"
    assert ana.connect().ask("mark.seal", **seal("anxious", "one")) == {"type": "ack", "op": "one"}
    answer = ana.command("mark.seal", **seal("anxious", "one"))
    assert (answer.status, answer.body["reply"]) == (200, {"type": "ack", "op": "one"})
    assert answer.body["session"]["round"]["sealed"] is False


def test_an_op_names_a_command_of_one_seat(ana: Person, ben: Person) -> None:
    at_ana, at_ben = opened(ana, ben)
    assert at_ana.ask("mark.seal", **seal("both", "same"))["type"] == "ack"
    assert at_ben.ask("mark.seal", **seal("both", "same"))["type"] == "ack"
    assert at_ben.until(lambda session: session["round"]["reveal"])


def test_a_refused_command_is_not_kept(ana: Person, ben: Person) -> None:
    at_ana = ana.connect()
    assert at_ana.ask("mark.seal", **seal("both", "early"))["code"] == "round.not_open"
    opened(ana, ben)
    assert at_ana.ask("mark.seal", **seal("both", "early"))["type"] == "ack"
    assert ana.snapshot()["round"]["sealed"] is True


def test_the_last_64_are_known_and_each_is_kept_as_its_op_alone(ana: Person, ben: Person) -> None:
    at_ana, _ = opened(ana, ben)
    ops = [f"{number:02}" for number in range(64)]
    for number, op in enumerate(ops):
        if number % 2:
            assert at_ana.ask("mark.withdraw", round=1, op=op)["type"] == "ack"
        else:
            assert at_ana.ask("mark.seal", **seal("both", op))["type"] == "ack"
    assert ana.snapshot()["round"]["sealed"] is False
    for op in ops[::2]:
        assert at_ana.ask("mark.seal", **seal("both", op))["type"] == "ack"
    assert ana.snapshot()["round"]["sealed"] is False
    query = "SELECT acknowledged FROM live_sessions_seat WHERE live_session_id = ? AND name = 'a'"
    kept = rows(ana.server, query, UUID(ana.session))[0][0]
    assert (kept if isinstance(kept, list) else json.loads(kept)) == ops


def test_opening_is_not_done_twice_by_a_retry(ana: Person, ben: Person) -> None:
    at_ana, _ = opened(ana, ben)
    assert at_ana.ask("round.set_aside", round=1, op="aside")["type"] == "ack"
    assert at_ana.ask("round.open", after=0, moment=1, op="open") == {"type": "ack", "op": "open"}
    assert ana.snapshot()["round"] | {"moment": None} == {
        "number": 1,
        "state": "set_aside",
        "moment": None,
        "sealed": False,
        "reveal": None,
        "exchange": None,
    }


# An ack goes out before what its command caused.


def test_an_ack_precedes_every_snapshot_its_command_causes(ana: Person, ben: Person) -> None:
    at_ana, at_ben = opened(ana, ben)
    for line in (at_ana, at_ben):
        assert line.ask("mark.seal", **seal("both", "seal"))["type"] == "ack"
    for line in (at_ana, at_ben):
        assert line.ask("quiet.skip", round=1)["type"] == "ack"
    for line in (at_ana, at_ben):
        line.until(lambda session: session["round"]["exchange"]["quiet_until"] is None)
    count = 40

    def choose(line: Line) -> None:
        for number in range(count):
            line.send("step.choose", round=1, text=f"step {number}", op=str(number))

    senders = [threading.Thread(target=choose, args=[line]) for line in (at_ana, at_ben)]
    for sender in senders:
        sender.start()
    for line, seat in ((at_ana, "a"), (at_ben, "b")):
        acknowledged: list[int] = []
        shown: list[int] = []
        while len(acknowledged) < count or not shown or shown[-1] < count - 1:
            frame = line.receive()
            if frame["type"] == "snapshot":
                step = frame["session"]["round"]["exchange"]["steps"][seat]
                if step:
                    shown.append(int(step["text"].removeprefix("step ")))
                    assert shown[-1] <= acknowledged[-1]
            else:
                assert frame["type"] == "ack"
                acknowledged.append(int(frame["op"]))
        assert acknowledged == list(range(count))
        assert shown == sorted(shown)
    for sender in senders:
        sender.join()


# A killed process.


def test_a_sealed_mark_survives_a_power_cut(killable: Server) -> None:
    ana, ben = couple(killable)
    at_ana, _ = opened(ana, ben)
    assert at_ana.ask("mark.seal", **seal("avoidant", "first"))["type"] == "ack"
    killable.kill()
    assert at_ana.closed() == 1006
    killable.start()
    assert ana.snapshot()["round"]["sealed"] is True
    at_ana = ana.connect()
    assert at_ana.ask("mark.seal", **seal("avoidant", "first")) == {"type": "ack", "op": "first"}
    assert ben.connect().ask("mark.seal", **seal("anxious", "second"))["type"] == "ack"
    assert at_ana.until(lambda session: session["round"]["reveal"])


def test_whatever_is_killed_each_command_has_happened_once(killable: Server) -> None:
    """Rounds are played while the process is killed again and again; each command is sent until it is acknowledged."""
    chance = random.Random(SEED)
    ana, ben = couple(killable)
    kills_left = 3
    rounds = 0
    retried = 0
    while kills_left:
        killing = threading.Timer(chance.uniform(0.05, 0.6), killable.kill)
        killing.start()
        lost = False
        while not lost:
            rounds += 1
            steps: list[tuple[Person, str, dict[str, Any]]] = [
                (ana, "round.open", {"after": rounds - 1, "moment": 1}),
                (ana, "mark.seal", {"round": rounds, "reaction": "anxious", "intensity": 1}),
                (ben, "mark.seal", {"round": rounds, "reaction": "avoidant", "intensity": 5}),
            ]
            for person, type, fields in steps:
                fields["op"] = f"{type} {rounds}"
                answer = attempt(lambda sender=person, kind=type, body=fields: sender.command(kind, **body))  # type: ignore[misc]
                if answer is None:
                    lost = True
                    killing.join()
                    killable.start()
                    retried += 1
                    answer = person.command(type, **fields)
                assert answer.status == 200, answer.body
                assert answer.body["reply"] == {"type": "ack", "op": fields["op"]}
        kills_left -= 1
    assert retried == 3, "each kill must have cost an answer"
    query = "SELECT id, number, phase, pattern FROM live_sessions_round WHERE live_session_id = ? ORDER BY number"
    stored = rows(killable, query, UUID(ana.session))
    for row in stored:
        marks = rows(killable, "SELECT seat FROM live_sessions_mark WHERE round_id = ? ORDER BY seat", row[0])
        assert marks == [("a",), ("b",)]
    if on_sqlite(killable):
        assert rows(killable, "PRAGMA integrity_check") == [("ok",)]
    assert [row[1:] for row in stored] == [(number, "revealed", "pursue_withdraw") for number in range(1, rounds + 1)]


def attempt(ask: Callable[[], Answer]) -> Answer | None:
    """Return the answer, or None when the process went away before it came."""
    try:
        return ask()
    except (OSError, HTTPException):
        return None


def test_both_marks_in_flight_when_the_process_dies_are_both_or_neither_answered(killable: Server) -> None:
    chance = random.Random(SEED)
    ana, ben = couple(killable)
    at_ana, at_ben = opened(ana, ben)
    at_ana.send("mark.seal", **seal("both", "first"))
    at_ben.send("mark.seal", **seal("both", "second"))
    time.sleep(chance.uniform(0, 0.02))
    killable.kill()
    answers = [answers_before_the_end(line) for line in (at_ana, at_ben)]
    killable.start()
    state = ana.snapshot()["round"]["state"]
    assert state == "revealed" or [] in answers, "what was acknowledged has happened"
    at_ana, at_ben = ana.connect(), ben.connect()
    assert at_ana.ask("mark.seal", **seal("both", "first"))["type"] == "ack"
    assert at_ben.ask("mark.seal", **seal("both", "second"))["type"] == "ack"
    for line in (at_ana, at_ben):
        line.send("sync")
        line.until(lambda session: session["round"]["reveal"])


def answers_before_the_end(line: Line) -> list[Frame]:
    """Return the acks that arrived before the connection was cut."""
    frames: list[Frame] = []
    try:
        while True:
            frames.append(line.receive())
    except (ConnectionClosed, TimeoutError):
        return [frame for frame in frames if frame["type"] == "ack"]
