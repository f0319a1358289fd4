"""Statements on the road of a mark, built once.

Django builds the SQL of a query anew for each call, which costs ten times what running it does (see ``bench/``). What
is written here once per command is built once per process; values still pass through their fields, so that what is
encrypted at rest stays so.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import Col

Columns = tuple[str, ...]
Converter = Callable[[Any, None, Any], Any]


def insert(model: type[Model], **values: Any) -> None:
    """Write one row."""
    _run(_insert_sql(connection.vendor, model, tuple(values)), model, values)


def upsert(model: type[Model], key: Columns, **values: Any) -> None:
    """Write one row, or what is not its key over the row that is there."""
    _run(_insert_sql(connection.vendor, model, tuple(values), key), model, values)


def update(model: type[Model], where: Mapping[str, Any], **values: Any) -> None:
    """Write to the rows whose columns have these values."""
    sql = _update_sql(connection.vendor, model, tuple(values), tuple(where))
    _run(sql, model, values, where)


def select(model: type[Model], names: Columns, where: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return these columns of the rows whose columns have these values."""
    sql = _select_sql(connection.vendor, model, names, tuple(where))
    return _read(_run(sql, model, where), [_field(model, name) for name in names])


def lock(
    model: type[Model], key: Any, name: str, *, with_rows_of: type[Model], by: str, names: Columns
) -> list[tuple[Any, ...]]:
    """Lock one row until the transaction ends; return a column of it with columns of the rows that point to it."""
    sql = _lock_sql(connection.vendor, model, name, with_rows_of, by, names)
    fields = [_field(model, name), *(_field(with_rows_of, name) for name in names)]
    return _read(_run(sql, model, {"id": key}), fields)


def _run(sql: str, model: type[Model], *values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    parameters = [
        _field(model, name).get_db_prep_save(value, connection) for each in values for name, value in each.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def _read(rows: list[tuple[Any, ...]], fields: "list[Field[Any, Any]]") -> list[tuple[Any, ...]]:
    converters = [_converters(connection.vendor, field) for field in fields]
    return [tuple(_converted(value, each) for value, each in zip(row, converters, strict=True)) for row in rows]


def _converted(value: Any, converters: "tuple[Converter, ...]") -> Any:
    for convert in converters:
        value = convert(value, None, connection)
    return value


@lru_cache
def _converters(vendor: str, field: "Field[Any, Any]") -> "tuple[Converter, ...]":
    expression = Col("", field)
    return (*connection.ops.get_db_converters(expression), *field.get_db_converters(connection))


@lru_cache
def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field


@lru_cache
def _insert_sql(vendor: str, model: type[Model], names: Columns, key: Columns = ()) -> str:
    columns = _columns(model, names)
    marks = ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {_table(model)} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  names, never values
    if not key:
        return sql
    written = ", ".join(f"{column} = excluded.{column}" for column in _columns(model, _without(names, key)))
    return f"{sql} ON CONFLICT ({', '.join(_columns(model, key))}) DO UPDATE SET {written}"


@lru_cache
def _update_sql(vendor: str, model: type[Model], names: Columns, where: Columns) -> str:
    written = ", ".join(f"{column} = %s" for column in _columns(model, names))
    found = " AND ".join(f"{column} = %s" for column in _columns(model, where))
    return f"UPDATE {_table(model)} SET {written} WHERE {found}"  # noqa: S608  names, never values


@lru_cache
def _select_sql(vendor: str, model: type[Model], names: Columns, where: Columns) -> str:
    found = " AND ".join(f"{column} = %s" for column in _columns(model, where))
    return f"SELECT {', '.join(_columns(model, names))} FROM {_table(model)} WHERE {found}"  # noqa: S608  names


@lru_cache
def _lock_sql(vendor: str, model: type[Model], name: str, pointing: type[Model], by: str, names: Columns) -> str:
    columns = [f"locked.{column}" for column in _columns(model, (name,))]
    columns += [f"pointing.{column}" for column in _columns(pointing, names)]
    joined = f"pointing.{_columns(pointing, (by,))[0]} = locked.id"
    tables = f"{_table(model)} locked JOIN {_table(pointing)} pointing ON {joined}"
    # On SQLite the transaction itself has locked everything when it began (IMMEDIATE).
    ending = " FOR UPDATE OF locked" if connection.features.has_select_for_update_of else ""
    return f"SELECT {', '.join(columns)} FROM {tables} WHERE locked.id = %s{ending}"  # noqa: S608  names


def _without(names: Columns, key: Columns) -> Columns:
    return tuple(name for name in names if name not in key)


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[Model], names: Columns) -> list[str]:
    return [connection.ops.quote_name(_field(model, name).column or name) for name in names]
