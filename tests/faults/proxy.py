"""A TCP road between two programs that can be cut, blocked or slowed down."""

import asyncio
from contextlib import suppress

from tests.support.servers.cycle import free_port

AT_ONCE = 1 << 16


class Road:
    """What connects to ``port`` reaches ``beyond``, as long as the road lets it."""

    def __init__(self, beyond: int) -> None:
        self.port = free_port()
        self.beyond = beyond
        self.delay = 0.0
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def build(self) -> "Road":
        """Begin to listen."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        return self

    def block(self) -> None:
        """Let nothing through, and tell nobody: what is sent waits."""
        self._open.clear()

    def free(self, *, lost: bool = False) -> None:
        """Let everything through again; if ``lost``, what was connected meanwhile finds out that it is not any more."""
        if lost:
            self.cut()
        self.delay = 0.0
        self._open.set()

    def cut(self) -> None:
        """Break every connection; new ones can be made at once."""
        for writer in self._writers:
            writer.transport.abort()

    async def close(self) -> None:
        """Stop listening and break every connection."""
        if self._server:
            self._server.close()
        self.free(lost=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        beyond: asyncio.StreamWriter | None = None
        try:
            await self._open.wait()
            from_beyond, beyond = await asyncio.open_connection("127.0.0.1", self.beyond)
            self._writers.add(beyond)
            await asyncio.gather(self._carry(reader, beyond), self._carry(from_beyond, writer))
        except (OSError, asyncio.CancelledError):
            pass  # one end is gone, or everything is over: so is the other end
        finally:
            for end in (writer, beyond):
                if end:
                    self._writers.discard(end)
                    end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(AT_ONCE):
            if self.delay:
                await asyncio.sleep(self.delay)
            await self._open.wait()
            target.write(data)
            await target.drain()
        with suppress(OSError, RuntimeError):
            target.write_eof()
