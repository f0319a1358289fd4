"""Frames that nobody should send: each gets its code, and whoever sits beside the sender notices nothing."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.bad_frames import FLOOD, LARGEST, UNACCEPTABLE, UNREADABLE, frame
from tests.support.cast.clients import Line, Person, couple
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.both_stacks


GROWTH_ALLOWED = 16 * 1024 * 1024


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
def test_unacceptable_input_closes_the_socket_with_its_code(
    neighbours: tuple[Line, Line], sent: str | bytes, code: int
) -> None:
    at_ana, at_ben = neighbours
    at_ana.send_text(sent)
    assert at_ana.closed() == code
    assert notices_nothing(at_ben)


def test_text_that_is_not_utf_8_closes_the_socket(neighbours: tuple[Line, Line]) -> None:
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


def test_a_good_frame_resets_the_count_of_bad_frames(neighbours: tuple[Line, Line]) -> None:
    at_ana, _ = neighbours
    for _ in range(3):
        at_ana.send_text("{")
        at_ana.send_text("{")
        assert at_ana.receive()["code"] == at_ana.receive()["code"] == "frame.invalid"
        assert at_ana.ask("sync")["type"] == "ack"
        assert at_ana.receive()["type"] == "snapshot"


def test_a_refused_command_does_not_count_as_a_bad_frame(neighbours: tuple[Line, Line]) -> None:
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


def test_a_burst_of_ordinary_use_stays_within_the_limit(strict_neighbours: tuple[Line, Line]) -> None:
    at_ana, _ = strict_neighbours
    for _ in range(25):
        assert at_ana.ask("sync")["type"] == "ack"


def test_a_flood_of_bad_frames_loses_no_mark(server: Server) -> None:
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
