"""What a server has stored, read and changed behind its back: the same questions to SQLite and to PostgreSQL."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from tests.servers import Server

Row = tuple[Any, ...]


def rows(server: Server, query: str, *values: Any) -> list[Row]:
    """Return what a query finds; ``?`` stands for a value."""
    with transaction(server) as execute:
        return list(execute(query, *values).fetchall())


def change(server: Server, statement: str, *values: Any) -> int:
    """Carry out a statement as another process would; return how many rows it was about."""
    with transaction(server) as execute:
        return int(execute(statement, *values).rowcount)


@contextmanager
def transaction(server: Server) -> Iterator[Callable[..., Any]]:
    """Return what carries out statements, all at once in the end."""
    if on_sqlite(server):
        with closing(sqlite3.connect(server.database_path, timeout=20)) as database, database:
            yield lambda statement, *values: database.execute(statement, [_for_sqlite(value) for value in values])
    else:
        with psycopg.connect(server.environment["DATABASE_URL"]) as connection:
            yield lambda statement, *values: connection.execute(statement.replace("?", "%s").encode(), values)


def on_sqlite(server: Server) -> bool:
    """Tell which of the two it is."""
    return server.environment["DATABASE_URL"].startswith("sqlite:")


def _for_sqlite(value: Any) -> Any:
    """Return a value as Django writes it to SQLite."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return value

