"""How many sockets somebody has open, at this process and at all others: counted in Redis, where there are others.

Each socket is a member of its person's set until it is closed, or until nobody has renewed it: a process that was
killed takes its sockets along. While Redis is away each process counts its own (see ``redis_circuit``).
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from cycleproject.serving import redis_circuit

PER_PERSON: Final = 8
KEPT_SECONDS: Final = 45
RENEWED_EVERY: Final = 15.0
RENEWED_TOGETHER: Final = 256

# By the clock of Redis: those of several machines differ.
_CLAIM: Final = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
"""


@dataclass(eq=False, slots=True)
class Socket:
    """One open socket of one person."""

    user_id: UUID
    name: str
    renewed_at: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> str:
        """Return the set that it is a member of."""
        return f"cycle:sockets:{self.user_id}"


class Sockets:
    """The open sockets of this process, and the count of all."""

    def __init__(self) -> None:
        self._process = uuid4().hex
        self._numbers = count(1)
        self._own: dict[Socket, None] = {}
        self._counts: Counter[UUID] = Counter()
        self._others: _Errands | None = None

    async def open(self, user_id: UUID) -> Socket | None:
        """Count one more socket of a person; None where it would be one too many."""
        if self._counts[user_id] >= PER_PERSON:
            return None
        socket = Socket(user_id, f"{self._process}.{next(self._numbers)}")
        self._own[socket] = None
        self._counts[user_id] += 1
        errands = self._errands()
        if errands and (await errands.claimed(socket) or 0) > PER_PERSON:
            self.close(socket)
            return None
        return socket

    def close(self, socket: Socket) -> None:
        """Count one less."""
        if socket not in self._own:
            return
        del self._own[socket]
        self._counts[socket.user_id] -= 1
        if not self._counts[socket.user_id]:
            del self._counts[socket.user_id]
        if errands := self._errands():
            errands.release(socket)

    def renew(self) -> None:
        """Say of those that nobody has spoken of lately that they are still open."""
        errands = self._errands()
        if errands is None:
            return
        now = time.monotonic()
        for socket in list(self._own)[:RENEWED_TOGETHER]:
            if socket.renewed_at > now - RENEWED_EVERY:
                break
            # Behind all others: the first is always the one that was renewed longest ago.
            del self._own[socket]
            self._own[socket] = None
            socket.renewed_at = now
            errands.renew(socket)

    def _errands(self) -> "_Errands | None":
        if not settings.REDIS_URL:
            return None
        loop = asyncio.get_running_loop()
        if self._others is None or self._others.loop is not loop:
            self._others = _Errands(loop)
        return self._others


class _Errands:
    """What is to be asked of Redis: one after the other on one connection, and together what waits together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._redis: Redis = Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=redis_circuit.PATIENCE,
            socket_connect_timeout=redis_circuit.PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[int | None]]] = []
        self._running: asyncio.Task[None] | None = None

    def claimed(self, socket: Socket) -> Awaitable[int | None]:
        """Add a socket, and return how many there are; None where nobody knows."""
        return self._take("EVAL", _CLAIM, 1, socket.key, socket.name, KEPT_SECONDS)

    def renew(self, socket: Socket) -> None:
        """Do the same where nobody waits for the number."""
        self._take("EVAL", _CLAIM, 1, socket.key, socket.name, KEPT_SECONDS)

    def release(self, socket: Socket) -> None:
        """Take a socket out."""
        self._take("ZREM", socket.key, socket.name)

    def _take(self, *command: Any) -> "asyncio.Future[int | None]":
        answer: asyncio.Future[int | None] = self.loop.create_future()
        self._waiting.append((command, answer))
        if self._running is None or self._running.done():
            self._running = self.loop.create_task(self._run())
        return answer

    async def _run(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            found = await self._found([command for command, _ in taken])
            for (_, answer), one in zip(taken, found, strict=True):
                if not answer.done():  # whose socket is gone waits no longer
                    answer.set_result(one)

    async def _found(self, commands: list[tuple[Any, ...]]) -> list[int | None]:
        nobody_knows: list[int | None] = [None] * len(commands)
        if redis_circuit.is_away():
            return nobody_knows
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                return [int(one) for one in await pipeline.execute()]
        except Exception as problem:  # Redis, the socket and the library each raise their own
            redis_circuit.failed(problem)
            return nobody_knows


sockets = Sockets()
