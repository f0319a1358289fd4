"""The floor: a bare ASGI application with one durable SQLite commit per command, and nothing else.

No Django, no login, no rules, no sealing, no history: what no server of this kind can fall below. One thread writes,
and commits together what has queued up meanwhile. A round that is opened is a row, and so is a mark. The frames are
those of the contract, as far as the load needs them.
"""

import asyncio
import os
import queue
import sqlite3
import threading
from typing import Any

import orjson

REVEAL_BYTES = 4096
SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS mark (
    room TEXT, number INTEGER, seat TEXT, reaction TEXT, intensity INTEGER, PRIMARY KEY (room, number, seat)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS round (room TEXT, number INTEGER, PRIMARY KEY (room, number)) WITHOUT ROWID;
"""
OPEN = "INSERT OR IGNORE INTO round VALUES (?, ?)"
STORE = """
INSERT INTO mark VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET reaction = excluded.reaction, intensity = excluded.intensity
"""

Row = tuple[Any, ...]


class Writer:
    """One thread, one connection: takes what has queued up, commits it once, and tells each."""

    def __init__(self, path: str) -> None:
        self._queue: queue.SimpleQueue[tuple[str, Row, asyncio.Future[None]]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._path = path
        threading.Thread(target=self._write_for_ever, daemon=True).start()

    def store(self, statement: str, row: Row) -> asyncio.Future[None]:
        """Store one row; the future is done once it is durable."""
        future: asyncio.Future[None] = self._loop.create_future()
        self._queue.put((statement, row, future))
        return future

    def _write_for_ever(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.executescript(SCHEMA)
        while True:
            batch = [self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get())
            connection.execute("BEGIN IMMEDIATE")
            for statement in (OPEN, STORE):
                connection.executemany(statement, [row for which, row, _ in batch if which is statement])
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, [future for *_, future in batch])


def _tell(stored: list[asyncio.Future[None]]) -> None:
    for future in stored:
        if not future.done():
            future.set_result(None)


class Room:
    """One couple's room: the marks of the latest round, and who listens."""

    def __init__(self) -> None:
        self.number = 0
        self.marks: dict[str, dict[str, Any]] = {}
        self.listeners: dict[str, Any] = {}

    def snapshot_for(self, seat: str) -> str:
        """Return what one seat may see."""
        reveal = {"marks": self.marks} if len(self.marks) == 2 else None
        latest = {
            "number": self.number,
            "state": "revealed" if reveal else "open",
            "sealed": seat in self.marks and not reveal,
            "reveal": reveal,
        }
        frame = {"type": "snapshot", "session": {"round": latest if self.number else None}, "pad": ""}
        text = orjson.dumps(frame)
        return (text[:-2].ljust(REVEAL_BYTES - 2) + text[-2:] if reveal else text).decode()

    async def show(self, *seats: str) -> None:
        """Send some of the seats what they may see."""
        for seat in seats:
            if seat in self.listeners:
                await _send(self.listeners[seat], self.snapshot_for(seat))


rooms: dict[str, Room] = {}
writer: Writer


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one connection: /<room>/<seat>/."""
    global writer
    if scope["type"] == "lifespan":
        await receive()
        writer = Writer(os.environ["FLOOR_DATABASE"])
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    assert scope["type"] == "websocket"
    name, seat = scope["path"].strip("/").split("/")
    room = rooms.setdefault(name, Room())
    await receive()
    await send({"type": "websocket.accept"})
    room.listeners[seat] = send
    await room.show(seat)
    while (message := await receive())["type"] == "websocket.receive":
        await _answer(orjson.loads(message["text"]), name, room, seat)
    del room.listeners[seat]


async def _answer(command: dict[str, Any], name: str, room: Room, seat: str) -> None:
    ack = orjson.dumps({"type": "ack", "op": command["op"]}).decode()
    if command["type"] == "round.open":
        number = command["after"] + 1
        await writer.store(OPEN, (name, number))
        room.number, room.marks = number, {}
        await _send(room.listeners[seat], ack)
        return await room.show("a", "b")
    mark = {"reaction": command["reaction"], "intensity": command["intensity"]}
    await writer.store(STORE, (name, command["round"], seat, *mark.values()))
    room.marks[seat] = mark
    await _send(room.listeners[seat], ack)
    await room.show(*(("a", "b") if len(room.marks) == 2 else (seat,)))


async def _send(send: Any, text: str) -> None:
    await send({"type": "websocket.send", "text": text})
