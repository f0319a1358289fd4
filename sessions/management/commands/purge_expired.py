"""`manage.py purge_expired`: end check-ins that have run out and erase guests whom nobody claimed."""

from typing import Any

from django.core.management.base import BaseCommand

from sessions.expiry import purge


class Command(BaseCommand):
    """Purges; a running server does the same about hourly."""

    help = "End check-ins after their 24 hours, and erase guests whom nobody has claimed for as long."

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and say how much there was."""
        purged = purge()
        if purged.check_ins or purged.guests or options["verbosity"] > 1:
            self.stdout.write(f"Ended {purged.check_ins} check-ins, erased {purged.guests} guests.")
