"""What is small on the wire and large or strange inside: it gets its code, nothing is lost, and memory stays flat."""

import gzip
import json
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from tests.support.cast.clients import Line, Person, call, couple
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.both_stacks

MEGABYTE = 1024 * 1024
GROWTH_ALLOWED = 16 * MEGABYTE
SMALL = json.dumps({"first_name": "Ana"}).encode()
ENCODED = {
    "gzip": gzip.compress(SMALL),
    "deflate": zlib.compress(SMALL),
    "gzip, gzip": gzip.compress(gzip.compress(SMALL)),
    "br": b"\x0b\x09\x80" + SMALL + b"\x03",
    "zstd": b"\x28\xb5\x2f\xfd" + SMALL,
}
DEEP = {
    "lists": b"[" * 8000 + b"]" * 8000,
    "lists that do not end": b"[" * 16_000,
    "objects": b'{"a":' * 2500 + b"1" + b"}" * 2500,
    "objects that do not end": b'{"a":' * 3000,
    "in a field that is asked for": b'{"first_name": ' + b"[" * 7000 + b"]" * 7000 + b"}",
}
ADDRESSES = ("start/", "join/BBBBBB/", "auth/login/")

WRITTEN = {
    "joined by nothing that shows": "a" + "\u200d" * 60 + "b",
    "a family of four": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "from right to left": "\u202efeel I what is this\u202c",
    "isolates that are never closed": "\u2066\u2067\u2068" * 20 + "I am here",
    "a storm of marks": "o" + "\u0301\u0316\u20dd" * 60,
    "flags and tags": "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f",
    "no characters": "a\ufdd0\uffff\U0010ffffb",
    "for private use": "\ue000\U000f0000 and words",
    "hangul in parts": "\u1100\u1161\u11a8" * 60,
    "one letter that is eighteen": "\ufdfa" * 10,
}
REFUSED = {
    "half a character": "\\ud83d",
    "halves in the wrong order": "\\udc68\\ud83d",
    "nothing at all": "a\\u0000b",
    "an escape": "\\u001b[2J",
    "the end of a line of old": "a\\u0085b",
}


@cache
def bomb() -> bytes:
    """Return 200 MB of blanks behind a frame that would be fine, in less than what may be sent."""
    return gzip.compress(b'{"first_name": "Ana"' + b" " * 200 * MEGABYTE + b"}", 9)


def memory_of(server: Server) -> int:
    """Return how much memory a server holds."""
    assert server.process
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * 4096


@pytest.fixture
def pair(server: Server) -> Iterator[tuple[Person, Person]]:
    """Return Ana and Ben, who are in a check-in."""
    both = couple(server)
    yield both
    for person in both:
        for line in person.lines:
            line.close()


@pytest.fixture
def lines(pair: tuple[Person, Person]) -> tuple[Line, Line]:
    """Return their sockets."""
    one, other = (person.connect() for person in pair)
    for line in (one, other):
        line.until(lambda session: all(person["here"] for person in session["people"]))
    return one, other


@pytest.mark.parametrize("encoding", ENCODED)
def test_a_body_that_is_packed_is_not_unpacked(server: Server, encoding: str) -> None:
    for path in ADDRESSES:
        answer = call(server, "POST", path, ENCODED[encoding], Content_Encoding=encoding)
        assert (answer.status, answer.body["code"]) == (400, "frame.invalid"), path


def test_a_bomb_of_two_hundred_megabytes_takes_no_memory(server: Server, pair: tuple[Person, Person]) -> None:
    assert len(bomb()) > 64 * 1024, "the guard sees this one"
    ana, _ = pair
    small = gzip.compress(b"[" + b" " * 15 * MEGABYTE + b"]", 9)
    assert len(small) < 16 * 1024, "premise: this one is small enough to be read"
    before = memory_of(server)
    for _ in range(8):
        for path in (*ADDRESSES, f"sessions/{ana.session}/commands/"):
            answer = call(server, "POST", path, small, ana.token, Content_Encoding="gzip")
            assert (answer.status, answer.body["code"]) == (400, "frame.invalid"), path
    for path in ADDRESSES:
        assert call(server, "POST", path, bomb(), Content_Encoding="gzip").status == 413
    assert memory_of(server) - before < GROWTH_ALLOWED
    assert ana.command("sync").status == 200


