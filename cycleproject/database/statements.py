"""Queries that go straight to the database driver: built once per process, and sent in one round trip.

Django builds the SQL of a query anew at each call and wraps its cursor around it; both cost ten times what running the
query does (see ``bench/``). The queries on the way of a mark are therefore built once, in ``sql``. Values still pass
through their model fields, so that what is encrypted at rest stays encrypted.

A ``Query`` does nothing until ``run`` sends it, together with all others that it is given.
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
from cycleproject.database.sql import ModelColumns as ModelColumns
from cycleproject.database.sql import Rows as Rows
from cycleproject.database.sql import fields as fields


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with its values. ``row`` is the new row that gets the key which the database returns."""

    statement: Statement
    values: Sequence[Any]
    row: Model | None = None


@contextmanager
def driver_transaction() -> Iterator[None]:
    """Begin and commit on the driver itself, for writes that do not go through Django's ORM."""
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
        sqlite_wal.count_commit()


@contextmanager
def non_durable_transaction() -> Iterator[None]:
    """Commit without waiting for the disk, for writes that a power cut may undo; later commits wait as before."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        yield
    elif database.vendor == "postgresql":
        with driver_transaction():
            database.connection.execute("SET LOCAL synchronous_commit TO off")
            yield
    else:
        database.ensure_connection()
        connection = database.connection
        connection.execute("PRAGMA synchronous=NORMAL")
        try:
            with driver_transaction():
                yield
        finally:
            connection.execute("PRAGMA synchronous=FULL")


def run(queries: Sequence[Query]) -> list[Rows]:
    """Send queries in one round trip, carry them out in their order, and return the rows of each."""
    if not queries:
        return []
    database = connections[DEFAULT_DB_ALIAS]
    with database.wrap_database_errors:
        database.ensure_connection()
        carry_out = _pipelined if database.vendor == "postgresql" else _run_each
        found = carry_out(database.connection, queries)
    rows = [query.statement.converted(raw, database) for query, raw in zip(queries, found, strict=True)]
    for query, own in zip(queries, rows, strict=True):
        if query.row is not None:
            query.row.pk = own[0][0]
    return rows


def _run_each(connection: Any, queries: Sequence[Query]) -> list[Rows]:
    execute = connection.execute
    return [execute(query.statement.sql, query.statement.adapted(query.values)).fetchall() for query in queries]


def _pipelined(connection: Any, queries: Sequence[Query]) -> list[Rows]:
    # A pipeline for one statement costs more than it saves.
    with connection.pipeline() if len(queries) > 1 else nullcontext():
        cursors = [_execute(connection, query) for query in queries]
        return [_rows_of(cursor, query) for cursor, query in zip(cursors, queries, strict=True)]


def _execute(connection: Any, query: Query) -> Any:
    from psycopg import Cursor

    return Cursor(connection).execute(query.statement.sql, query.statement.adapted(query.values), prepare=True)


def _rows_of(cursor: Any, query: Query) -> Rows:
    return [] if query.statement.returned is None else cursor.fetchall()


def combined(queries: Sequence[Query]) -> Sequence[Query]:
    """Return the queries as one statement on PostgreSQL, else as they are. No two of them may touch the same row."""
    if _vendor() != "postgresql" or len(queries) < 2:
        return queries
    with_rows = [at for at, query in enumerate(queries) if query.row is not None]
    assert len(with_rows) < 2
    statement = _combined(tuple(query.statement for query in queries), with_rows[0] if with_rows else None)
    row = queries[with_rows[0]].row if with_rows else None
    return [Query(statement, [value for query in queries for value in query.values], row)]


@lru_cache(maxsize=256)
def _combined(parts: tuple[Statement, ...], giving: int | None) -> Statement:
    named = ", ".join(f"part{at} AS ({part.sql})" for at, part in enumerate(parts))
    ending = "SELECT 1" if giving is None else f"SELECT * FROM part{giving}"  # noqa: S608  names only
    given = tuple(adapt for part in parts for adapt in part.given)
    return Statement(f"WITH {named} {ending}", given, None if giving is None else parts[giving].returned)


def insert_row(row: Model) -> Query:
    """Return the query that stores a new row; running it gives the row its key."""
    written = sql.written_fields(type(row))
    return Query(sql.insert_row(_vendor(), type(row)), [getattr(row, field.attname) for field in written], row)


def insert(model: type[Model], *rows: Mapping[str, Any]) -> Query:
    """Return the query that stores new rows. All of them name the same columns; other columns get their defaults."""
    names = tuple(rows[0])
    return Query(sql.insert(_vendor(), model, names, len(rows)), [row[name] for row in rows for name in names])


def upsert(model: type[Model], key: Names, *rows: Mapping[str, Any]) -> Query:
    """Return the query that stores rows like ``insert``, or overwrites the named columns where the key exists."""
    names = tuple(rows[0])
    return Query(sql.upsert(_vendor(), model, key, names, len(rows)), [row[name] for row in rows for name in names])


def update(model: type[Model], where: Mapping[str, Any], **values: Any) -> Query:
    """Return the query that sets ``values`` in the rows whose columns equal ``where``."""
    return Query(sql.update(_vendor(), model, tuple(values), tuple(where)), [*values.values(), *where.values()])


def delete(model: type[Model], where: Mapping[str, Any]) -> Query:
    """Return the query that deletes the rows whose columns equal ``where``; no foreign key may point to them."""
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
    """Return the query for one column of one row, joined with columns of the rows that point to it.

    ``lock`` locks the row until the transaction ends. The column comes twice: as it is now, and as it was when the rows
    beside it were read. After waiting for a lock, PostgreSQL reads the locked row again and no other, so the two differ
    if somebody has written meanwhile.
    """
    columns = tuple((one.sql, one.given) for one in beside)
    values = [value for one in beside for value in one.values]
    return Query(sql.joined(_vendor(), model, name, pointing, by, names, lock, columns), [*values, key])


@dataclass(frozen=True, slots=True)
class Column:
    """One more column for ``joined``: an SQL expression with ``%s`` for each value, returned as the driver gives it."""

    sql: str
    given: Sequence[AnyField] = ()
    values: Sequence[Any] = ()


def in_list(keys: Collection[Any]) -> tuple[str, list[Any]]:
    """Return the placeholders for ``IN (…)`` and the values for them; there must be at least one key.

    The last key is repeated until their number is a power of two, so that few statements are ever built and prepared.
    """
    given = list(keys)
    given += given[-1:] * ((1 << (len(given) - 1).bit_length()) - len(given))
    return ", ".join(["%s"] * len(given)), given


def rows(selected: Sequence[ModelColumns], source: str, given: Sequence[AnyField], values: Sequence[Any]) -> Query:
    """Return the query for columns of models from the hand-written SQL after ``FROM``; read it by ``instances``."""
    return Query(sql.rows(_vendor(), tuple(selected), source, tuple(given)), values)


def raw_sql(text: str, given: Sequence[AnyField], values: Sequence[Any]) -> Query:
    """Return a query of hand-written SQL that returns no rows."""
    return Query(sql.raw_sql(_vendor(), text, tuple(given)), values)


def instances(selected: Sequence[ModelColumns], found: Rows) -> list[tuple[Any, ...]]:
    """Return the model instances of each row of ``rows``, in the order of the models; None for a missing outer row.

    A row that is repeated in neighbouring rows becomes one instance.
    """
    read: list[tuple[Any, ...]] = []
    for row in found:
        side_by_side: list[Any] = []
        at = 0
        for place, one in enumerate(selected):
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
