"""Frames and bodies that nobody should send: each gets its code, and whoever sits beside the sender notices nothing."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.cast.clients import Line, Person, call, couple
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks

pytestmark = pytest.mark.both_stacks

LARGEST = 16 * 1024
GROWTH_ALLOWED = 16 * 1024 * 1024
# At ten a second allowed, more than enough even from a machine that is busy with other tests.
FLOOD = 150


def frame(**fields: Any) -> str:
    """Return the text of a frame that would be fine."""
    return json.dumps({"type": "pause.start", "op": "one", "minutes": 1, **fields})


UNREADABLE = {
    "bad JSON": '{"type": "sync", "op": "one"',
    "two values": '{"type": "sync", "op": "one"} {}',
    "empty": "",
    "a byte order mark": "\ufeff" + frame(),
    "null": "null",
    "a list": "[]",
    "a string": '"sync"',
    "a number": "1",
    "NaN": '{"type": "pause.start", "op": "one", "minutes": NaN}',
    "infinity": '{"type": "pause.start", "op": "one", "minutes": -Infinity}',
    "duplicate keys": '{"type": "sync", "op": "one", "op": "one"}',
    "duplicate keys deep inside": '{"type": "sync", "op": "one", "pad": {"a": 1, "a": 1}}',
    "endless nesting": '{"type": "sync", "op": "one", "pad": ' + "[" * 5000 + "]" * 5000 + "}",
    "an integer of a thousand digits": '{"type": "pause.start", "op": "one", "minutes": ' + "1" * 1000 + "}",
    "an op that is no text": frame(op=1),
    "an empty op": frame(op=""),
    "an op too long": frame(op="o" * 65),
    "an op that cannot be printed": frame(op="o\n"),
    "no op": '{"type": "sync"}',
}
UNACCEPTABLE = {
    "nesting of nine": '{"type": "sync", "op": "one", "pad": [[[[[[[[1]]]]]]]]}',
    "a lone surrogate": '{"type": "need.say", "op": "one", "round": 1, "text": "\\ud800"}',
    "a NUL": frame(type="need.say", round=1, text="a\0b"),
    "an unknown type": frame(type="mark.open"),
    "no type": '{"op": "one"}',
    "a type that is no text": frame(type=["sync"]),
    "an unknown field": frame(revealed=True),
    "a field of another command": frame(round=1),
    "a missing field": '{"type": "pause.start", "op": "one"}',
    "a float for an integer": '{"type": "mark.withdraw", "op": "one", "round": 1.0}',
    "an exponent for an integer": '{"type": "mark.withdraw", "op": "one", "round": 1e0}',
    "true for an integer": frame(type="mark.withdraw", minutes=True),
    "true for a choice of integers": frame(minutes=True),
    "text for an integer": '{"type": "mark.withdraw", "op": "one", "round": "1"}',
    "an integer for true": '{"type": "pattern.fit", "op": "one", "round": 1, "fits": 1}',
    "null for an integer": frame(minutes=None),
    "an integer beyond the store": '{"type": "mark.withdraw", "op": "one", "round": 2147483648}',
    "an integer of 19 digits": '{"type": "mark.withdraw", "op": "one", "round": 1000000000000000000}',
    "a round below the first": '{"type": "mark.withdraw", "op": "one", "round": 0}',
    "an intensity of six": '{"type": "mark.seal", "op": "one", "round": 1, "reaction": "both", "intensity": 6}',
    "a reaction of nobody": '{"type": "mark.seal", "op": "one", "round": 1, "reaction": "calm", "intensity": 1}',
    "a pad that is no text": frame(pad=1),
}


@pytest.fixture(scope="module")
def strict(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a Cycle with the frame rate of production."""
    running = Server(**stacks.environment(stack)).start()
    yield running
    running.close()


@pytest.fixture
def neighbours(server: Server) -> Iterator[tuple[Line, Line]]:
    """Return the sockets of Ana, who misbehaves, and of Ben, who must not notice."""
    yield from connected(*couple(server))


@pytest.fixture(scope="module")
def lasting_neighbours(server: Server) -> Iterator[tuple[Line, Line]]:
    """Return the same for bad frames after which Ana's socket stays open."""
    yield from connected(*couple(server))


@pytest.fixture
def strict_neighbours(strict: Server) -> Iterator[tuple[Line, Line]]:
    """Return the same where the frame rate is that of production."""
    yield from connected(*couple(strict))


def connected(ana: Person, ben: Person) -> Iterator[tuple[Line, Line]]:
    """Connect both, and hang up in the end."""
    at_ana, at_ben = ana.connect(), ben.connect()
    for line in (at_ana, at_ben):
        line.until(lambda session: len(session["people"]) == 2 and all(one["here"] for one in session["people"]))
    yield at_ana, at_ben
    for line in (*ana.lines, *ben.lines):
        line.close()


