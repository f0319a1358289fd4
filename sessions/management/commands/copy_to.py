"""`manage.py copy_to DATABASE_URL`: move everything from SQLite to PostgreSQL, or back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from cycleproject.copying import target
from cycleproject.copying.copy import copy_everything


class Command(BaseCommand):
    """Copies every row as it is stored into an empty database; killed, it goes on where it was when run again."""

    help = "Copy everything into another, empty database: from SQLite to PostgreSQL, or back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the address of the target."""
        parser.add_argument("database_url", metavar="DATABASE_URL", help="where to, written as DATABASE_URL is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, compare, and say what to do next."""
        try:
            target.connect(options["database_url"])
            rows = copy_everything(self._say)
        except target.Refused as reason:
            raise CommandError(f"{reason}.") from None
        except Error as error:
            # Never what surrounds it: that may name the address with its password.
            said = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise CommandError(f"a database gave up, and the copy is not finished; run this again: {said}") from None
        finally:
            target.disconnect()
        self._say(f"Copied {rows} rows; each table is the same here and there. Set DATABASE_URL to the new one.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
