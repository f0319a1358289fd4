"""Open a copy and look at all of it: is it whole, whose version made it, and do our keys open it?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db.migrations.loader import MigrationLoader

from cycleproject.backups import postgresql_dump, sqlite_file
from cycleproject.backups.tokens import Examination

MIGRATIONS: Final = "django_migrations"


class Damaged(Exception):
    """A file that cannot be restored from, and why."""


@dataclass
class Contents:
    """What was found in a copy."""

    rows: dict[str, int] = field(default_factory=dict)
    migrations: set[tuple[str, str]] = field(default_factory=set)
    encrypted: int = 0

    @property
    def version(self) -> str:
        """Return how its version stands to ours, as the end of a sentence; empty if it is the same."""
        ours = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())
        theirs = {one for one in self.migrations if one[0] in {app for app, _ in ours}}
        if theirs - ours:
            return "a newer version made it: only that one can serve it"
        return "an older version made it: `manage.py migrate` brings it up to date" if ours - theirs else ""


def check(file: Path) -> Contents:
    """Return what a copy holds. Raises Damaged, or KeysDoNotOpen for one that is whole and cannot be read."""
    try:
        with file.open("rb") as opened:
            beginning = opened.read(16)
    except OSError as error:
        raise Damaged(error.strerror or "cannot be read") from None
    if beginning.startswith(sqlite_file.BEGINNING):
        return _look(sqlite_file.values(file))
    if beginning.startswith(postgresql_dump.BEGINNING):
        return _look(postgresql_dump.values(file))
    raise Damaged("neither a SQLite database nor a dump in PostgreSQL's custom format")


def check_text(lines: Iterable[bytes]) -> Contents:
    """Return what a copy holds that `pg_restore --file=-` has written out. Raises like ``check``."""
    return _look(postgresql_dump.values_in(lines))


def _look(values: Iterable[tuple[str, dict[str, bytes | None] | None]]) -> Contents:
    contents, examination = Contents(), Examination()
    try:
        for table, row in values:
            contents.rows[table] = contents.rows.get(table, 0) + (row is not None)
            if row is None:
                continue
            if table == MIGRATIONS:
                contents.migrations.add((_text(row["app"]), _text(row["name"])))
            examination.look(table, row)
    except (sqlite_file.Unreadable, postgresql_dump.Unreadable) as reason:
        raise Damaged(str(reason)) from None
    if not contents.migrations:
        raise Damaged("no copy of Cycle's database")
    examination.conclude()
    contents.encrypted = examination.looked_at
    return contents


def _text(value: bytes | None) -> str:
    return (value or b"").decode()
