"""Whether the database has every migration that this code needs. It may have those of a newer version besides."""

from functools import cache

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Name = tuple[str, str]


@cache
def _of_this_code() -> dict[Name, Migration]:
    return MigrationLoader(None).disk_migrations


def missing_migrations() -> list[str]:
    """Return the migrations that are still to be applied, by name."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    needed = _of_this_code()
    done = {name for name, one in needed.items() if name in applied or _is_replaced(one, applied)}
    done |= {replaced for name in done for replaced in needed[name].replaces}
    return sorted(f"{app}.{name}" for app, name in set(needed) - done)


def _is_replaced(migration: Migration, applied: set[Name]) -> bool:
    """Tell whether those that a squashed migration stands for have all been applied."""
    return bool(migration.replaces) and set(migration.replaces) <= applied
