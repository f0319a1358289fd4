"""What came of it: every row before and after, and every mail."""

from functools import cache
from typing import Any, Final

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection

from accounts.models import Receipt, User
from cycleproject.encryption import EncryptedJSONField
from sessions.models import Seat

# What says who is logged in, and when they were last here; and what is kept for ten minutes of what was sent.
NOT_COUNTED: Final = (Session, Receipt)
Rows = dict[str, dict[Any, str]]


def everything() -> Rows:
    """Return every row there is."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for label, select, fields in _tables():
            cursor.execute(select)
            found[label] = {str(row[0]): _readable(fields, row) for row in cursor.fetchall()}
    found["mail"] = {number: f"{one.to} {one.subject}" for number, one in enumerate(mail.outbox)}
    return found


@cache
def _tables() -> list[tuple[str, str, list[Any]]]:
    quote, tables = connection.ops.quote_name, []
    for model in apps.get_models():
        if model not in NOT_COUNTED and model._meta.app_label != "usersessions":
            key = model._meta.pk
            fields = [key, *(one for one in model._meta.concrete_fields if one not in (key, *_last_here()))]
            columns = ", ".join(quote(str(one.column)) for one in fields)
            select = f"SELECT {columns} FROM {quote(model._meta.db_table)}"
            tables.append((model._meta.label, select, fields))
    return tables


def _last_here() -> tuple[Any, Any]:
    return User._meta.get_field("last_login"), Seat._meta.get_field("seen_at")


def _readable(fields: list[Any], row: tuple[Any, ...]) -> str:
    # The same words are other bytes each time that they are encrypted.
    return repr(
        [
            one.from_db_value(value, None, connection) if isinstance(one, EncryptedJSONField) else value
            for one, value in zip(fields, row, strict=True)
        ]
    )


def created(before: Rows, after: Rows) -> dict[str, int]:
    """Return how many rows came to be, by what they are."""
    return {label: n for label, rows in after.items() if (n := len(rows.keys() - before[label].keys()))}


def differing(before: Rows, after: Rows) -> dict[str, int]:
    """Return how many rows came to be, have gone or are others, by what they are."""
    found = {label: len(dict(rows.items() ^ before[label].items())) for label, rows in after.items()}
    return {label: number for label, number in found.items() if number}
