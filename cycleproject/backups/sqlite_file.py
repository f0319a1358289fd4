"""Copies of SQLite: a file that SQLite builds anew while others write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from django.db import DatabaseError, connection

Row = dict[str, bytes | None]

BEGINNING: Final = b"SQLite format 3\0"


class Unreadable(Exception):
    """What SQLite has found wrong with a file."""


def write(file: Path) -> None:
    """Copy the running database into an empty file. Raises Unreadable."""
    try:
        with connection.cursor() as cursor:
            # Built anew from what is committed: a copy of the file itself would miss its log, and could be half
            # written; a copy page by page would begin again with every write, and carry along what is unused.
            cursor.execute("VACUUM INTO %s", [str(file)])
    except DatabaseError as error:
        raise Unreadable(str(error)) from None


def values(file: Path) -> Iterator[tuple[str, Row | None]]:
    """Look at every page, then yield each table by itself and with each of its rows as bytes. Raises Unreadable."""
    try:
        # Nobody writes to a copy: so said, SQLite makes no files beside it.
        with closing(sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = bytes
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != b"ok":
                raise Unreadable(f"damaged: {found.decode(errors='replace').splitlines()[-1]}")
            if database.execute("PRAGMA foreign_key_check").fetchone():
                raise Unreadable("damaged: rows lead to rows that are not there")
            tables = database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
            )
            for (name,) in tables.fetchall():
                yield from _rows(database, name.decode())
    except sqlite3.Error as error:
        raise Unreadable(f"damaged: {error}") from None


def _rows(database: sqlite3.Connection, table: str) -> Iterator[tuple[str, Row | None]]:
    yield table, None
    cursor = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608  a name that the file itself gave
    columns = [description[0] for description in cursor.description]
    for row in cursor:
        yield table, {name: _bytes(value) for name, value in zip(columns, row, strict=True)}


def _bytes(value: Any) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else str(value).encode()
