"""Statements on the road of a mark: built once (see ``sql``), and sent together.

Django builds the SQL of a query anew for each call, and its cursor looks at every call again; both cost ten times what
running it does (see ``bench/``). What is written here is built once per process and goes to the database's own driver.
Values still pass through their fields, so that what is encrypted at rest stays so.

A ``Query`` does nothing until ``run``: what can be asked or written together crosses the wire together.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model

from cycleproject.database import sql, sqlite_wal
from cycleproject.database.sql import AnyField, Names, Statement
from cycleproject.database.sql import Rows as Rows
from cycleproject.database.sql import Whole as Whole
from cycleproject.database.sql import fields as fields


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with its values. ``row``: who gets the key that the database gives."""

    statement: Statement
    values: Sequence[Any]
    row: Model | None = None


@contextmanager
def one_transaction() -> Iterator[None]:
    """Begin and commit as ``transaction.atomic`` does, for what writes through the driver alone."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with database.wrap_database_errors:
        database.ensure_connection()
        connection = database.connection
        # IMMEDIATE on SQLite: see the settings.
        connection.execute(f"BEGIN {getattr(database, 'transaction_mode', None) or ''}")
        try:
            yield
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
        sqlite_wal.committed()


@contextmanager
def forgettable_transaction() -> Iterator[None]:
    """Begin and commit what a power cut may take: nobody waits for the disk. What follows is as durable as ever."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        yield
    elif database.vendor == "postgresql":
        with one_transaction():
            database.connection.execute("SET LOCAL synchronous_commit TO off")
            yield
    else:
        database.ensure_connection()
        connection = database.connection
        connection.execute("PRAGMA synchronous=NORMAL")
        try:
            with one_transaction():
                yield
        finally:
            connection.execute("PRAGMA synchronous=FULL")


def run(queries: Sequence[Query]) -> list[Rows]:
    """Carry out queries in their order, in one round trip; return the rows of each."""
    if not queries:
        return []
    database = connections[DEFAULT_DB_ALIAS]
    with database.wrap_database_errors:
        database.ensure_connection()
        carry_out = _pipelined if database.vendor == "postgresql" else _each
        found = carry_out(database.connection, queries)
    rows = [query.statement.converted(raw, database) for query, raw in zip(queries, found, strict=True)]
    for query, own in zip(queries, rows, strict=True):
        if query.row is not None:
            query.row.pk = own[0][0]
    return rows


def _each(connection: Any, queries: Sequence[Query]) -> list[Rows]:
    execute = connection.execute
    return [execute(query.statement.sql, query.statement.adapted(query.values)).fetchall() for query in queries]


def _pipelined(connection: Any, queries: Sequence[Query]) -> list[Rows]:
    # A pipeline for one statement costs more than it saves.
    with connection.pipeline() if len(queries) > 1 else nullcontext():
        cursors = [_sent(connection, query) for query in queries]
        return [_rows_of(cursor, query) for cursor, query in zip(cursors, queries, strict=True)]


def _sent(connection: Any, query: Query) -> Any:
    from psycopg import Cursor

    return Cursor(connection).execute(query.statement.sql, query.statement.adapted(query.values), prepare=True)


def _rows_of(cursor: Any, query: Query) -> Rows:
    return [] if query.statement.returned is None else cursor.fetchall()


def at_once(queries: Sequence[Query]) -> Sequence[Query]:
    """Return what carries out these in one statement, where the database can; no two of them may touch the same row."""
    if _vendor() != "postgresql" or len(queries) < 2:
        return queries
    with_rows = [at for at, query in enumerate(queries) if query.row is not None]
    assert len(with_rows) < 2
    statement = _at_once(tuple(query.statement for query in queries), with_rows[0] if with_rows else None)
    row = queries[with_rows[0]].row if with_rows else None
    return [Query(statement, [value for query in queries for value in query.values], row)]


@lru_cache(maxsize=256)
def _at_once(parts: tuple[Statement, ...], giving: int | None) -> Statement:
    named = ", ".join(f"part{at} AS ({part.sql})" for at, part in enumerate(parts))
    ending = "SELECT 1" if giving is None else f"SELECT * FROM part{giving}"  # noqa: S608  names only
    given = tuple(adapt for part in parts for adapt in part.given)
    return Statement(f"WITH {named} {ending}", given, None if giving is None else parts[giving].returned)


