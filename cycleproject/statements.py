"""Statements on the road of a mark: built once, and sent together.

Django builds the SQL of a query anew for each call, and its cursor looks at every call again; both cost ten times what
running it does (see ``bench/``). What is written here is built once per process and goes to the database's own driver.
Values still pass through their fields, so that what is encrypted at rest stays so.

A ``Query`` does nothing until ``run``: what can be asked or written together crosses the wire together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

if TYPE_CHECKING:
    AnyField = Field[Any, Any]
else:
    AnyField = Field

Names = tuple[str, ...]
Row = tuple[Any, ...]
Rows = list[Row]
Adapter = Callable[[Any], Any]
Converter = Callable[[Any, None, BaseDatabaseWrapper], Any]

# What the drivers take as it is.
_PLAIN: Final = frozenset(
    {
        models.AutoField,
        models.BigAutoField,
        models.BinaryField,
        models.BooleanField,
        models.CharField,
        models.IntegerField,
        models.PositiveBigIntegerField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.TextField,
    }
)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with its values. ``row``: who gets the key that the database gives."""

    statement: "Statement"
    values: Sequence[Any]
    row: Model | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in the driver's own style, how each value goes in, and how each column comes out (empty: as it is)."""

    sql: str
    given: tuple[Adapter | None, ...]
    returned: tuple[tuple[Converter, ...], ...] | None = None  # None: it gives no rows

    def adapted(self, values: Sequence[Any]) -> list[Any]:
        """Return values as the driver takes them."""
        return [adapt(value) if adapt else value for adapt, value in zip(self.given, values, strict=True)]

    def converted(self, rows: Rows, database: BaseDatabaseWrapper) -> Rows:
        """Return rows as their fields read them."""
        if not self.returned:
            return rows
        return [
            tuple(_read(value, converters, database) for value, converters in zip(row, self.returned, strict=True))
            for row in rows
        ]


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


