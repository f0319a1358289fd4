"""`manage.py copy_to DATABASE_URL`, or `--to-env NAME`: move everything from SQLite to PostgreSQL, or back."""

import os
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
        """Add the address of the target, or the variable that holds it."""
        parser.add_argument(
            "database_url", metavar="DATABASE_URL", nargs="?", help="where to, written as DATABASE_URL is"
        )
        parser.add_argument(
            "--to-env",
            metavar="NAME",
            help="the variable that has the address: a command line, and a password in it, is read by all on a machine",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, compare, and say what to do next."""
        try:
            target.connect(_address(options["database_url"], options["to_env"]))
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


def _address(given: str | None, variable: str | None) -> str:
    if (given is None) == (variable is None):
        raise CommandError("Name one target: its address, or --to-env and the variable that has it.")
    if variable is None:
        return given or ""
    if not (address := os.environ.get(variable, "").strip()):
        # Not the name itself: whoever has mistaken the option has written the address there.
        raise CommandError("The variable that --to-env names is not set.")
    return address
