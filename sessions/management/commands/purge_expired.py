"""`manage.py purge_expired`: run the purge once."""

from typing import Any

from django.core.management.base import BaseCommand

from sessions.privacy.expiry import purge


class Command(BaseCommand):
    """Runs the purge once; a running server does so about hourly."""

    help = "End check-ins after 24 hours, erase guests who did not sign up, and delete rounds past their retention."

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and print how much was ended, erased and deleted."""
        purged = purge()
        if purged.check_ins or purged.guests or options["verbosity"] > 1:
            self.stdout.write(f"Ended {purged.check_ins} check-ins, erased {purged.guests} guests.")
        if purged.rounds:
            self.stdout.write(f"Deleted {purged.rounds} rounds past their retention.")
