"""Statements on the road of a mark, built once.

Django builds the SQL of a query anew for each call, which costs ten times what running it does (see ``bench/``). What
is written here once per command is built once per process; values still pass through their fields, so that what is
encrypted at rest stays so. A statement is built for the kind of database that it runs on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from django.db.models.expressions import Col

if TYPE_CHECKING:
    AnyField = Field[Any, Any]
else:
    AnyField = Field

Names = tuple[str, ...]
Rows = list[tuple[Any, ...]]
Converter = Callable[[Any, None, BaseDatabaseWrapper], Any]


def insert(row: Model) -> None:
    """Write a new row, and give it the key that the database gives."""
    database = connections[DEFAULT_DB_ALIAS]
    statement = _insert(database.vendor, type(row))
    [(row.pk,)] = statement.run(database, _values(row, statement.given))


def upsert(row: Model, key: Names) -> None:
    """Write a row, over what stands there under the same key."""
    database = connections[DEFAULT_DB_ALIAS]
    statement = _upsert(database.vendor, type(row), key)
    statement.run(database, _values(row, statement.given))


def update(model: type[Model], where: Mapping[str, Any], **values: Any) -> None:
    """Write to the rows whose columns have these values."""
    database = connections[DEFAULT_DB_ALIAS]
    statement = _update(database.vendor, model, tuple(values), tuple(where))
    statement.run(database, [*values.values(), *where.values()])


def select(model: type[Model], names: Names, where: Mapping[str, Any]) -> Rows:
    """Return these columns of the rows whose columns have these values."""
    database = connections[DEFAULT_DB_ALIAS]
    return _select(database.vendor, model, names, tuple(where)).run(database, list(where.values()))


def lock(model: type[Model], key: Any, name: str, *, pointing: type[Model], by: str, names: Names) -> Rows:
    """Lock one row until the transaction ends; return a column of it with columns of the rows that point to it."""
    database = connections[DEFAULT_DB_ALIAS]
    return _lock(database.vendor, model, name, pointing, by, names).run(database, [key])


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    given: tuple[AnyField, ...]
    returned: tuple[tuple[Converter, ...], ...] = ()

    def run(self, database: BaseDatabaseWrapper, values: Sequence[Any]) -> Rows:
        given = [field.get_db_prep_save(value, database) for field, value in zip(self.given, values, strict=True)]
        with database.cursor() as cursor:
            cursor.execute(self.sql, given)
            rows = cursor.fetchall() if self.returned else []
        return [
            tuple(_read(value, converters, database) for value, converters in zip(row, self.returned, strict=True))
            for row in rows
        ]


def _read(value: Any, converters: tuple[Converter, ...], database: BaseDatabaseWrapper) -> Any:
    for convert in converters:
        value = convert(value, None, database)
    return value


def _values(row: Model, fields: Iterable[AnyField]) -> list[Any]:
    return [getattr(row, field.attname) for field in fields]


@lru_cache
def _insert(vendor: str, model: type[Model]) -> _Statement:
    assert model._meta.pk
    returning = f" RETURNING {_quoted(model._meta.pk)}"
    return _Statement(_insert_sql(model) + returning, _written(model), (_converters(model._meta.pk),))


@lru_cache
def _upsert(vendor: str, model: type[Model], key: Names) -> _Statement:
    columns = [_quoted(field) for field in _written(model) if field.name not in key]
    written = ", ".join(f"{column} = excluded.{column}" for column in columns)
    found = ", ".join(map(_quoted, _fields(model, key)))
    return _Statement(f"{_insert_sql(model)} ON CONFLICT ({found}) DO UPDATE SET {written}", _written(model))


@lru_cache
def _update(vendor: str, model: type[Model], names: Names, where: Names) -> _Statement:
    values, found = _fields(model, names), _fields(model, where)
    sql = f"UPDATE {_table(model)} SET {_equal(values, ', ')} WHERE {_equal(found, ' AND ')}"  # noqa: S608  names only
    return _Statement(sql, values + found)


@lru_cache
def _select(vendor: str, model: type[Model], names: Names, where: Names) -> _Statement:
    asked, found = _fields(model, names), _fields(model, where)
    columns = ", ".join(map(_quoted, asked))
    sql = f"SELECT {columns} FROM {_table(model)} WHERE {_equal(found, ' AND ')}"  # noqa: S608  names only
    return _Statement(sql, found, tuple(map(_converters, asked)))


@lru_cache
def _lock(vendor: str, model: type[Model], name: str, pointing: type[Model], by: str, names: Names) -> _Statement:
    assert model._meta.pk
    own, others, [pointer] = _fields(model, (name,)), _fields(pointing, names), _fields(pointing, (by,))
    columns = [f"locked.{_quoted(field)}" for field in own] + [f"pointing.{_quoted(field)}" for field in others]
    key = f"locked.{_quoted(model._meta.pk)}"
    tables = f"{_table(model)} locked JOIN {_table(pointing)} pointing ON pointing.{_quoted(pointer)} = {key}"
    # On SQLite the transaction itself has locked everything when it began (IMMEDIATE).
    locking = " FOR UPDATE OF locked" if connections[DEFAULT_DB_ALIAS].features.has_select_for_update_of else ""
    sql = f"SELECT {', '.join(columns)} FROM {tables} WHERE {key} = %s{locking}"  # noqa: S608  names only
    return _Statement(sql, (model._meta.pk,), tuple(map(_converters, own + others)))


def _insert_sql(model: type[Model]) -> str:
    columns = [_quoted(field) for field in _written(model)]
    return f"INSERT INTO {_table(model)} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


def _written(model: type[Model]) -> tuple[AnyField, ...]:
    # A key that the database gives is not written.
    return tuple(field for field in model._meta.concrete_fields if not field.db_returning)


def _fields(model: type[Model], names: Names) -> tuple[AnyField, ...]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    return tuple(fields[name] for name in names)


def _converters(field: AnyField) -> tuple[Converter, ...]:
    database = connections[DEFAULT_DB_ALIAS]
    of_the_database = database.ops.get_db_converters(Col("", field))
    return (*of_the_database, *field.get_db_converters(database))


def _equal(fields: Iterable[AnyField], between: str) -> str:
    return between.join(f"{_quoted(field)} = %s" for field in fields)


def _quoted(field: AnyField) -> str:
    assert field.column
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(field.column)


def _table(model: type[Model]) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
