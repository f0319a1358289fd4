"""The floor for several workers: one durable PostgreSQL statement per command, and the other worker told through Redis.

Like floor.py it has no Django, no login, no rules and no sealing. What travels through Redis is the mark itself, so
that nobody has to read it again; a message that is lost is lost.
"""

import asyncio
import os
from typing import Any, Final, LiteralString
from uuid import uuid4

import orjson
import psycopg
from psycopg_pool import AsyncConnectionPool
from redis.asyncio import Redis

from bench.comparators.floor import Room

CHANNEL: Final = "floor"
CONNECTIONS: Final = 8
SCHEMA: Final = """
CREATE TABLE round (room text, number integer, PRIMARY KEY (room, number));
CREATE TABLE mark (
    room text, number integer, seat text, reaction text, intensity integer, PRIMARY KEY (room, number, seat)
)
"""
OPEN: Final = "INSERT INTO round VALUES (%s, %s) ON CONFLICT DO NOTHING"
STORE: Final = """
INSERT INTO mark VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (room, number, seat) DO UPDATE SET reaction = excluded.reaction, intensity = excluded.intensity
"""


def make_table(database: str) -> None:
    """Make its table."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(SCHEMA)


class Others:
    """The other workers."""

    def __init__(self, address: str) -> None:
        self._name = uuid4().hex
        self._redis = Redis.from_url(address, socket_timeout=None)
        self._telling: set[asyncio.Task[int]] = set()

    def tell(self, room: str, number: int, seat: str, mark: dict[str, Any] | None) -> None:
        """Tell of a round that was opened, or of a mark that is stored."""
        message = orjson.dumps([self._name, room, number, seat, mark])
        task = asyncio.ensure_future(self._redis.publish(CHANNEL, message))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def listen(self) -> None:
        """Begin to take over what the others tell."""
        subscription = self._redis.pubsub(ignore_subscribe_messages=True)
        await subscription.subscribe(CHANNEL)
        self._listening = asyncio.ensure_future(self._hear(subscription))

    async def _hear(self, subscription: Any) -> None:
        async for message in subscription.listen():
            sender, name, number, seat, mark = orjson.loads(message["data"])
            if sender != self._name and name in rooms:
                await rooms[name].take(number, seat, mark)


class SharedRoom(Room):
    """One couple's room as one worker knows it."""

    async def take(self, number: int, seat: str, mark: dict[str, Any] | None) -> None:
        """Take over a round that was opened or a mark that is stored, and show it to whom it concerns."""
        if mark is None:
            self.number, self.marks = number, {}
            return await self.show("a", "b")
        self.marks[seat] = mark
        await self.show(*(("a", "b") if len(self.marks) == 2 else (seat,)))


rooms: dict[str, SharedRoom] = {}
database: AsyncConnectionPool[psycopg.AsyncConnection[Any]]
others: Others


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one connection: /<room>/<seat>/."""
    if scope["type"] == "lifespan":
        await receive()
        await _start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    assert scope["type"] == "websocket"
    name, seat = scope["path"].strip("/").split("/")
    room = rooms.setdefault(name, SharedRoom())
    await receive()
    await send({"type": "websocket.accept"})
    room.listeners[seat] = send
    await room.show(seat)
    while (message := await receive())["type"] == "websocket.receive":
        await _answer(orjson.loads(message["text"]), name, room, seat)
    del room.listeners[seat]


async def _start() -> None:
    global database, others
    database = AsyncConnectionPool(
        os.environ["DATABASE_URL"],
        min_size=CONNECTIONS,
        max_size=CONNECTIONS,
        kwargs={"autocommit": True, "prepare_threshold": 0},
        open=False,
    )
    await database.open(wait=True)
    others = Others(os.environ["REDIS_URL"])
    await others.listen()


async def _answer(command: dict[str, Any], name: str, room: SharedRoom, seat: str) -> None:
    mark = None
    if command["type"] == "round.open":
        number = command["after"] + 1
        await _stored(OPEN, (name, number))
    else:
        number = command["round"]
        mark = {"reaction": command["reaction"], "intensity": command["intensity"]}
        await _stored(STORE, (name, number, seat, *mark.values()))
    others.tell(name, number, seat, mark)
    ack = orjson.dumps({"type": "ack", "op": command["op"]}).decode()
    await room.listeners[seat]({"type": "websocket.send", "text": ack})
    await room.take(number, seat, mark)


async def _stored(statement: LiteralString, row: tuple[Any, ...]) -> None:
    async with database.connection() as connection:
        await connection.execute(statement, row)