@contextmanager
def forgettable_transaction() -> Iterator[None]:
    """Begin and commit what a power cut may take: nobody waits for the disk. What follows is as durable as ever."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        yield
    elif database.vendor == "postgresql":
        with transaction.atomic(), database.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
            yield
    else:
        with database.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")
            try:
                with transaction.atomic():
                    yield
            finally:
                cursor.execute("PRAGMA synchronous=FULL")


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
def _at_once(parts: tuple["Statement", ...], giving: int | None) -> "Statement":
    named = ", ".join(f"part{at} AS ({part.sql})" for at, part in enumerate(parts))
    ending = "SELECT 1" if giving is None else f"SELECT * FROM part{giving}"  # noqa: S608  names only
    given = tuple(adapt for part in parts for adapt in part.given)
    return Statement(f"WITH {named} {ending}", given, None if giving is None else parts[giving].returned)


def insert_row(row: Model) -> Query:
    """Write a new row, which gets the key that the database gives."""
    written = _written(type(row))
    return Query(_insert_row(_vendor(), type(row)), [getattr(row, field.attname) for field in written], row)


def insert(model: type[Model], *rows: Mapping[str, Any]) -> Query:
    """Write new rows that name the same columns; the others get their defaults."""
    names = tuple(rows[0])
    return Query(_insert(_vendor(), model, names, len(rows)), [row[name] for row in rows for name in names])


def upsert(model: type[Model], key: Names, *rows: Mapping[str, Any]) -> Query:
    """Write rows as ``insert`` does, over what stands there under the same key in the columns that are named."""
    names = tuple(rows[0])
    return Query(_upsert(_vendor(), model, key, names, len(rows)), [row[name] for row in rows for name in names])


def update(model: type[Model], where: Mapping[str, Any], **values: Any) -> Query:
    """Write to the rows whose columns have these values."""
    return Query(_update(_vendor(), model, tuple(values), tuple(where)), [*values.values(), *where.values()])


def delete(model: type[Model], where: Mapping[str, Any]) -> Query:
    """Remove the rows whose columns have these values; nothing may hang from them."""
    return Query(_delete(_vendor(), model, tuple(where)), [*where.values()])


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
    return Query(_joined(_vendor(), model, name, pointing, by, names, lock, columns), [*values, key])


@dataclass(frozen=True, slots=True)
class Column:
    """One more column in SQL of our own (``%s`` for each value), given as the driver gives it."""

    sql: str
    given: Sequence[AnyField] = ()
    values: Sequence[Any] = ()


def rows(whole: Sequence["Whole"], source: str, given: Sequence[AnyField], values: Sequence[Any]) -> Query:
    """Return whole rows of some models out of a source in SQL of our own, side by side; see ``instances``."""
    return Query(_rows(_vendor(), tuple(whole), source, tuple(given)), values)


def instances(whole: Sequence["Whole"], found: Rows) -> list[tuple[Any, ...]]:
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


@dataclass(frozen=True)
class Whole:
    """A model whose rows a source calls by a name; columns left out are read when somebody asks for them."""

    name: str
    model: type[Model]
    only: Names = ()
    without: Names = ()

    @cached_property
    def columns(self) -> list[AnyField]:
        """Return its columns, the key first."""
        columns = self.model._meta.concrete_fields
        return [one for one in columns if one.name not in self.without and (not self.only or one.name in self.only)]

    @cached_property
    def names(self) -> list[str]:
        """Return what its columns are called in Python."""
        return [field.attname for field in self.columns]


def written_out(sql: str, given: Sequence[AnyField], values: Sequence[Any]) -> Query:
    """Return what is asked in SQL of our own (``%s`` for each value), whose columns come as the driver gives them."""
    return Query(_written_out(_vendor(), sql, tuple(given)), values)


def fields(model: type[Model], names: Names) -> tuple[AnyField, ...]:
    """Return fields of a model by their names."""
    by_name = {field.name: field for field in model._meta.concrete_fields}
    return tuple(by_name[name] for name in names)


def _vendor() -> str:
    return connections[DEFAULT_DB_ALIAS].vendor


def _read(value: Any, converters: tuple[Converter, ...], database: BaseDatabaseWrapper) -> Any:
    for convert in converters:
        value = convert(value, None, database)
    return value


# Built once for each kind of database: a process that tests both must not mix them up.


@lru_cache
def _insert_row(vendor: str, model: type[Model]) -> Statement:
    written, key = _written(model), model._meta.pk
    assert key
    columns, values = ", ".join(map(_quoted, written)), ", ".join(["%s"] * len(written))
    sql = f"INSERT INTO {_table(model)} ({columns}) VALUES ({values}) RETURNING {_quoted(key)}"  # noqa: S608  names only
    return _statement(sql, written, (key,))


@lru_cache
def _insert(vendor: str, model: type[Model], names: Names, count: int) -> Statement:
    given = fields(model, names)
    others = tuple(field for field in _written(model) if field.name not in names)
    columns = ", ".join(map(_quoted, given + others))
    values = ", ".join(["%s"] * len(given) + [_default(field) for field in others])
    rows = ", ".join([f"({values})"] * count)
    return _statement(f"INSERT INTO {_table(model)} ({columns}) VALUES {rows}", given * count)  # noqa: S608  names only


def _default(field: AnyField) -> str:
    return {None: "NULL", "": "''", True: "TRUE", False: "FALSE"}[field.get_default()]


@lru_cache
def _upsert(vendor: str, model: type[Model], key: Names, names: Names, count: int) -> Statement:
    columns = [_quoted(field) for field in fields(model, names) if field.name not in key]
    written = ", ".join(f"{column} = excluded.{column}" for column in columns)
    found = ", ".join(map(_quoted, fields(model, key)))
    sql = f"{_insert(vendor, model, names, count).sql} ON CONFLICT ({found}) DO UPDATE SET {written}"
    return _statement(sql, fields(model, names) * count)


@lru_cache
def _update(vendor: str, model: type[Model], names: Names, where: Names) -> Statement:
    values, found = fields(model, names), fields(model, where)
    sql = f"UPDATE {_table(model)} SET {_equal(values, ', ')} WHERE {_equal(found, ' AND ')}"  # noqa: S608  names only
    return _statement(sql, values + found)


@lru_cache
def _delete(vendor: str, model: type[Model], where: Names) -> Statement:
    found = fields(model, where)
    return _statement(f"DELETE FROM {_table(model)} WHERE {_equal(found, ' AND ')}", found)  # noqa: S608  names only


@lru_cache
def _joined(
    vendor: str,
    model: type[Model],
    name: str,
    pointing: type[Model],
    by: str,
    names: Names,
    lock: bool,
    beside: tuple[tuple[str, tuple[AnyField, ...]], ...],
) -> Statement:
    key = model._meta.pk
    assert key
    [own], others, [pointer] = fields(model, (name,)), fields(pointing, names), fields(pointing, (by,))
    before = (
        f"(SELECT before.{_quoted(own)} FROM {_table(model)} before WHERE before.{_quoted(key)} = own.{_quoted(key)})"  # noqa: S608  names only
    )
    columns = [f"own.{_quoted(own)}", before, *(f"pointing.{_quoted(field)}" for field in others)]
    columns += [sql for sql, _ in beside]
    tables = f"{_table(model)} own JOIN {_table(pointing)} pointing ON pointing.{_quoted(pointer)} = own.{_quoted(key)}"
    # On SQLite the transaction itself has locked everything when it began (IMMEDIATE).
    can_lock = connections[DEFAULT_DB_ALIAS].features.has_select_for_update_of
    locking = " FOR UPDATE OF own" if lock and can_lock else ""
    sql = f"SELECT {', '.join(columns)} FROM {tables} WHERE own.{_quoted(key)} = %s{locking}"  # noqa: S608  names only
    given = [field for _, fields_given in beside for field in fields_given]
    return _statement(sql, (*given, key), (own, own, *others), as_given=len(beside))


@lru_cache
def _rows(vendor: str, whole: tuple[Whole, ...], source: str, given: tuple[AnyField, ...]) -> Statement:
    columns = ", ".join(f"{one.name}.{_quoted(field)}" for one in whole for field in one.columns)
    asked = [field for one in whole for field in one.columns]
    return _statement(f"SELECT {columns} FROM {source}", given, asked)  # noqa: S608  names only


@lru_cache
def _written_out(vendor: str, sql: str, given: tuple[AnyField, ...]) -> Statement:
    return _statement(sql, given, ())


def _statement(
    sql: str, given: Sequence[AnyField], returned: Sequence[AnyField] | None = None, as_given: int = 0
) -> Statement:
    database = connections[DEFAULT_DB_ALIAS]
    sql = sql.replace("%s", "?") if database.vendor == "sqlite" else sql
    converters = None if returned is None else (*map(_converters, returned), *[()] * as_given)
    return Statement(sql, tuple(map(_adapter, given)), converters)


def _adapter(field: AnyField) -> Adapter | None:
    database = connections[DEFAULT_DB_ALIAS]
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if type(field) in _PLAIN:
        return None
    if type(field) is models.DateTimeField:
        return None if database.vendor == "postgresql" else database.ops.adapt_datetimefield_value
    return partial(field.get_db_prep_save, connection=database)


def _converters(field: AnyField) -> tuple[Converter, ...]:
    database = connections[DEFAULT_DB_ALIAS]
    column = field.get_col("own")  # a foreign key is read as what it points to
    return (*database.ops.get_db_converters(column), *column.get_db_converters(database))


@lru_cache
def _written(model: type[Model]) -> tuple[AnyField, ...]:
    # A key that the database gives is not written.
    return tuple(field for field in model._meta.concrete_fields if not field.db_returning)


def _equal(fields: Sequence[AnyField], between: str) -> str:
    return between.join(f"{_quoted(field)} = %s" for field in fields)


def _quoted(field: AnyField) -> str:
    assert field.column
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(field.column)


def _table(model: type[Model]) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
