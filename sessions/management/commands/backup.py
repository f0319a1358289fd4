"""`manage.py backup FILE`: copy the SQLite database of a running server into a file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    """Copies the committed rows of the running database into a new file, without remains of erased ones."""

    help = "Copy the SQLite database into a new file, while Cycle runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the argument for the file to write."""
        parser.add_argument("file", type=Path, help="a file that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, readable by its owner alone."""
        file: Path = options["file"]
        if connection.vendor != "sqlite":
            raise CommandError("This database is PostgreSQL: pg_dump backs it up. See docs/operations.md.")
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        with connection.cursor() as cursor:
            # Built anew from what is there: a copy of the file itself would miss its log, and could be half written.
            cursor.execute("VACUUM INTO %s", [str(file)])
        self.stdout.write(f"Wrote {file}. It is of no use without FIELD_KEYS: keep them, and keep them elsewhere.")