def notices_nothing(neighbour: Line) -> bool:
    """Tell whether a socket still works and has heard nothing since."""
    before = len(neighbour.received)
    assert neighbour.ask("sync")["type"] == "ack"
    assert neighbour.receive()["type"] == "snapshot"
    return len(neighbour.received) == before + 2


def refusal(op: str | None) -> dict[str, Any]:
    """Return how a frame that cannot be read is answered, but for its sentence."""
    return {"type": "error", "op": op, "code": "frame.invalid"}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_it_refuses_a_frame_whose_op_cannot_be_read(lasting_neighbours: tuple[Line, Line], text: str) -> None:
    at_ana, at_ben = lasting_neighbours
    at_ana.send_text(text)
    answer = at_ana.receive()
    assert answer.pop("detail")
    assert answer == refusal(None)
    assert notices_nothing(at_ana)
    assert notices_nothing(at_ben)


@pytest.mark.parametrize("text", UNACCEPTABLE.values(), ids=UNACCEPTABLE)
def test_it_refuses_a_frame_it_can_read_by_its_op(lasting_neighbours: tuple[Line, Line], text: str) -> None:
    at_ana, at_ben = lasting_neighbours
    at_ana.send_text(text)
    answer = at_ana.receive()
    assert answer.pop("detail")
    assert answer == refusal("one")
    assert notices_nothing(at_ana)
    assert notices_nothing(at_ben)


def test_an_error_repeats_nothing_of_what_was_sent(neighbours: tuple[Line, Line], server: Server) -> None:
    at_ana, _ = neighbours
    canary = "canary-2f9c4e7b1d6a8035"
    at_ana.send_text(frame(type="mark.seal", words=canary))
    at_ana.send_text(f'{{"type": "{canary}"')
    assert at_ana.receive()["code"] == at_ana.receive()["code"] == "frame.invalid"
    assert canary not in "".join(at_ana.received)
    assert canary not in server.log


