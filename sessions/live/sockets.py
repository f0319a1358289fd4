"""How many sockets somebody has open, at this process and at all others: counted in Redis, where there are others.

A process tells Redis which sockets it holds for a person, whenever that changes and now and then. So what was lost
while Redis was away is put right by the next telling. A process that tells nothing any more is dead, and its sockets
with it: who comes back after crashes has not used up their places. While Redis is away each process counts its own
(see ``redis_circuit``).
"""

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, count, islice, takewhile
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
# For how long a process that is silent counts as alive, and how often one says that it is.
ALIVE_SECONDS: Final = 5
ALIVE_EVERY: Final = 1.0

_ALIVE: Final = "cycle:process:"

# By the clock of Redis: those of several machines differ. A member is the process and a number.
_TELL: Final = f"""
local now = tonumber(redis.call('TIME')[1])
local process, kept = ARGV[1], tonumber(ARGV[2])
redis.call('SET', '{_ALIVE}' .. process, '', 'EX', ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local holder = string.match(member, '^[^.]+')
    if holder == process or redis.call('EXISTS', '{_ALIVE}' .. holder) == 0 then
        redis.call('ZREM', KEYS[1], member)
    end
end
for place = 4, #ARGV do redis.call('ZADD', KEYS[1], now + kept, ARGV[place]) end
redis.call('EXPIRE', KEYS[1], kept)
return redis.call('ZCARD', KEYS[1])
"""


@dataclass(eq=False, slots=True)
class Socket:
    """One open socket of one person."""

    user_id: UUID
    name: str


@dataclass(eq=False, slots=True)
class _Held:
    """What this process holds for one person, and when it last told Redis of it."""

    sockets: dict[Socket, None] = field(default_factory=dict)
    told_at: float = field(default_factory=time.monotonic)


class Sockets:
    """The open sockets of this process, and the count of all."""

    def __init__(self) -> None:
        self._process = uuid4().hex
        self._numbers = count(1)
        # In the order in which Redis was told of them.
        self._held: dict[UUID, _Held] = {}
        # Those of whom it has not heard, since it was away.
        self._untold: dict[UUID, None] = {}
        self._alive_at = 0.0
        self._others: _Errands | None = None

    async def open(self, user_id: UUID) -> Socket | None:
        """Count one more socket of a person; None where it would be one too many."""
        held = self._held.setdefault(user_id, _Held())
        if len(held.sockets) >= PER_PERSON:
            return None
        socket = Socket(user_id, f"{self._process}.{next(self._numbers)}")
        held.sockets[socket] = None
        try:
            told = self._tell(user_id)
            there_are = await told if told else None
        except asyncio.CancelledError:  # hung up meanwhile: nobody else knows of this socket
            self.close(socket)
            raise
        if (there_are or 0) > PER_PERSON:
            self.close(socket)
            return None
        return socket

    def close(self, socket: Socket) -> None:
        """Count one less."""
        held = self._held.get(socket.user_id)
        if held is None or socket not in held.sockets:
            return
        del held.sockets[socket]
        self._tell(socket.user_id)
        if not held.sockets:
            del self._held[socket.user_id]

    def renew(self) -> None:
        """Say that this process is alive, and tell again of those of whom nothing was said or heard lately."""
        errands = self._errands()
        if errands is None or redis_circuit.is_away():
            return
        now = time.monotonic()
        if self._held and self._alive_at <= now - ALIVE_EVERY:
            self._alive_at = now
            errands.take("SET", _ALIVE + self._process, "", "EX", ALIVE_SECONDS)
        overdue = takewhile(lambda one: one[1].told_at <= now - RENEWED_EVERY, self._held.items())
        for user_id in list(islice(chain(self._untold, (user_id for user_id, _ in overdue)), RENEWED_TOGETHER)):
            self._tell(user_id)

    def _tell(self, user_id: UUID) -> "asyncio.Future[int | None] | None":
        """Tell Redis what this process holds for a person; it answers how many there are, and None if it is away."""
        self._untold.pop(user_id, None)
        if held := self._held.pop(user_id, None):
            # Behind all others: the first is always the one that was told of longest ago.
            self._held[user_id] = held
            held.told_at = time.monotonic()
        errands = self._errands()
        if errands is None:
            return None
        names = [socket.name for socket in held.sockets] if held else []
        key = f"cycle:sockets:{user_id}"
        told = errands.take("EVAL", _TELL, 1, key, self._process, KEPT_SECONDS, ALIVE_SECONDS, *names)
        told.add_done_callback(partial(self._told, user_id))
        return told

    def _told(self, user_id: UUID, answer: "asyncio.Future[int | None]") -> None:
        if answer.cancelled() or answer.result() is None:
            self._untold[user_id] = None

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

    def take(self, *command: Any) -> "asyncio.Future[int | None]":
        """Ask one thing, behind all that waits; None where nobody knows."""
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
