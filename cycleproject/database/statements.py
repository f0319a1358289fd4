"""Queries that go straight to the database driver: built once per process, and sent in one round trip.

Django builds the SQL of a query anew at each call and wraps its cursor around it; both cost ten times what running the
query does (see ``bench/``). The queries on the way of a mark are therefore built once, in ``sql``. Values still pass
through their model fields, so that what is encrypted at rest stays encrypted.

A ``Query`` does nothing until ``run`` sends it, together with all others that it is given.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, DataError, connections, transaction
from django.db.models import Model

from cycleproject.database import sql, sqlite_wal
from cycleproject.database.sql import AnyField, Names, Statement
from cycleproject.database.sql import ModelColumns as ModelColumns
from cycleproject.database.sql import Rows as Rows
from cycleproject.database.sql import fields as fields

DIVISION_BY_ZERO: Final = "22012"


class Missed(Exception):
    """A row was not as somebody took it to be, or what they write may not be written any more: nothing was."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL expression with ``%s`` for each value, on which something depends."""

    sql: str
    given: tuple[AnyField, ...]
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with its values.

    ``row`` is the new row that gets the key which the database returns; ``must_hit``: unless it finds its row, Missed.
    """

    statement: Statement
    values: Sequence[Any]
    row: Model | None = None
    must_hit: bool = False


def commit_together(several: bool) -> AbstractContextManager[None]:
    """Return a transaction; where ``combined`` gives one statement for each thing, one that stands alone needs none."""
    database = connections[DEFAULT_DB_ALIAS]
    alone = database.vendor == "postgresql" and not several and not database.in_atomic_block
    return nullcontext() if alone else driver_transaction()


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
    """Send queries in one round trip, carry them out in their order, and return the rows of each. Raises Missed."""
    if not queries:
        return []
    database = connections[DEFAULT_DB_ALIAS]
    carry_out = _pipelined if database.vendor == "postgresql" else _run_each
    try:
        with database.wrap_database_errors:
            database.ensure_connection()
            found = carry_out(database.connection, queries)
    except DataError as failed:
        if getattr(failed.__cause__, "sqlstate", None) == DIVISION_BY_ZERO:
            raise Missed from failed  # see ``_combined``
        raise
    rows = [query.statement.converted(raw, database) for query, raw in zip(queries, found, strict=True)]
    for query, own in zip(queries, rows, strict=True):
        if query.row is not None:
            query.row.pk = own[0][0]
    return rows


def _run_each(connection: Any, queries: Sequence[Query]) -> list[Rows]:
    execute = connection.execute
    found = []
    for query in queries:
        found.append(execute(query.statement.sql, query.statement.adapted(query.values)).fetchall())
        if query.must_hit and not found[-1]:
            raise Missed
    return found


def _pipelined(connection: Any, queries: Sequence[Query]) -> list[Rows]:
    # A pipeline for one statement costs more than it saves.
    with connection.pipeline() if len(queries) > 1 else nullcontext():
        cursors = [_execute(connection, query) for query in queries]
        found = [_rows_of(cursor, query) for cursor, query in zip(cursors, queries, strict=True)]
    if any(query.must_hit and not rows for query, rows in zip(queries, found, strict=True)):
        raise Missed
    return found


def _execute(connection: Any, query: Query) -> Any:
    from psycopg import Cursor

    return Cursor(connection).execute(query.statement.sql, query.statement.adapted(query.values), prepare=True)


def _rows_of(cursor: Any, query: Query) -> Rows:
    return [] if query.statement.returned is None else cursor.fetchall()


def combined(queries: Sequence[Query]) -> Sequence[Query]:
    """Return the queries as one statement on PostgreSQL, else as they are. No two of them may touch the same row.

    The first of them may have to hit.
    """
    if _vendor() != "postgresql" or len(queries) < 2:
        return queries
    with_rows = [at for at, query in enumerate(queries) if query.row is not None]
    assert len(with_rows) < 2
    giving = with_rows[0] if with_rows else None
    statement = _combined(tuple(query.statement for query in queries), giving, queries[0].must_hit)
    row = queries[giving].row if giving is not None else None
    return [Query(statement, [value for query in queries for value in query.values], row)]


@lru_cache(maxsize=256)
def _combined(parts: tuple[Statement, ...], giving: int | None, must_hit: bool) -> Statement:
    named = ", ".join(f"part{at} AS ({part.sql})" for at, part in enumerate(parts))
    # The other parts cannot be made to depend on the first; but a statement that fails has done nothing at all. What is
    # asked for last is carried out first: whoever misses has waited for this one row, and has locked no other.
    hit = "1 / (SELECT count(*) FROM part0) = 1" if must_hit else "TRUE"
    ending = f"SELECT {hit}" if giving is None else f"SELECT * FROM part{giving} WHERE {hit}"  # noqa: S608  names only
    given = tuple(adapt for part in parts for adapt in part.given)
    return Statement(f"WITH {named} {ending}", given, None if giving is None else parts[giving].returned)


def insert_row(row: Model) -> Query:
    """Return the query that stores a new row; running it gives the row its key."""
    written = sql.written_fields(type(row))
    return Query(sql.insert_row(_vendor(), type(row)), [field.pre_save(row, add=True) for field in written], row)


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


def update_if(condition: Condition, model: type[Model], where: Mapping[str, Any], **values: Any) -> Query:
    """Return the same query as ``update`` for one row, which must be there, and of which the condition must hold."""
    statement = sql.update_if(_vendor(), model, tuple(values), tuple(where), condition.sql, condition.given)
    return Query(statement, [*values.values(), *where.values(), *condition.values], must_hit=True)


def delete(model: type[Model], where: Mapping[str, Any]) -> Query:
    """Return the query that deletes the rows whose columns equal ``where``; no foreign key may point to them."""
    return Query(sql.delete(_vendor(), model, tuple(where)), [*where.values()])


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
