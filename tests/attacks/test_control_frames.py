"""Pings, pongs and pieces of frames count like any other frame."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server

FLOOD = 2000


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    """Return a running Cycle with the limits it has by default."""
    running = Server(JOIN_RATE="60").start()
    yield running
    running.close()


def socket_of(person: Person) -> Any:
    """Return how somebody's socket is opened."""
    return connect(
        f"{person.server.socket_url}/ws/sessions/{person.session}/",
        additional_headers={"X-Session-Token": person.token},
        ping_interval=None,
    )


async def code_after(socket: ClientConnection) -> int | None:
    """Read until the server closes; return the code."""
    try:
        async with asyncio.timeout(10):
            while True:
                await socket.recv()
    except ConnectionClosed:
        return socket.close_code
    except TimeoutError:
        return None


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG, Opcode.CONT])
def test_a_flood_of_control_frames_is_closed(strict: Server, opcode: Opcode) -> None:
    ana, ben = couple(strict)

    async def flood() -> tuple[int | None, bool]:
        async with socket_of(ben) as beside, socket_of(ana) as socket:
            if opcode is Opcode.CONT:
                socket.protocol.send_text(b"{", fin=False)
            for _ in range(FLOOD):
                if opcode is Opcode.CONT:
                    socket.protocol.send_continuation(b"", fin=False)
                elif opcode is Opcode.PING:
                    socket.protocol.send_ping(b"")
                else:
                    socket.protocol.send_pong(b"")
            with suppress(ConnectionError):
                socket.transport.write(b"".join(socket.protocol.data_to_send()))
            code = await code_after(socket)
            await (await beside.ping())
            return code, beside.close_code is None

    assert asyncio.run(flood()) == (4429, True)


def test_a_ping_now_and_then_is_answered(strict: Server) -> None:
    ana, _ = couple(strict)

    async def ask() -> None:
        async with socket_of(ana) as socket, asyncio.timeout(10):
            for _ in range(5):
                await (await socket.ping())

    asyncio.run(ask())
