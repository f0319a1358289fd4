"""Where a worker under test can be stopped: named points inside the writer, put in from outside.

They hang on what is not ours and does not move, the driver of the database and the channel layer, and know of our code
no more than the name of one table. ``FAULTS_DIRECTORY`` names a directory with a file ``armed`` that says, while there
is one, ``<point> <deed> <how many times it is passed first>``.
"""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
from channels_redis.pubsub import RedisPubSubLoopLayer

POINTS = ("before_write", "after_write", "after_publish")
ARMED, REACHED, GO = "armed", "reached", "go"
HELD_AT_MOST = 8.0

# What a command writes is one statement, which is its own transaction where it stands alone.
WRITING = b'"version" = %s AND EXISTS'
INSERTING = b'INSERT INTO "live_sessions_mark"'


class Failpoints:
    """The points of this process."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._passed = 0
        self._guard = Lock()

    def pass_by(self, point: str) -> None:
        """Do at a point what it is armed for."""
        try:
            armed, deed, passing = (self._directory / ARMED).read_text().split()
        except (FileNotFoundError, ValueError):
            return
        if armed != point:
            return
        with self._guard:
            self._passed += 1
            if self._passed <= int(passing):
                return
            self._passed = 0
            (self._directory / ARMED).unlink(missing_ok=True)
        (self._directory / REACHED).write_text(point)
        if deed == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        deadline = time.monotonic() + HELD_AT_MOST
        while not (self._directory / GO).exists() and time.monotonic() < deadline:
            time.sleep(0.005)


class Statements:
    """What runs through the driver of the database: seen, and changed where a mistake is planted."""

    def __init__(self) -> None:
        self.rewrite: list[Callable[[bytes], bytes]] = []
        self.before: list[Callable[[psycopg.Connection[Any], bytes], None]] = []
        self.after: list[Callable[[psycopg.Connection[Any], bytes], None]] = []

    def watch(self) -> "Statements":
        """Stand between the driver and everybody who uses it."""
        execute = psycopg.Cursor.execute

        def watched_execute(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            text = query.encode() if isinstance(query, str) else query
            if not isinstance(text, bytes):
                return execute(cursor, query, *args, **kwargs)
            for look in self.before:
                look(cursor.connection, text)
            for change in self.rewrite:
                text = change(text)
            result = execute(cursor, text, *args, **kwargs)
            for look in self.after:
                look(cursor.connection, text)
            return result

        psycopg.Cursor.execute = watched_execute
        return self


def install(directory: Path) -> Statements:
    """Put the points into this process; return what else can be hung on the same statements."""
    points, statements = Failpoints(directory), Statements()

    def before(connection: psycopg.Connection[Any], text: bytes) -> None:
        if WRITING in text:
            points.pass_by("before_write")

    def after(connection: psycopg.Connection[Any], text: bytes) -> None:
        if WRITING in text:
            points.pass_by("after_write")

    statements.before.append(before)
    statements.after.append(after)
    statements.watch()
    send = RedisPubSubLoopLayer.group_send

    async def group_send(layer: Any, group: str, message: Any) -> None:
        await send(layer, group, message)
        points.pass_by("after_publish")

    RedisPubSubLoopLayer.group_send = group_send
    return statements
