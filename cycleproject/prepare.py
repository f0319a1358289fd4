"""Check the keys, migrate, collect static files, purge: `python -m cycleproject.prepare`, before each start."""

import os

from django.core.management import call_command

from cycleproject.serving.startup import know_keys, set_up


def main() -> None:
    """Check the keys, migrate, collect static files and purge what has expired."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    set_up()
    call_command("migrate", interactive=False, verbosity=0)
    know_keys()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("purge_expired")


if __name__ == "__main__":
    main()
