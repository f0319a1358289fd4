"""The tables of this version, each read and written as it is stored, and a digest of what is in it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any, Final

from django.apps import apps
from django.db import connections, models
from django.db.models import BinaryField, ExpressionWrapper, F

BATCH: Final = 500
SPACE_OF_DIGESTS: Final = 1 << 256

Row = tuple[Any, ...]


class Table:
    """One table, by the model that describes it."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.name = model._meta.db_table
        self.key: Any = model._meta.pk
        self.fields: list[Any] = list(model._meta.local_concrete_fields)
        self.written = [field for field in self.fields if not field.generated]

    def count(self, database: str) -> int:
        """Return how many rows it has."""
        return self.model._base_manager.using(database).count()

    def batch(self, database: str, after: str | None) -> list[Row]:
        """Return the rows that come next in the order of the keys, the key of each in front."""
        rows = self.model._base_manager.using(database).order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=self.key.to_python(after))
        # As it is stored: an encrypted field itself would hand out what is inside.
        sealed = {
            f"stored_{field.name}": ExpressionWrapper(F(field.name), output_field=BinaryField())
            for field in self.fields
            if isinstance(field, BinaryField)
        }
        names = [
            f"stored_{field.name}" if isinstance(field, BinaryField) else field.attname
            for field in (self.key, *self.fields)
        ]
        return list(rows.annotate(**sealed).values_list(*names)[:BATCH])

    def all_rows(self, database: str) -> Iterator[Row]:
        """Yield every row, the key of each in front."""
        after: str | None = None
        while batch := self.batch(database, after):
            yield from batch
            after = str(batch[-1][0])

    def insert(self, database: str, rows: list[Row]) -> None:
        """Write rows that were read elsewhere."""
        connection = connections[database]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self.written)
        places = ", ".join(["%s"] * len(self.written))
        positions = [self.fields.index(field) + 1 for field in self.written]
        values = [[_stored(self.fields[at - 1], row[at], connection) for at in positions] for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {quote(self.name)} ({columns}) VALUES ({places})", values)  # noqa: S608

    def digest(self, database: str) -> tuple[int, str]:
        """Return how many rows there are, and a digest of all of them, whatever the order."""
        number = total = 0
        for row in self.all_rows(database):
            number += 1
            total += int.from_bytes(hashlib.sha256(repr([*map(_canonical, row)]).encode()).digest())
        return number, f"{total % SPACE_OF_DIGESTS:064x}"


def all_tables() -> list[Table]:
    """Return every table of ours and of what we build on, each after those that its rows lead to."""
    found: dict[type[models.Model], set[Any]] = {
        model: {field.related_model for field in model._meta.local_concrete_fields if field.is_relation} - {model}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [Table(model) for model in TopologicalSorter(found).static_order()]


def _stored(field: Any, value: Any, connection: Any) -> Any:
    if isinstance(field, BinaryField):
        return None if value is None else connection.Database.Binary(bytes(value))
    return field.get_db_prep_save(value, connection=connection)


def _canonical(value: Any) -> Any:
    """Return a value as both kinds of database agree on it."""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return value
