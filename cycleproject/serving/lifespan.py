"""Background tasks that run for as long as the server does (ASGI's lifespan protocol)."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

BackgroundTask = Callable[[], Coroutine[Any, Any, None]]


class Lifespan:
    """The ASGI application that starts background tasks with the server and cancels them when it stops."""

    def __init__(self, *tasks: BackgroundTask) -> None:
        self.tasks = tasks

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer the server's two messages, startup and shutdown."""
        await receive()
        running = [asyncio.create_task(task()) for task in self.tasks]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})
