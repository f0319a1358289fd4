"""What a socket waits with: the library's queue and event hold four lists of waiters, empty for as long as it lives.

That is three kilobytes for each of ten thousand sockets, of which hardly one waits for anything.
"""

import asyncio
from typing import Any


class Inbox:
    """What has come in and was not read yet, for one reader."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        """Add a message, and wake the reader."""
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def empty(self) -> bool:
        """Tell whether nothing waits to be read."""
        return not self._messages

    async def get(self) -> Any:
        """Return the next message, as soon as there is one."""
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._messages.pop(0)


class Gate:
    """Open until somebody closes it; whoever comes while it is closed waits."""

    __slots__ = ("_opened",)

    def __init__(self) -> None:
        self._opened: asyncio.Event | None = None

    def clear(self) -> None:
        """Close it."""
        self._opened = self._opened or asyncio.Event()

    def set(self) -> None:
        """Open it, and let everybody pass."""
        if self._opened is not None:
            self._opened.set()
            self._opened = None

    async def wait(self) -> None:
        """Pass, once it is open."""
        while self._opened is not None:
            await self._opened.wait()
