"""The points at which a process can be killed: before each statement that writes, each commit, around each hint.

They hang on the drivers of the databases, and on what tells others of a change; reads are none of them.
"""

import os
import re
import signal
from collections import Counter
from typing import Any

import psycopg
from django.db.backends.signals import connection_created

from sessions.checkin.state import SessionState
from sessions.store import broadcast

WRITES = re.compile(r"\s*(BEGIN|COMMIT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
TABLE = re.compile(r'(?:INTO|UPDATE|FROM)\s+"(\w+)"', re.IGNORECASE)
BEFORE_HINT, AFTER_HINT = "before the hint", "after the hint"


class Points:
    """The points that this process has passed, in their order; at the one that is armed it dies."""

    def __init__(self, armed: str = "") -> None:
        self.passed: list[str] = []
        self._armed = armed
        self._seen: Counter[str] = Counter()

    def watch(self) -> "Points":
        """Watch this process, whose connections are yet to be opened."""
        connection_created.connect(self._watch_sqlite, weak=False)
        self._watch_postgresql()
        changed = broadcast.changed

        def told(state: SessionState) -> None:
            self.pass_by(BEFORE_HINT)
            changed(state)
            self.pass_by(AFTER_HINT)

        broadcast.changed = told
        return self

    def pass_by(self, point: str) -> None:
        """Pass a point, or die there."""
        self._seen[point] += 1
        name = f"{point} {self._seen[point]}" if self._seen[point] > 1 else point
        self.passed.append(name)
        if name == self._armed:
            os.kill(os.getpid(), signal.SIGKILL)

    def _statement(self, text: str) -> None:
        if found := WRITES.match(text):
            table = TABLE.search(text)
            self.pass_by(f"before {found[1].upper()}{f' {table[1]}' if table else ''}")

    def _watch_sqlite(self, connection: Any, **_: Any) -> None:
        if connection.vendor == "sqlite":
            connection.connection.set_trace_callback(self._statement)

    def _watch_postgresql(self) -> None:
        execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

        def watched_execute(cursor: Any, query: Any, *args: Any, **named: Any) -> Any:
            if isinstance(query, str | bytes):
                self._statement(query if isinstance(query, str) else query.decode())
            return execute(cursor, query, *args, **named)

        def watched_commit(connection: psycopg.Connection[Any]) -> None:
            self._statement("COMMIT")
            commit(connection)

        psycopg.Cursor.execute = watched_execute  # type: ignore[method-assign]
        psycopg.Connection.commit = watched_commit  # type: ignore[method-assign]
