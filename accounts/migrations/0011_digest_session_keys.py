"""Stores the digest of each login's token instead of the token; whoever is logged in stays so."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import migrations

from accounts.session_store import stored_key

AT_ONCE = 1000


def digest_keys(apps: Any, schema_editor: Any) -> None:
    """Replace what is presented by what it is found by, in the logins and in the list of where one is logged in."""
    for app, name in (("sessions", "Session"), ("usersessions", "UserSession")):
        table = schema_editor.quote_name(apps.get_model(app, name)._meta.db_table)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT session_key FROM {table}")  # noqa: S608  a table's name, never a value
            for batch in _batches([row[0] for row in cursor.fetchall()]):
                cursor.executemany(
                    f"UPDATE {table} SET session_key = %s WHERE session_key = %s",  # noqa: S608
                    [(stored_key(token), token) for token in batch],
                )


def end_all(apps: Any, schema_editor: Any) -> None:
    """End all logins on the way back: nothing tells the token of a digest."""
    apps.get_model("sessions", "Session").objects.all().delete()
    apps.get_model("usersessions", "UserSession").objects.all().delete()


def _batches(tokens: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(tokens), AT_ONCE):
        yield tokens[first : first + AT_ONCE]


class Migration(migrations.Migration):
    """Digests the keys of logins."""

    dependencies: ClassVar = [
        ("accounts", "0010_key_check"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations: ClassVar = [migrations.RunPython(digest_keys, end_all)]
