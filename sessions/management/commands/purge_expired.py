"""`manage.py purge_expired`: run the purge once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sessions.privacy.expiry import purge_if_the_clock_is_right


class Command(BaseCommand):
    """Runs the purge once, unless the clock is in doubt; a running server does so about hourly."""

    help = "End check-ins after 24 hours, erase guests who did not sign up, and delete rounds past their retention."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let whoever has looked at the clock say so."""
        parser.add_argument("--now", action="store_true", help="Do it although the clock is in doubt, or much goes.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and print how much was ended, erased and deleted."""
        purged = purge_if_the_clock_is_right(at_once=options["now"])
        if purged.waits:
            self.stdout.write(purged.waits)
        if purged.check_ins or purged.guests or options["verbosity"] > 1:
            self.stdout.write(f"Ended {purged.check_ins} check-ins, erased {purged.guests} guests.")
        if purged.rounds:
            self.stdout.write(f"Deleted {purged.rounds} rounds past their retention.")
