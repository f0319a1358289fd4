"""One WebSocket as the load generator needs it: lean enough not to be what is measured."""

import asyncio
import os
import struct
from base64 import b64encode
from time import perf_counter
from typing import Any, Final, cast

import orjson

PATIENCE_SECONDS: Final = 60
BEAT: Final = "beat"
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
FINAL: Final = 0x80
COMPRESSED: Final = 0x40
MASKED: Final = 0x80
# A mask of zeros is a legal one that leaves the payload as it is: masking would be the client's work, not the server's.
NO_MASK: Final = b"\0\0\0\0"


class WrongAnswer(Exception):
    """A server did not do what it is measured for: there is no figure for that."""


class Stage:
    """How far one viewer's screen has come in a round."""

    BEFORE, OPEN, SEALED, REVEALED = range(4)


class Line(asyncio.Protocol):
    """One socket of one partner. It keeps the latest snapshot, and who waits for what."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._buffer = b""
        self._upgraded = False
        self._op = ""
        self._acknowledged: asyncio.Future[None] | None = None
        self._waiting: tuple[int, int, asyncio.Future[None]] | None = None
        self._beat_unanswered = False
        self.connected = False
        self.seen = asyncio.get_running_loop().create_future()
        self.failure: WrongAnswer | None = None
        self.snapshot: dict[str, Any] = {}
        self.arrived_at = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.connected = True
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self.transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        """Fail whoever still waits."""
        self._fail("the server closed a socket")

    def data_received(self, data: bytes) -> None:
        """Read every whole frame."""
        data = self._buffer + data if self._buffer else data
        if not self._upgraded:
            head, ended, data = data.partition(b"\r\n\r\n")
            if not ended:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                return self._fail(f"no upgrade: {head[:40]!r}")
            self._upgraded = True
        start = 0
        while (body := _body(data, start)) is not None:
            first, begin, end = body
            self._frame(first, data[begin:end])
            start = end
        self._buffer = data[start:]

    def _frame(self, first: int, payload: bytes) -> None:
        kind = first & 0x0F
        if first & COMPRESSED:
            self._fail("a compressed frame: its length speaks of what is inside")
        elif kind == TEXT and first & FINAL:
            self._text(payload)
        elif kind == PING:
            self.transport.write(bytes((FINAL | PONG, MASKED | len(payload))) + NO_MASK + payload)
        elif kind == CLOSE:
            self._fail(f"closed with {payload[:2].hex()}")
        else:
            self._fail(f"a frame of kind {first:#x}")

    def _text(self, payload: bytes) -> None:
        self._take(orjson.loads(payload))

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "snapshot":
                self.arrived_at = perf_counter()
                self.snapshot = frame["session"]
                if not self.seen.done():
                    self.seen.set_result(None)
                if self._waiting is not None and self.has_come_to(*self._waiting[:2]):
                    _finish(self._waiting[2])
                    self._waiting = None
            case "ack" if frame["op"] == BEAT:
                self._beat_unanswered = False
            case "ack" if self._acknowledged is not None and frame["op"] == self._op:
                _finish(self._acknowledged)
                self._acknowledged = None
            case _:
                self._fail(f"an unexpected answer: {str(frame)[:200]}")

    def _fail(self, reason: str) -> None:
        self.failure = self.failure or WrongAnswer(reason)
        for future in (self.seen, self._acknowledged, self._waiting and self._waiting[2]):
            if future is not None and not future.done():
                future.set_exception(self.failure)
                future.exception()  # not everybody waits for theirs, and an unseen one would be complained of

    def has_come_to(self, number: int, stage: int) -> bool:
        """Tell whether the latest snapshot shows a round this far."""
        latest = self.snapshot.get("round")
        if latest is None or latest["number"] != number:
            return False
        if latest["reveal"] is not None:
            return True
        return stage == Stage.OPEN or (stage == Stage.SEALED and latest["sealed"] is True)

    @property
    def awaits_ack(self) -> bool:
        """Tell whether the last command is still unanswered."""
        return self._acknowledged is not None

    def send(self, kind: str, op: str, frame: bytes) -> asyncio.Future[None]:
        """Send one command; the future is done with its ack."""
        if self.failure:
            raise self.failure
        self._op = op
        self._acknowledged = acknowledged = asyncio.get_running_loop().create_future()
        self._write(frame)
        return acknowledged

    def beat(self) -> None:
        """Send the heartbeat of a page that is open; one that is still unanswered at the next is a dead socket."""
        if self._beat_unanswered:
            self._fail("a heartbeat was not answered")
        if not self.failure:
            self._beat_unanswered = True
            self._write(b'{"type":"sync","op":"%s"}' % BEAT.encode())

    def _write(self, text: bytes) -> None:
        size = len(text)
        if size < 126:
            head = bytes((FINAL | TEXT, MASKED | size))
        else:
            head = struct.pack(">BBH", FINAL | TEXT, MASKED | 126, size)
        self.transport.write(head + NO_MASK + text)

    async def reach(self, number: int, stage: int) -> None:
        """Wait until a snapshot shows a round this far."""
        if self.failure:
            raise self.failure
        if not self.has_come_to(number, stage):
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting = (number, stage, future)
            await future

    def hang_up(self) -> None:
        """Close without ceremony; nobody waits any more."""
        self._acknowledged = self._waiting = None
        self.seen.cancel()
        if self.connected:
            self.transport.abort()


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():  # whoever waited may have been cancelled
        future.set_result(None)


def _body(data: bytes, start: int) -> tuple[int, int, int] | None:
    """Return the first byte of the frame at ``start`` and where its payload lies, or None while it is not all there."""
    if len(data) < start + 2:
        return None
    size, begin = data[start + 1], start + 2
    if size == 126:
        size, begin = int.from_bytes(data[begin : begin + 2]), begin + 2
    elif size == 127:
        size, begin = int.from_bytes(data[begin : begin + 8]), begin + 8
    end = begin + size
    return (data[start], begin, end) if len(data) >= max(begin, end) else None


async def connect(
    kind: type[Line], port: int, path: str, token: str | None, patience: float = PATIENCE_SECONDS
) -> Line:
    """Open a socket and wait for its first snapshot. Compression is offered, as browsers offer it."""
    headers = {
        "Host": f"127.0.0.1:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        **({"X-Session-Token": token} if token else {}),
    }
    lines = (f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()))
    request = "".join(f"{line}\r\n" for line in (*lines, "")).encode()
    line = kind(request)
    try:
        async with asyncio.timeout(patience):
            await asyncio.get_running_loop().create_connection(lambda: line, "127.0.0.1", port)
            await line.seen
    except BaseException:
        line.hang_up()
        raise
    return line