def insert_row(row: Model) -> Query:
    """Write a new row, which gets the key that the database gives."""
    written = sql.written_fields(type(row))
    return Query(sql.insert_row(_vendor(), type(row)), [getattr(row, field.attname) for field in written], row)


def insert(model: type[Model], *rows: Mapping[str, Any]) -> Query:
    """Write new rows that name the same columns; the others get their defaults."""
    names = tuple(rows[0])
    return Query(sql.insert(_vendor(), model, names, len(rows)), [row[name] for row in rows for name in names])


def upsert(model: type[Model], key: Names, *rows: Mapping[str, Any]) -> Query:
    """Write rows as ``insert`` does, over what stands there under the same key in the columns that are named."""
    names = tuple(rows[0])
    return Query(sql.upsert(_vendor(), model, key, names, len(rows)), [row[name] for row in rows for name in names])


def update(model: type[Model], where: Mapping[str, Any], **values: Any) -> Query:
    """Write to the rows whose columns have these values."""
    return Query(sql.update(_vendor(), model, tuple(values), tuple(where)), [*values.values(), *where.values()])


def delete(model: type[Model], where: Mapping[str, Any]) -> Query:
    """Remove the rows whose columns have these values; nothing may hang from them."""
    return Query(sql.delete(_vendor(), model, tuple(where)), [*where.values()])


def joined(
    model: type[Model],
    key: Any,
    name: str,
    *,
    pointing: type[Model],
    by: str,
    names: Names,
    lock: bool,
    beside: Sequence["Column"] = (),
) -> Query:
    """Return a column of one row with columns of the rows that point to it; ``lock`` it until the transaction ends.

    The column comes twice: as it is, and as old as whatever stands beside it. PostgreSQL, when it has waited for a
    lock, looks again at the locked row and at no other.
    """
    columns = tuple((one.sql, one.given) for one in beside)
    values = [value for one in beside for value in one.values]
    return Query(sql.joined(_vendor(), model, name, pointing, by, names, lock, columns), [*values, key])


@dataclass(frozen=True, slots=True)
class Column:
    """One more column in SQL of our own (``%s`` for each value), given as the driver gives it."""

    sql: str
    given: Sequence[AnyField] = ()
    values: Sequence[Any] = ()


def among(keys: Collection[Any]) -> tuple[str, list[Any]]:
    """Return what stands in ``IN (…)``, and the keys for it: at least one.

    The last comes again until their number is a power of two, so that few statements are ever built and prepared.
    """
    given = list(keys)
    given += given[-1:] * ((1 << (len(given) - 1).bit_length()) - len(given))
    return ", ".join(["%s"] * len(given)), given


def rows(whole: Sequence[Whole], source: str, given: Sequence[AnyField], values: Sequence[Any]) -> Query:
    """Return whole rows of some models out of a source in SQL of our own, side by side; see ``instances``."""
    return Query(sql.rows(_vendor(), tuple(whole), source, tuple(given)), values)


def as_written(text: str, given: Sequence[AnyField], values: Sequence[Any]) -> Query:
    """Carry out SQL of our own that gives no rows."""
    return Query(sql.as_written(_vendor(), text, tuple(given)), values)


def instances(whole: Sequence[Whole], found: Rows) -> list[tuple[Any, ...]]:
    """Return rows as Django does, side by side; None where the source has no such row.

    A row that stands beside many is the same instance beside all that follow each other.
    """
    read: list[tuple[Any, ...]] = []
    for row in found:
        side_by_side: list[Any] = []
        at = 0
        for place, one in enumerate(whole):
            key, last = row[at], read[-1][place] if read else None
            if key is None or (last is not None and last.pk == key):
                side_by_side.append(None if key is None else last)
            else:
                values = row[at : at + len(one.columns)]
                side_by_side.append(one.model.from_db(DEFAULT_DB_ALIAS, one.names, values))
            at += len(one.columns)
        read.append(tuple(side_by_side))
    return read


def _vendor() -> str:
    return connections[DEFAULT_DB_ALIAS].vendor
