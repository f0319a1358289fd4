"""Encrypted values as they stand in their rows, read and moved about as whoever can write the database does."""

from typing import Any

from django.db import connection

from cycleproject import encryption
from cycleproject.encryption import EncryptedJSONField
from cycleproject.unreadable import Unreadable
from sessions.models import Mark, Part
from sessions.store.sealing import SealedIn

SEALS = {(Mark, "seal"): "mark", (Part, "need_seal"): "need"}


def stored(model: Any, column: str) -> dict[Any, bytes]:
    """Return a column as it is stored, by the key of the row as the database has it."""
    key = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {column} FROM {model._meta.db_table} WHERE {column} IS NOT NULL ORDER BY 1")
        return {pk: bytes(token) for pk, token in cursor.fetchall()}


def put(model: Any, column: str, values: dict[Any, bytes]) -> None:
    """Write values into a column, as whoever can write the database does."""
    with connection.cursor() as cursor:
        for pk, token in values.items():
            query = f"UPDATE {model._meta.db_table} SET {column} = %s WHERE {model._meta.pk.column} = %s"
            cursor.execute(query, [connection.Database.Binary(token), pk])


def place_in(row: Any, field: Any) -> encryption.Place:
    """Return where a value of a row stands."""
    if what := SEALS.get((type(row), field.name)):
        return SealedIn.of(row.round).place(what, row.seat)
    return field.place(encryption.row_of(row))


def opens(model: Any, field: Any, pk: Any) -> bool:
    """Tell whether what stands in a row opens, as its readers find it."""
    row = model._default_manager.get(pk=pk)
    value = getattr(row, field.name)
    if isinstance(field, EncryptedJSONField):
        return not isinstance(value, Unreadable)
    return encryption.opens(value, place_in(row, field))
