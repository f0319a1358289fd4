"""Draining: what a process does between being told to stop and stopping.

`/readyz` says 503, new sockets are refused, and open ones are closed, so that clients reconnect to another process.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any, Final

# How much longer a process goes on while sockets are still open: one that is cut off is told nothing.
EXTRA_SECONDS: Final = 3.0
POLL_SECONDS: Final = 0.05
# By uvicorn of a socket that is answered with 503, and by Django of a load balancer that is told to look elsewhere.
SAID_OF_REFUSALS: Final = (
    "ASGI callable returned without completing handshake.",
    "Service Unavailable: /readyz",
)

started = threading.Event()
# Called again and again while draining; each closes the sockets that its owner holds by then.
on_start: list[Callable[[], None]] = []
_open_sockets: set[int] = set()


class RefusalsAreNoErrors(logging.Filter):
    """Keep out of the log what is said of each refusal while draining: nothing has gone wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether an entry is to be written."""
        return not (started.is_set() and record.getMessage() in SAID_OF_REFUSALS)


class RefuseSocketsWhileDraining:
    """ASGI middleware that refuses new sockets once draining has started."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass a connection on, or refuse it with 503 before its handshake, so that a proxy tries another process."""
        if not started.is_set():
            await self._let_in(scope, receive, send)
            return
        await receive()
        headers = [(b"retry-after", b"1"), (b"content-length", b"0")]
        await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})

    async def _let_in(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        _open_sockets.add(id(scope))
        try:
            await self.application(scope, receive, send)
        finally:
            _open_sockets.discard(id(scope))


async def drain(seconds: float) -> None:
    """Start draining and close all sockets; return after ``seconds``, or a little later if some are still open."""
    started.set()
    clock = asyncio.get_running_loop().time
    enough = clock() + seconds
    while clock() < enough or (_open_sockets and clock() < enough + EXTRA_SECONDS):
        # A socket that was let in just before may join its room only now.
        for let_go in on_start:
            let_go()
        await asyncio.sleep(POLL_SECONDS)
