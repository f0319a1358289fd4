"""Migrate the database, collect static files, purge: `python -m cycleproject.prepare`, before each start."""

import os

from django.core.management import call_command

from cycleproject.serving.startup import set_up


def main() -> None:
    """Migrate, collect static files and purge what has expired."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    set_up()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("purge_expired")


if __name__ == "__main__":
    main()