def test_a_frame_as_large_as_allowed_is_answered(neighbours: tuple[Line, Line]) -> None:
    at_ana, _ = neighbours
    empty = json.dumps({"type": "sync", "op": "one", "pad": ""})
    at_ana.send_text(json.dumps({"type": "sync", "op": "one", "pad": "a" * (LARGEST - len(empty))}))
    assert at_ana.receive() == {"type": "ack", "op": "one"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [("a" * (LARGEST + 1), 1009), ("é" * (LARGEST // 2 + 1), 1009), (b'{"type": "sync", "op": "one"}', 1003)],
    ids=["too large", "too large in bytes", "binary"],
)
def test_it_closes_on(neighbours: tuple[Line, Line], sent: str | bytes, code: int) -> None:
    at_ana, at_ben = neighbours
    at_ana.send_text(sent)
    assert at_ana.closed() == code
    assert notices_nothing(at_ben)


def test_it_closes_on_text_that_is_not_utf_8(neighbours: tuple[Line, Line]) -> None:
    at_ana, at_ben = neighbours
    at_ana.socket.send(b'{"type": "sync", "op": "\xff"}', text=True)
    assert at_ana.closed() == 1007
    assert notices_nothing(at_ben)


def test_a_third_bad_frame_in_a_row_closes(neighbours: tuple[Line, Line]) -> None:
    at_ana, at_ben = neighbours
    for _ in range(3):
        at_ana.send_text("{")
    assert [at_ana.receive()["code"] for _ in range(3)] == ["frame.invalid"] * 3
    assert at_ana.closed() == 4400
    assert notices_nothing(at_ben)


def test_a_good_frame_in_between_begins_the_row_anew(neighbours: tuple[Line, Line]) -> None:
    at_ana, _ = neighbours
    for _ in range(3):
        at_ana.send_text("{")
        at_ana.send_text("{")
        assert at_ana.receive()["code"] == at_ana.receive()["code"] == "frame.invalid"
        assert at_ana.ask("sync")["type"] == "ack"
        assert at_ana.receive()["type"] == "snapshot"


def test_a_refused_command_is_no_bad_frame(neighbours: tuple[Line, Line]) -> None:
    at_ana, _ = neighbours
    for _ in range(4):
        assert at_ana.ask("mark.withdraw", round=1)["code"] == "round.not_open"


def test_too_many_frames_close(strict_neighbours: tuple[Line, Line]) -> None:
    at_ana, at_ben = strict_neighbours
    began_at = time.monotonic()
    for number in range(FLOOD):
        at_ana.send_text(json.dumps({"type": "sync", "op": str(number)}))
    assert at_ana.closed(patience=30) == 4429
    answered = sum('"ack"' in text for text in at_ana.received)
    allowed = 30 + 10 * (time.monotonic() - began_at)
    assert 30 <= answered <= allowed + 1, "a burst of three seconds' worth is fine"
    assert notices_nothing(at_ben)


def test_a_busy_person_is_not_too_fast(strict_neighbours: tuple[Line, Line]) -> None:
    at_ana, _ = strict_neighbours
    for _ in range(25):
        assert at_ana.ask("sync")["type"] == "ack"


def test_nothing_is_lost_beside_a_flood(server: Server) -> None:
    ana, ben = couple(server)
    at_ana, at_ben = ana.connect(), ben.connect()
    process = server.process
    assert process is not None
    assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    assert at_ana.ask("mark.seal", round=1, reaction="both", intensity=3)["type"] == "ack"
    before = resident_bytes(process.pid)
    flood = ["a" * (LARGEST + 1), b"\0" * LARGEST, "[" * LARGEST, '{"a":' * 3000, "1" * LARGEST]
    for number in range(60):
        line = ana.connect()
        with suppress(ConnectionClosed):  # it may be closed before it has said all
            line.send_text(flood[number % len(flood)])
            line.send_text("{")
        line.socket.close_socket() if number % 2 else line.close()
    assert resident_bytes(process.pid) - before < GROWTH_ALLOWED
    assert process.poll() is None
    assert at_ben.ask("mark.seal", round=1, reaction="both", intensity=3)["type"] == "ack"
    for line in (at_ana, at_ben):
        assert line.until(lambda session: session["round"]["reveal"])
        line.close()
    assert "Traceback" not in server.log


def resident_bytes(process: int) -> int:
    """Return how much memory a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096


# The same over REST.


def test_a_body_is_read_as_strictly_as_a_frame(ana: Person, ben: Person) -> None:
    path = f"sessions/{ana.session}/commands/"
    for name, text in {**UNREADABLE, **UNACCEPTABLE}.items():
        answer = call(ana.server, "POST", path, text.encode(), ana.token)
        assert (answer.status, answer.body["code"]) == (400, "frame.invalid"), name
        assert answer.headers["content-type"] == "application/problem+json"
    not_text = call(ana.server, "POST", path, b'{"type": "sync", "op": "\xff"}', ana.token)
    assert (not_text.status, not_text.body["code"]) == (400, "frame.invalid")
    assert ana.command("sync").status == 200


@pytest.mark.parametrize("size", [LARGEST + 1, 400 * 1024, 3 * 1024 * 1024])
def test_a_body_that_is_too_large_is_refused(ana: Person, size: int) -> None:
    body = json.dumps({"type": "sync", "op": "one", "pad": ""}).encode()
    large = body.replace(b'""', b'"' + b"a" * (size - len(body)) + b'"')
    assert len(large) == size
    answer = call(ana.server, "POST", f"sessions/{ana.session}/commands/", large, ana.token)
    assert (answer.status, answer.body["code"]) == (413, "content.too_large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""]
)
def test_a_body_that_is_not_said_to_be_json_is_refused(ana: Person, content_type: str) -> None:
    body = b'{"type": "sync", "op": "one"}'
    path = f"sessions/{ana.session}/commands/"
    answer = call(ana.server, "POST", path, body, ana.token, Content_Type=content_type)
    assert (answer.status, answer.body["code"]) == (415, "content.type")


def test_a_bad_body_is_refused_before_the_login(server: Server, ana: Person) -> None:
    path = f"sessions/{ana.session}/commands/"
    for body, status in ((b"{", 400), (b'{"type":"sync"}', 400), (b"a" * (LARGEST + 1), 413)):
        assert call(server, "POST", path, body).status == status
    assert call(server, "POST", path, {"type": "sync", "op": "one"}).status == 401


def test_too_many_commands_are_told_when_to_come_again(strict: Server) -> None:
    ana, ben = couple(strict)
    with ThreadPoolExecutor(10) as several:
        answers = list(several.map(lambda _: ana.command("sync"), range(FLOOD)))
    refused = [answer for answer in answers if answer.status != 200]
    assert refused, "they must have taken less than the time for which they are allowed"
    assert {answer.status for answer in refused} == {429}
    assert {answer.body["code"] for answer in refused} == {"rate.limited"}
    assert len(answers) - len(refused) >= 30
    wait = int(refused[-1].headers["retry-after"])
    assert 1 <= wait <= 5
    assert ben.command("sync").status == 200, "one person's hurry is not the other's"
    time.sleep(wait)
    assert ana.command("sync").status == 200


@pytest.mark.parametrize(("method", "path"), [("DELETE", "moments/"), ("PUT", "sessions/"), ("GET", "start/")])
def test_a_method_that_is_not_there_is_a_problem_too(ana: Person, method: str, path: str) -> None:
    answer = call(ana.server, method, path, token=ana.token)
    assert answer.status == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"]


@pytest.mark.parametrize("accepted", ["text/html", "image/png", "application/problem+json", "*/*"])
def test_it_answers_json_whatever_is_asked_for(ana: Person, accepted: str) -> None:
    answer = call(ana.server, "GET", f"sessions/{ana.session}/", token=ana.token, Accept=accepted)
    assert answer.status == 200
    assert answer.body["session"]["id"] == ana.session
