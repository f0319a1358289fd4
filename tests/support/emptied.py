"""Emptying PostgreSQL after a test: its TRUNCATE makes every table a new file, and takes longer than most tests."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.backends.postgresql.operations import DatabaseOperations

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
