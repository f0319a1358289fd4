"""Every row that there is, read once from each table and joined in memory: a judge asks the database nothing more."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

Table = str


class Rows:
    """The rows of all tables by their names; what a row refers to hangs from it already."""

    def __init__(self) -> None:
        models = apps.get_models(include_auto_created=True)
        self._rows: dict[Table, dict[Any, Any]] = {
            model._meta.db_table: {row.pk: row for row in model._default_manager.all()} for model in models
        }
        self._referring: dict[tuple[Table, str], dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for model in models:
            for field in model._meta.local_fields:
                if isinstance(field, ForeignKey):
                    self._join(model._meta.db_table, field)

    def tables(self) -> Iterable[tuple[Table, Iterable[Any]]]:
        """Return each table with its rows."""
        return ((table, rows.values()) for table, rows in self._rows.items())

    def of(self, table: Table) -> Iterable[Any]:
        """Return the rows of one table."""
        return self._rows[table].values()

    def referring(self, table: Table, column: str, row: Model) -> list[Any]:
        """Return the rows of a table that refer by this column to a row."""
        return self._referring[table, column].get(row.pk, [])

    def _join(self, table: Table, field: "ForeignKey[Any, Any]") -> None:
        to = self._rows[field.related_model._meta.db_table]
        for row in self._rows[table].values():
            key = getattr(row, field.attname)
            # What was written between the reading of two tables is asked for by itself.
            if key in to:
                field.set_cached_value(row, to[key])
                self._referring[table, field.name][key].append(row)


def key(stored: Any) -> str:
    """Return a key as a text that is the same however a database stores it."""
    return str(stored).replace("-", "")


def keys() -> set[tuple[Table, str]]:
    """Return the table and key of every row, as fast as that can be read."""
    found: set[tuple[Table, str]] = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, column = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT "{column}" FROM "{table}"')
            found |= {(table, key(stored)) for (stored,) in cursor}
    return found
