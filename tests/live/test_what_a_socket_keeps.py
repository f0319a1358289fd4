"""Ten thousand open sockets: each keeps what it needs to go on, and nothing of what it has brought or was shown."""

import asyncio
import gc
import os
import tracemalloc
from base64 import b64encode
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import uvicorn

from accounts.logins import Login
from cycleproject.guard.sockets import GuardedSockets
from cycleproject.guard.waiting import Gate, Inbox
from sessions.checkin.shown_round import Viewer
from sessions.live.consumer import Connection
from sessions.live.room import Listener
from tests.support.servers.cycle import free_port

SOCKETS = 40
MARK = "m" * 8192
# On both ends, with the frame that was read last. Mark, picture, headers and empty queues were 26 KiB more.
KEPT_BYTES = 24 * 1024


class Echo(Connection):
    """Shows whoever sends a mark that mark, as a room shows a reveal."""

    async def connect(self) -> None:
        await self.accept()
        self.listener = Listener(self, uuid4(), Login(uuid4(), "key", ""), Viewer("a"), 1)

    async def receive(self, text: str | None) -> None:
        assert text is not None
        self.listener.offer(text)


class Waiting(Connection):
    """Has to wait before it is let in, as when thousands come back, and looks whether anybody is still there."""

    found_gone: ClassVar[list[bool]] = []

    async def connect(self) -> None:
        await self.accept()
        await asyncio.sleep(0.3)
        self.found_gone.append(self.gone)


async def opened(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a socket as a browser does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    headers = {
        "Host": "localhost",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Cookie": "sessionid=" + "k" * 32,
    }
    lines = ("GET / HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", "")
    writer.write("\r\n".join(lines).encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def socket_to(port: int) -> asyncio.StreamWriter:
    """Open a socket, send a mark, and wait until it is shown."""
    reader, writer = await opened(port)
    size = len(MARK).to_bytes(2)
    writer.write(b"\x81\xfe" + size + b"\0\0\0\0" + MARK.encode())
    assert await reader.readexactly(4) == b"\x81\x7e" + size
    assert await reader.readexactly(len(MARK)) == MARK.encode()
    return writer


async def serving(consumer: type[Connection]) -> tuple[uvicorn.Server, int]:
    """Serve a kind of consumer; return the server, and its port."""
    config = uvicorn.Config(
        consumer.as_asgi(),
        port=free_port(),
        ws=GuardedSockets,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    return server, config.port


async def kept_by_each() -> tuple[float, list[Any]]:
    """Open sockets at a server; return how many bytes each keeps, and the server's side of them."""
    server, port = await serving(Echo)
    ends = [await socket_to(port)]  # whatever is loaded at first
    tracemalloc.start()
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    ends += [await socket_to(port) for _ in range(SOCKETS)]
    await asyncio.sleep(0)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    sides = list(server.server_state.connections)
    for end in ends:
        end.close()
    await server.shutdown()
    return (after - before) / SOCKETS, sides


def test_a_socket_keeps_neither_a_mark_nor_what_it_was_shown() -> None:
    kept, sides = asyncio.run(kept_by_each())
    assert len(sides) == SOCKETS + 1, "each is open"
    assert kept < KEPT_BYTES
    # More attributes than that, and each has a table of its own.
    assert all(len(vars(side)) <= 30 for side in sides)


def test_whoever_has_hung_up_while_they_waited_is_not_let_in() -> None:
    async def come() -> None:
        server, port = await serving(Waiting)
        (_, stays), (_, leaves) = await opened(port), await opened(port)
        leaves.transport.abort()
        await asyncio.sleep(0.8)
        stays.close()
        await server.shutdown()

    asyncio.run(come())
    assert sorted(Waiting.found_gone) == [False, True]


def test_what_has_come_in_is_read_in_its_order() -> None:
    async def read() -> list[Any]:
        inbox = Inbox()
        inbox.put_nowait(1)
        inbox.put_nowait(2)
        first = [await inbox.get(), await inbox.get()]
        assert inbox.empty()
        asyncio.get_running_loop().call_soon(inbox.put_nowait, 3)
        return [*first, await inbox.get()]

    assert asyncio.run(read()) == [1, 2, 3]


def test_a_reader_that_gives_up_takes_nothing_with_it() -> None:
    async def read() -> Any:
        inbox = Inbox()
        given_up = asyncio.ensure_future(inbox.get())
        await asyncio.sleep(0)
        inbox.put_nowait("a mark")
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        return await asyncio.wait_for(inbox.get(), 5)

    assert asyncio.run(read()) == "a mark"


def test_nobody_passes_a_closed_gate_until_it_opens() -> None:
    async def passed() -> list[str]:
        gate, seen = Gate(), []

        async def go(name: str) -> None:
            await gate.wait()
            seen.append(name)

        await go("before")
        gate.clear()
        waiting = [asyncio.ensure_future(go(name)) for name in ("first", "second")]
        await asyncio.sleep(0)
        assert seen == ["before"]
        seen.append("opened")
        gate.set()
        await asyncio.gather(*waiting)
        return seen

    assert asyncio.run(passed()) == ["before", "opened", "first", "second"]
