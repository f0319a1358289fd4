"""SQL text for the database driver, built once per process and kind of database; ``statements`` runs it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models
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
class Statement:
    """SQL with the driver's placeholders, an adapter for each value, and converters for each column returned."""

    sql: str
    given: tuple[Adapter | None, ...]
    returned: tuple[tuple[Converter, ...], ...] | None = None  # None: it gives no rows

    def adapted(self, values: Sequence[Any]) -> list[Any]:
        """Return the values in the form that the driver accepts."""
        return [adapt(value) if adapt else value for adapt, value in zip(self.given, values, strict=True)]

    def converted(self, rows: Rows, database: BaseDatabaseWrapper) -> Rows:
        """Return rows with each value converted by its model field."""
        if not self.returned:
            return rows
        return [
            tuple(_read(value, converters, database) for value, converters in zip(row, self.returned, strict=True))
            for row in rows
        ]


def _read(value: Any, converters: tuple[Converter, ...], database: BaseDatabaseWrapper) -> Any:
    for convert in converters:
        value = convert(value, None, database)
    return value


@dataclass(frozen=True)
class ModelColumns:
    """Columns of one model to select, and the alias of its table; columns left out are loaded when first used."""

    name: str
    model: type[Model]
    only: Names = ()
    without: Names = ()

    @cached_property
    def columns(self) -> list[AnyField]:
        """Return the fields to select, the primary key first."""
        columns = sorted(self.model._meta.concrete_fields, key=lambda one: not one.primary_key)
        return [one for one in columns if one.name not in self.without and (not self.only or one.name in self.only)]

    @cached_property
    def names(self) -> list[str]:
        """Return the names of these fields on an instance."""
        return [field.attname for field in self.columns]


def fields(model: type[Model], names: Names) -> tuple[AnyField, ...]:
    """Return the fields of a model that have these names, in this order."""
    by_name = {field.name: field for field in model._meta.concrete_fields}
    return tuple(by_name[name] for name in names)


# Built once for each kind of database: a process that tests both must not mix them up.


@lru_cache
def insert_row(vendor: str, model: type[Model]) -> Statement:
    """Build the INSERT of one whole row that returns its new key."""
    written, key = written_fields(model), model._meta.pk
    assert key
    columns, values = ", ".join(map(_quoted, written)), ", ".join(["%s"] * len(written))
    sql = f"INSERT INTO {_table(model)} ({columns}) VALUES ({values}) RETURNING {_quoted(key)}"  # noqa: S608  names only
    return _statement(sql, written, (key,))


@lru_cache
def insert(vendor: str, model: type[Model], names: Names, count: int) -> Statement:
    """Build the INSERT of ``count`` rows with some columns given and the others at their defaults."""
    given = fields(model, names)
    others = tuple(field for field in written_fields(model) if field.name not in names)
    columns = ", ".join(map(_quoted, given + others))
    values = ", ".join(["%s"] * len(given) + [_default(field) for field in others])
    rows = ", ".join([f"({values})"] * count)
    return _statement(f"INSERT INTO {_table(model)} ({columns}) VALUES {rows}", given * count)  # noqa: S608  names only


def _default(field: AnyField) -> str:
    return {None: "NULL", "": "''", True: "TRUE", False: "FALSE"}[field.get_default()]


@lru_cache
def upsert(vendor: str, model: type[Model], key: Names, names: Names, count: int) -> Statement:
    """Build the INSERT that updates the given columns where the key is already there."""
    columns = [_quoted(field) for field in fields(model, names) if field.name not in key]
    written = ", ".join(f"{column} = excluded.{column}" for column in columns)
    found = ", ".join(map(_quoted, fields(model, key)))
    sql = f"{insert(vendor, model, names, count).sql} ON CONFLICT ({found}) DO UPDATE SET {written}"
    return _statement(sql, fields(model, names) * count)


@lru_cache
def update(vendor: str, model: type[Model], names: Names, where: Names) -> Statement:
    """Build the UPDATE of some columns where others have given values."""
    values, found = fields(model, names), fields(model, where)
    sql = f"UPDATE {_table(model)} SET {_equal(values, ', ')} WHERE {_equal(found, ' AND ')}"  # noqa: S608  names only
    return _statement(sql, values + found)


@lru_cache
def update_if(
    vendor: str, model: type[Model], names: Names, where: Names, condition: str, given: tuple[AnyField, ...]
) -> Statement:
    """Build the UPDATE that also needs a condition, and returns the key of the row that it hit."""
    key, plain = model._meta.pk, update(vendor, model, names, where)
    assert key
    sql = f"{plain.sql} AND {condition} RETURNING {_quoted(key)}"
    return _statement(sql, (*fields(model, names), *fields(model, where), *given), (key,))


@lru_cache
def delete(vendor: str, model: type[Model], where: Names) -> Statement:
    """Build the DELETE of rows whose columns have given values."""
    found = fields(model, where)
    return _statement(f"DELETE FROM {_table(model)} WHERE {_equal(found, ' AND ')}", found)  # noqa: S608  names only


@lru_cache
def rows(vendor: str, selected: tuple[ModelColumns, ...], source: str, given: tuple[AnyField, ...]) -> Statement:
    """Build the SELECT of columns of several models from hand-written SQL."""
    columns = ", ".join(f"{one.name}.{_quoted(field)}" for one in selected for field in one.columns)
    asked = [field for one in selected for field in one.columns]
    return _statement(f"SELECT {columns} FROM {source}", given, asked)  # noqa: S608  names only


@lru_cache
def raw_sql(vendor: str, sql: str, given: tuple[AnyField, ...]) -> Statement:
    """Prepare hand-written SQL that returns no rows."""
    return _statement(sql, given)


def _statement(sql: str, given: Sequence[AnyField], returned: Sequence[AnyField] | None = None) -> Statement:
    database = connections[DEFAULT_DB_ALIAS]
    sql = sql.replace("%s", "?") if database.vendor == "sqlite" else sql
    converters = None if returned is None else tuple(map(_converters, returned))
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
def written_fields(model: type[Model]) -> tuple[AnyField, ...]:
    """Return the fields that an INSERT writes: all but a key that the database generates."""
    return tuple(field for field in model._meta.concrete_fields if not field.db_returning)


def _equal(fields: Sequence[AnyField], between: str) -> str:
    return between.join(f"{_quoted(field)} = %s" for field in fields)


def _quoted(field: AnyField) -> str:
    assert field.column
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(field.column)


def _table(model: type[Model]) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
