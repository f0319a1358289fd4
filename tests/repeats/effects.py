"""What came of it: every row before and after, and every mail."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.db.models import Model, QuerySet

from accounts.models import Receipt, User
from cycleproject.encryption import EncryptedJSONField
from sessions.models import Seat

# What says who is logged in, and when they were last here; and what is kept for ten minutes of what was sent.
NOT_COUNTED: Final = (Session, Receipt)
Rows = dict[str, dict[Any, str]]


def everything() -> Rows:
    """Return every row there is, as it reads: the same words are other bytes each time that they are encrypted."""
    found: Rows = {}
    for model in apps.get_models():
        if model not in NOT_COUNTED and model._meta.app_label != "usersessions":
            found[model._meta.label] = _read(model, _stored(model))
    found["mail"] = {number: f"{one.to} {one.subject}" for number, one in enumerate(mail.outbox)}
    return found


def _stored(model: type[Model]) -> tuple[Any, ...]:
    """Return the rows of a table as they are stored."""
    with connection.cursor() as cursor:
        cursor.execute(*_query(model))
        return tuple(cursor.fetchall())


@cache
def _query(model: type[Model]) -> tuple[str, Any]:
    statement, values = _everything_in(model).query.sql_with_params()
    return str(statement), values


# Most tables are as they were when they were last read: the very bytes that are stored read as they did then.
@lru_cache(maxsize=2048)
def _read(model: type[Model], stored: tuple[Any, ...]) -> dict[Any, str]:
    return dict(_rows(model))


def _rows(model: type[Model]) -> Iterator[tuple[str, str]]:
    fields, bound_to = _counted(model), getattr(model, "BOUND_TO", ())
    for stored in _everything_in(model):
        row = [stored[name] for name in bound_to]
        read = [
            one.opened(stored[one.attname], row)
            if isinstance(one, EncryptedJSONField) and stored[one.attname]
            else stored[one.attname]
            for one in fields
        ]
        yield str(stored["pk"]), repr(read)


def _everything_in(model: type[Model]) -> "QuerySet[Any, dict[str, Any]]":
    names = [one.attname for one in _counted(model)]
    return model._default_manager.values("pk", *dict.fromkeys([*names, *getattr(model, "BOUND_TO", ())]))


def _counted(model: type[Model]) -> list[Any]:
    return [one for one in model._meta.concrete_fields if one not in _last_here()]


def _last_here() -> tuple[Any, Any]:
    return User._meta.get_field("last_login"), Seat._meta.get_field("seen_at")


def created(before: Rows, after: Rows) -> dict[str, int]:
    """Return how many rows came to be, by what they are."""
    return {label: n for label, rows in after.items() if (n := len(rows.keys() - before[label].keys()))}


def differing(before: Rows, after: Rows) -> dict[str, int]:
    """Return how many rows came to be, have gone or are others, by what they are."""
    found = {label: len(dict(rows.items() ^ before[label].items())) for label, rows in after.items()}
    return {label: number for label, number in found.items() if number}
