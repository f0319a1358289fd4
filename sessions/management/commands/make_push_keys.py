"""`manage.py make_push_keys`: make the key that push services know this server by."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.notices import push


class Command(BaseCommand):
    """Prints a new key; it stores nothing."""

    help = "Make a key for web push, and print the line that sets it. Another key ends what browsers have set up."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the line for the settings, and what follows from it."""
        self.stdout.write(f"PUSH_KEY={push.new_key()}")
        self.stderr.write(
            "Put this line into .env, set CONTACT, too, and start again. Keep the key: with another one, "
            "everybody has to turn notices on anew on each device."
        )
