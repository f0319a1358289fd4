"""Migrate the database, collect static files, purge: `python -m cycleproject.prepare`, before each start."""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, collect static files and purge what has expired."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("purge_expired")


if __name__ == "__main__":
    main()
