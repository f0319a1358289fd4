"""A process that was told to stop: it says so, takes no new sockets, and lets those that it has come back elsewhere."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final

# How much longer a process goes on while somebody has not heard it yet: a socket that is cut off is told nothing.
LONGER: Final = 3.0
LOOK_EVERY: Final = 0.05

begun = threading.Event()
# Who holds sockets says here how it lets them go; asked again, it lets go of those that have come since.
on_begin: list[Callable[[], None]] = []
_inside: set[int] = set()


class SocketsUntilTold:
    """Lets no socket in once this process is about to stop."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the connection on, or refuse it before its handshake: a proxy then asks another process at once."""
        if not begun.is_set():
            await self._let_in(scope, receive, send)
            return
        await receive()
        headers = [(b"retry-after", b"1"), (b"content-length", b"0")]
        await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})

    async def _let_in(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        _inside.add(id(scope))
        try:
            await self.application(scope, receive, send)
        finally:
            _inside.discard(id(scope))


async def drain(seconds: float) -> None:
    """Say that this process stops, close its sockets, and go on answering requests for a while."""
    begun.set()
    clock = asyncio.get_running_loop().time
    enough = clock() + seconds
    while clock() < enough or (_inside and clock() < enough + LONGER):
        # Whoever was let in just before may sit down in their room only now.
        for let_go in on_begin:
            let_go()
        await asyncio.sleep(LOOK_EVERY)
