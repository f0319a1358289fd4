"""What a server has stored, read and changed behind its back: the same questions to SQLite and to PostgreSQL."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from tests.support.servers.cycle import Server
from tests.support.servers.services import PostgreSQLServer

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


def everything(server: Server) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table; the sequences of PostgreSQL are none."""
    on_postgresql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    on_either = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    with transaction(server) as execute:
        tables = [str(table) for (table,) in execute(on_either if on_sqlite(server) else on_postgresql).fetchall()]
        found: dict[str, list[dict[str, Any]]] = {}
        for table in tables:
            cursor = execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            found[table] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        return found


def files(server: Server, postgresql: PostgreSQLServer | None = None) -> bytes:
    """Return the files of a database: all of SQLite's; of PostgreSQL's, those of its tables, and what COPY says."""
    if postgresql is None:
        return server.stored
    belonging = """SELECT pg_relation_filepath(pg_class.oid) FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname IN ('public', 'pg_toast') AND relkind IN ('r', 'i', 't')"""
    with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        paths = [postgresql.data / path for (path,) in connection.execute(belonging).fetchall()]
        contents = [path.read_bytes() for path in paths]
        for table in everything(server):
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT'.encode()) as copying:
                contents += [bytes(line) for line in copying]
    return b"".join(contents)


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