def test_a_form_that_is_packed_starts_nothing(server: Server) -> None:
    ana = Visitor(server, "Ana")
    ana.get("/start/")
    packed = gzip.compress(b"first_name=Ana&" + b"a" * 15 * MEGABYTE, 9)
    headers = {"Content-Encoding": "gzip", "Origin": server.url}
    headers["Cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in ana.cookies)
    before = memory_of(server)
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{server.url}/start/", packed, headers), timeout=30)
    assert refused.value.code == 403, "no CSRF token is found in it"
    refused.value.close()
    assert memory_of(server) - before < GROWTH_ALLOWED


def test_a_socket_unpacks_nothing(server: Server, lines: tuple[Line, Line]) -> None:
    at_ana, at_ben = lines
    assert "sec-websocket-extensions" not in {name.lower() for name in at_ana.socket.response.headers}  # type: ignore[union-attr]
    before = memory_of(server)
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(b" " * 10 * MEGABYTE) + packed.flush(zlib.Z_SYNC_FLUSH)
    bomb = bytearray(Frame(Opcode.TEXT, data[:-4]).serialize(mask=True))
    bomb[0] |= 0x40  # says that it is packed
    at_ana.socket.socket.sendall(bomb)
    assert at_ana.closed() == 1002
    assert memory_of(server) - before < GROWTH_ALLOWED
    assert at_ben.ask("sync")["type"] == "ack"


@pytest.mark.parametrize("name", DEEP)
def test_what_is_nested_deep_is_refused_by_its_code(server: Server, pair: tuple[Person, Person], name: str) -> None:
    ana, _ = pair
    for path in (*ADDRESSES, f"sessions/{ana.session}/commands/"):
        answer = call(server, "POST", path, DEEP[name], ana.token)
        assert (answer.status, answer.body["code"]) == (400, "frame.invalid"), path
    line = ana.connect()
    line.receive()
    line.send_text(DEEP[name].decode())
    assert _answer(line)["code"] == "frame.invalid"
    assert line.ask("sync")["type"] == "ack"


def test_strange_words_arrive_whole_or_are_refused(pair: tuple[Person, Person], lines: tuple[Line, Line]) -> None:
    (ana, ben), (at_ana, at_ben) = pair, lines
    for number, (name, text) in enumerate(WRITTEN.items()):
        asked: dict[str, Any] = {"after": number, "text": text}
        if number % 2:
            assert ana.command("round.open", **asked).status == 200, name
        else:
            assert at_ana.ask("round.open", **asked)["type"] == "ack", name
        shown = at_ben.until(lambda session, number=number: session["round"]["number"] == number + 1)
        kept = shown["round"]["moment"]["text"]
        assert kept == unicodedata.normalize("NFC", text), name
        assert ben.snapshot()["round"]["moment"]["text"] == kept, name
        assert ana.command("round.set_aside", round=number + 1).status == 200, name


def test_what_is_no_text_is_refused_and_nothing_is_lost(
    server: Server, pair: tuple[Person, Person], lines: tuple[Line, Line]
) -> None:
    (ana, _), (at_ana, at_ben) = pair, lines
    assert at_ana.ask("round.open", after=0, text="We came home tired.")["type"] == "ack"
    assert at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=3)["type"] == "ack"
    for name, text in REFUSED.items():
        frame = f'{{"type": "round.open", "op": "one", "after": 1, "text": "{text}"}}'
        at_ana.send_text(frame)
        answer = _answer(at_ana)
        assert answer["code"] == "frame.invalid", name
        rest = call(server, "POST", f"sessions/{ana.session}/commands/", frame.encode(), ana.token)
        assert (rest.status, rest.body["code"]) == (400, "frame.invalid"), name
        started = call(server, "POST", "start/", f'{{"first_name": "{text}"}}'.encode())
        assert (started.status, started.body["code"]) == (400, "frame.invalid"), name
        assert at_ana.ask("sync")["type"] == "ack", name
    assert at_ben.ask("mark.seal", round=1, reaction="avoidant", intensity=3)["type"] == "ack"
    for line in (at_ana, at_ben):
        assert line.until(lambda session: session["round"]["reveal"])


def test_storms_of_marks_cost_no_memory_and_keep_nobody_waiting(
    server: Server, pair: tuple[Person, Person], lines: tuple[Line, Line]
) -> None:
    (ana, _), (at_ana, at_ben) = pair, lines
    storm = "o" + "\u0301\u0316" * 2500
    asked = {"type": "round.open", "op": "one", "after": 0, "text": storm}
    frame = json.dumps(asked, ensure_ascii=False)
    before = memory_of(server)
    for _ in range(40):
        at_ana.send_text(frame)
        assert _answer(at_ana)["code"] == "frame.invalid"
        assert at_ana.ask("sync")["type"] == "ack"
    for path, sent in ((f"sessions/{ana.session}/commands/", asked), ("start/", {"first_name": storm})):
        answer = call(server, "POST", path, json.dumps(sent, ensure_ascii=False).encode(), ana.token)
        assert (answer.status, answer.body["code"]) == (400, "frame.invalid")
    assert memory_of(server) - before < GROWTH_ALLOWED
    assert at_ben.ask("sync")["type"] == "ack"
    assert "Traceback" not in server.log


def _answer(line: Line) -> dict[str, Any]:
    """Return the next answer to a command."""
    try:
        while True:
            frame = line.receive()
            if frame["type"] in ("ack", "error"):
                return frame
    except ConnectionClosed as closed:
        return {"code": closed.rcvd.code if closed.rcvd else 1006}
