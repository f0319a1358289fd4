"""`manage.py check_backup FILE`: see whether a copy is whole and FIELD_KEYS opens it; nothing is changed."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cycleproject.backups.checking import Damaged, check, check_text
from cycleproject.backups.tokens import KeysDoNotOpen


class Command(BaseCommand):
    """Reads all of a copy, and opens a sample of what is encrypted in it."""

    help = "See whether a copy of the database is whole, and FIELD_KEYS opens it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file to read."""
        parser.add_argument("file", type=Path, help="a copy; - reads what pg_restore --file=- writes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what the copy holds, or why nobody can restore from it."""
        file: Path = options["file"]
        try:
            contents = check_text(sys.stdin.buffer) if str(file) == "-" else check(file)
        except KeysDoNotOpen as reason:
            raise CommandError(f"{file} is whole, but {reason}") from None
        except Damaged as reason:
            raise CommandError(f"{file}: {reason}.") from None
        rows = f"{sum(contents.rows.values())} rows in {len(contents.rows)} tables"
        self.stdout.write(f"{file} is whole: {rows}; FIELD_KEYS has the keys of {contents.encrypted} encrypted values.")
        if contents.version:
            self.stdout.write(f"Mind that {contents.version}.")
