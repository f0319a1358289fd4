"""As many frames as a connection carries: nearly none of them is read, and whoever goes on is hung up on."""

import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from websockets.frames import Opcode

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server

SYNC = b'{"type":"sync","op":"one"}'
FLOODS = {"pings": (Opcode.PING, b""), "pongs": (Opcode.PONG, b""), "commands": (Opcode.TEXT, SYNC)}
FRAMES = 60_000
# Reading what a connection brings at once takes longer: 0.12 for pings, 0.3 for commands. Of a processor's own clock,
# which does not go on while others are served.
CPU_SECONDS = 0.08
TRIES = 3


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    """Return a running Cycle with the limits it has by default."""
    running = Server(JOIN_RATE="60", FRAME_RATE="10").start()
    yield running
    running.close()


def opened(person: Person) -> socket.socket:
    """Return a connection on which somebody's socket is open."""
    line = socket.create_connection(("127.0.0.1", person.server.port), timeout=30)
    head = [
        f"GET /ws/sessions/{person.session}/ HTTP/1.1",
        f"Host: 127.0.0.1:{person.server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"X-Session-Token: {person.token}",
    ]
    line.sendall("\r\n".join([*head, "", ""]).encode())
    assert line.recv(65536).startswith(b"HTTP/1.1 101")
    return line


def frame(kind: str) -> bytes:
    """Return one frame as a browser sends it."""
    opcode, payload = FLOODS[kind]
    return bytes((0x80 | opcode, 0x80 | len(payload))) + bytes(4) + payload


def cpu_of(server: Server) -> float:
    """Return for how many seconds a server has used a processor."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def flood(person: Person, kind: str) -> tuple[float, bytes]:
    """Send everything at once; return what it cost the server, and what it said until it hung up."""
    said = b""
    with closing(opened(person)) as line:
        before = cpu_of(person.server)
        with suppress(ConnectionError):
            line.sendall(frame(kind) * FRAMES)
        with suppress(ConnectionError):
            while piece := line.recv(65536):
                said += piece
    return cpu_of(person.server) - before, said


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_costs_nearly_nothing_and_is_told_why_it_is_closed(strict: Server, kind: str) -> None:
    ana, ben = couple(strict)
    assert ben.command("sync").status == 200, "premise"
    floods = [flood(ana, kind) for _ in range(TRIES)]
    assert all(bytes((0x88, 2)) + struct.pack(">H", 4429) in said for _, said in floods)
    assert min(cost for cost, _ in floods) < CPU_SECONDS
    assert ben.command("sync").status == 200


@pytest.mark.parametrize("kind", FLOODS)
def test_whoever_goes_on_after_the_close_is_hung_up_on(strict: Server, kind: str) -> None:
    ana, _ = couple(strict)
    begun = time.monotonic()
    with closing(opened(ana)) as line, suppress(ConnectionError):
        while time.monotonic() < begun + 30:
            line.sendall(frame(kind) * 100)
            time.sleep(0.02)
    assert time.monotonic() < begun + 8, "it is not listened to until it says that it has understood"
