"""What a process does besides answering, for as long as it serves."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Duty = Callable[[], Coroutine[Any, Any, None]]


class Lifespan:
    """Starts duties when the server starts, and stops them when it stops."""

    def __init__(self, *duties: Duty) -> None:
        self.duties = duties

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer the server's two messages (see the ASGI specification's lifespan protocol)."""
        await receive()
        running = [asyncio.create_task(duty()) for duty in self.duties]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})
