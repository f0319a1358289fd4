"""Commands from many sockets on their way to the database: what comes in during one commit is committed together next.

A durable commit waits for the disk, and the disk takes as long for fifty marks as for one.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from accounts.logins import Login
from sessions import commands
from sessions.commands import Answer, Asked
from sessions.database import in_database
from sessions.protocol import Command

TOGETHER_AT_MOST: Final = 64


async def carry_out(login: Login, session_id: UUID, command: Command) -> Answer:
    """Carry out one command of one person, with whatever else waits; see ``commands.execute``."""
    return await _queue_of_this_loop().carry_out(Asked(login, session_id, command))


@dataclass(eq=False, slots=True, weakref_slot=True)
class _Queue:
    waiting: list[tuple[Asked, asyncio.Future[Answer]]] = field(default_factory=list)
    writing: asyncio.Task[None] | None = None

    def carry_out(self, asked: Asked) -> asyncio.Future[Answer]:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append((asked, answer))
        if self.writing is None or self.writing.done():
            self.writing = asyncio.ensure_future(self._write())
        return answer

    async def _write(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting[:TOGETHER_AT_MOST], self.waiting[TOGETHER_AT_MOST:]
            try:
                answers = await in_database(commands.execute_together, [asked for asked, _ in batch])
            except BaseException as failure:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(failure)
                raise
            for (_, answer), came_to in zip(batch, answers, strict=True):
                if not answer.done():  # whose socket is gone waits no longer
                    answer.set_result(came_to)


_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queue] = WeakKeyDictionary()


def _queue_of_this_loop() -> _Queue:
    loop = asyncio.get_running_loop()
    queue = _queues.get(loop)
    if queue is None:
        queue = _queues[loop] = _Queue()
    return queue
