"""Emptying the database after a test that committed: quickly, and but for what migrating alone fills.

Django tells all apps that they were migrated, upon which each content type and permission is looked for and made anew,
as it was: a twentieth of a second after each such test. PostgreSQL's TRUNCATE makes every table a new file, and takes
longer than most tests.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.core.management.color import no_style
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import TransactionTestCase

# What migrating writes, and what other rows name by its key.
KEPT: Final = frozenset({"django_content_type", "auth_permission"})


class Emptied(DatabaseOperations):
    """PostgreSQL, emptied by deleting the few rows that a test has left."""

    def sql_flush(
        self, style: Any, tables: Iterable[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        """Return one statement that empties all tables but those; keys are looked at when it is committed."""
        if reset_sequences:
            return super().sql_flush(style, tables, reset_sequences=True, allow_cascade=allow_cascade)
        return ["; ".join(f"DELETE FROM {self.quote_name(table)}" for table in tables if table not in KEPT)]


def keep_what_migrating_made() -> None:
    """Teach Django's test case to leave it."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _empty(case: TransactionTestCase) -> None:
    for name in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        connection = connections[name]
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        emptied = [table for table in tables if table not in KEPT]
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), emptied))
