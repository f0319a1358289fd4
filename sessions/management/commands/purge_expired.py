"""`manage.py purge_expired`: run the purge once."""

from typing import Any

from django.core.management.base import BaseCommand

from sessions.privacy.expiry import purge


class Command(BaseCommand):
    """Runs the purge once; a running server does so about hourly."""

    help = (
        "End check-ins after their 24 hours, erase guests whom nobody claimed, delete rounds that are kept no longer."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and print how much was ended, erased and deleted."""
        purged = purge()
        if purged.check_ins or purged.guests or options["verbosity"] > 1:
            self.stdout.write(f"Ended {purged.check_ins} check-ins, erased {purged.guests} guests.")
        if purged.rounds:
            self.stdout.write(f"Deleted {purged.rounds} rounds that their couples keep no longer.")
