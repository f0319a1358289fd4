"""Requests that are too large, unfinished or too many: they cost nearly nothing, and nobody beside them notices."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import resolve, reverse

from cycleproject.guard.refusals import REASONS
from cycleproject.guard.requests import NOTES
from sessions.checkin.refusals import REFUSALS
from tests.support.cast.clients import Person, call, couple
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import Server

MEGABYTE = 1024 * 1024
LARGEST_BODY = 64 * 1024
GROWTH_ALLOWED = 16 * MEGABYTE
PATHS = ("/", "/no/such/page/", "/accounts/login/", "/api/v1/start/", "/static/nothing.js", "/healthz")


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    """Return a running Cycle with the limits it has by default."""
    running = Server(JOIN_RATE="60").start()
    yield running
    running.close()


@pytest.fixture
def neighbours(strict: Server) -> tuple[Person, Person]:
    """Return Ana and Ben, who are in a check-in at the attacker's own address."""
    return couple(strict)


def opened(server: Server) -> socket.socket:
    """Return a connection to a server."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def answer_to(line: socket.socket) -> bytes:
    """Return whatever comes until the server closes."""
    said = b""
    with suppress(ConnectionError):
        while piece := line.recv(65536):
            said += piece
    return said


def status_of(answer: bytes) -> int:
    """Return the status of an answer; 0 where there is none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def memory_of(server: Server) -> int:
    """Return how much memory a server has had at the most, in bytes."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def written_by(server: Server) -> int:
    """Return how many bytes a server has given the disk."""
    assert server.process is not None
    return int(Path(f"/proc/{server.process.pid}/io").read_text().partition("\nwrite_bytes:")[2].split()[0])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["127.0.0.1", "elsewhere.example"])
def test_a_body_that_is_announced_too_large_is_never_read(strict: Server, path: str, host: str) -> None:
    with closing(opened(strict)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 314572800\r\n\r\n".encode())
        assert status_of(answer_to(line)) == 413


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_says_no_length_is_counted(strict: Server, path: str) -> None:
    with closing(opened(strict)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"1000\r\n" + b"a" * 4096 + b"\r\n"
        for _ in range(17):
            line.sendall(piece)
        assert status_of(answer_to(line)) == 413


def test_a_body_that_says_two_lengths_is_refused_and_nothing_behind_it_is_read(strict: Server) -> None:
    hidden = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with closing(opened(strict)) as line:
        line.sendall(
            b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden
        )
        answer = answer_to(line)
    assert status_of(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_refusal_under_the_api_is_a_problem_document(strict: Server) -> None:
    with closing(opened(strict)) as line:
        line.sendall(b"POST /api/v1/start/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 65537\r\n\r\n")
        head, body = answer_to(line).split(b"\r\n\r\n", 1)
    assert b"application/problem+json" in head
    assert (json.loads(body)["code"], json.loads(body)["status"]) == ("content.too_large", 413)


def test_a_body_of_the_largest_size_is_read(strict: Server) -> None:
    with closing(opened(strict)) as line:
        head = f"POST /no/such/page/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {LARGEST_BODY}\r\nConnection: close"
        line.sendall(head.encode() + b"\r\n\r\n" + b"a" * LARGEST_BODY)
        assert status_of(answer_to(line)) == 404


def test_the_longest_notes_that_may_be_kept_arrive(strict: Server) -> None:
    longest = "😀" * 20_000
    answer = call(strict, "PUT", "care/00000000-0000-4000-8000-000000000000/notes/", {"text": longest})
    assert answer.status == 401, "it was read, and belongs to nobody"
    visitor = Visitor(strict, "Otto")
    page = visitor.post("/practice/00000000-0000-4000-8000-000000000000/notes/", text="я" * 20_000)
    assert page.status in {200, 403, 404}


@pytest.mark.parametrize("name", ["care_notes", "check_in_notes", "api care", "api sessions"])
def test_every_address_of_notes_has_room_for_them(name: str) -> None:
    one = UUID("00000000-0000-4000-8000-000000000000")
    is_of_the_api, _, what = name.partition(" ")
    path = f"/api/v1/{what}/{one}/notes/" if is_of_the_api == "api" else reverse(name, args=[one])
    resolve(path)  # the premise: it is an address
    assert NOTES.match(path.encode()) and NOTES.match(f"{path}?a=b".encode())
    assert not NOTES.match(f"{path}more/".encode())


def test_an_upload_of_three_hundred_megabytes_costs_nearly_nothing(
    strict: Server, neighbours: tuple[Person, Person]
) -> None:
    ana, ben = neighbours
    assert ana.command("sync").status == 200
    memory, written = memory_of(strict), written_by(strict)
    piece = b"a" * MEGABYTE
    for head in (b"Content-Length: 314572800", b"Transfer-Encoding: chunked"):
        sent = 0
        with closing(opened(strict)) as line:
            line.sendall(b"POST /start/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head + b"\r\n\r\n")
            begun = time.monotonic()
            with suppress(ConnectionError):
                for _ in range(300):
                    line.sendall(b"100000\r\n" + piece + b"\r\n")
                    sent += len(piece)
        assert sent < 32 * MEGABYTE, "the connection is closed, and not held"
        assert time.monotonic() - begun > 0.2, "what is thrown away is read slowly: the next upload waits for this one"
    assert memory_of(strict) - memory <= GROWTH_ALLOWED
    assert written_by(strict) - written <= MEGABYTE
    assert ben.command("sync").status == 200


def test_a_header_of_megabytes_is_refused(strict: Server) -> None:
    memory = memory_of(strict)
    for name in (b"X-Much", b"Cookie"):
        with closing(opened(strict)) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + name + b": ")
            with suppress(ConnectionError):
                for _ in range(26):
                    line.sendall(b"a" * (MEGABYTE // 4))
            assert status_of(answer_to(line)) in {0, 431}
        with closing(opened(strict)) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + name + b": " + b"a" * 40_000 + b"\r\n\r\n")
            assert status_of(answer_to(line)) == 431
    with closing(opened(strict)) as line:
        line.sendall(b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert status_of(answer_to(line)) == 431
    with closing(opened(strict)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-Small: 1\r\n" * 5000 + b"\r\n")
        assert status_of(answer_to(line)) == 431
    assert memory_of(strict) - memory <= GROWTH_ALLOWED


def test_what_is_left_unfinished_is_closed_within_ten_seconds_however_it_drips(
    strict: Server, neighbours: tuple[Person, Person]
) -> None:
    ana, _ = neighbours
    begun = time.monotonic()
    unfinished = {
        "nothing": b"",
        "half a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: ",
        "half a body": b"POST /start/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n",
        "half a chunk": b"POST /start/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n",
        "half a handshake": b"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: ",
    }
    lines = {name: opened(strict) for name in unfinished}
    for name, start in unfinished.items():
        lines[name].sendall(start)
    while time.monotonic() < begun + 7:
        for name, line in lines.items():
            if name != "nothing":
                line.sendall(b"a")
        time.sleep(0.5)
    assert ana.command("sync").status == 200, "premise: they are held, and nobody minds"
    answers = {name: status_of(answer_to(line)) for name, line in lines.items()}
    assert time.monotonic() < begun + 20, "twice the bound"
    assert answers == {**dict.fromkeys(unfinished, 408), "nothing": 0}
    for line in lines.values():
        line.close()


def test_three_thousand_half_sent_requests_keep_nobody_out(strict: Server, neighbours: tuple[Person, Person]) -> None:
    ana, ben = neighbours
    room = ana.connect()
    memory = memory_of(strict)
    lines = []
    for _ in range(3000):
        line = opened(strict)
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: ")
        lines.append(line)
    assert ben.command("sync").status == 200, "a whole request finds a place at the same address"
    assert room.ask("sync")["type"] == "ack", "who is in a check-in stays there"
    held = sum(not is_closed(line) for line in lines)
    assert 0 < held <= 256
    assert memory_of(strict) - memory <= GROWTH_ALLOWED
    for line in lines:
        line.close()


def is_closed(line: socket.socket) -> bool:
    """Tell whether the server has closed a connection."""
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_what_the_guard_says_is_what_the_api_says_of_the_same() -> None:
    """The guard answers before anything is loaded: it may not import the table of refusals, and says the same."""
    for code, sentence in REASONS.values():
        if code == "content.too_large":
            assert sentence == REFUSALS[code].sentence
