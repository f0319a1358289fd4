"""`manage.py dumpdata`: refused, because it would write out decrypted what is encrypted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Names the commands that carry everything along as it is stored."""

    help = "Refused here: see copy_to and backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whatever Django's own command takes."""
        parser.add_argument("anything", nargs="*")

    def run_from_argv(self, argv: list[str]) -> None:
        """Refuse whatever options stand behind it."""
        super().run_from_argv(argv[:2])

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse."""
        raise CommandError(
            "dumpdata would write out in plain what is stored encrypted, and seals would be lost. "
            "`manage.py copy_to DATABASE_URL` moves everything to another database; `manage.py backup` makes a copy."
        )
