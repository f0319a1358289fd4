"""A road between a browser and a server, in a thread of its own: slow, or one on which answers get lost."""

import asyncio
import random
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from tests.support.servers.cycle import Server, free_port

AT_ONCE = 1 << 16
HEAD_ENDS = b"\r\n\r\n"


class Relay:
    """What connects to its address reaches a server, each way as late as ``delay`` says."""

    def __init__(self, server: Server) -> None:
        self.delay = 0.0
        self.port = free_port()
        self._beyond = server.port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._ends: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Return where the server is found over this road."""
        return f"http://127.0.0.1:{self.port}"

    def over(self, address: str) -> str:
        """Return an address of the server as somebody on this road writes it."""
        return re.sub(r"^http://[^/]+", self.url, address)

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            await self.carry(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # one end is gone: so is the other
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            self._connections.discard(task)
            writer.close()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either end hangs up."""
        from_server, to_server = await self.reach()
        try:
            await self.both_ways(reader, writer, from_server, to_server)
        finally:
            to_server.transport.abort()

    async def reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the server."""
        return await asyncio.open_connection("127.0.0.1", self._beyond)

    async def both_ways(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        from_server: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
        carried: Callable[[], bool] = lambda: False,
    ) -> None:
        """Carry whatever comes until an end hangs up, or ``carried``, asked after each piece that went out, says so."""
        out = asyncio.ensure_future(self._one_way(reader, to_server, carried))
        back = asyncio.ensure_future(self._one_way(from_server, writer))
        try:
            await asyncio.wait({out, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in (out, back):
                way.cancel()
            await asyncio.gather(out, back, return_exceptions=True)

    async def _one_way(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        carried: Callable[[], bool] = lambda: False,
    ) -> None:
        # Each piece is as late as the road is long, however closely it follows the one before.
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not data:
                    return
                target.write(data)
                await target.drain()
                if carried():
                    return

        delivering = asyncio.ensure_future(deliver())
        try:
            while not delivering.done():
                reading = asyncio.ensure_future(source.read(AT_ONCE))
                await asyncio.wait({reading, delivering}, return_when=asyncio.FIRST_COMPLETED)
                if not reading.done():
                    reading.cancel()
                    break
                data = reading.result()
                under_way.put_nowait((self._loop.time() + self.delay, data))
                if not data:
                    await delivering
        finally:
            delivering.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await delivering


class ForgetfulRelay(Relay):
    """A road on which one answer in five is lost after the server has done what it was asked; sockets break, too.

    Only pages, forms and calls are lost: without its styles and scripts a page has nobody who could ask twice.
    """

    EVERY = 5

    def __init__(self, server: Server, first_lost: int, chance: random.Random) -> None:
        super().__init__(server)
        self._asked = self.EVERY - first_lost
        self._chance = chance
        # The request lines whose answers nobody got.
        self.lost: list[str] = []
        self.cuts = 0

    def change(self, answer: bytes) -> bytes:
        """Return an answer as it is to arrive."""
        return answer

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one request and its answer, or a socket until it breaks."""
        head = await reader.readuntil(HEAD_ENDS)
        from_server, to_server = await self.reach()
        try:
            if re.search(rb"(?mi)^upgrade: websocket", head):
                to_server.write(head)
                await self.both_ways(reader, writer, from_server, to_server, self._breaks)
                return
            # One request, one connection: no browser then takes a lost answer for a connection that had grown old.
            to_server.write(re.sub(rb"(?mi)^connection:[^\r]*", b"Connection: close", head))
            length = re.search(rb"(?mi)^content-length: *(\d+)", head)
            to_server.write(await reader.readexactly(int(length[1]) if length else 0))
            answer = await from_server.read(-1)
        finally:
            to_server.transport.abort()
        if not self._loses(head.split(b"\r\n")[0].decode()):
            writer.write(self.change(answer))
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    def _loses(self, request: str) -> bool:
        if " /static/" in request:
            return False
        self._asked += 1
        if self._asked % self.EVERY:
            return False
        self.lost.append(request)
        return True

    def _breaks(self) -> bool:
        """Tell whether the socket breaks now: what has just gone out was heard, and its answer is not."""
        breaks = self._chance.random() < 1 / self.EVERY
        self.cuts += breaks
        return breaks
