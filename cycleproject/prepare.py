"""Check the keys, migrate, collect static files, purge: `python -m cycleproject.prepare`, before each start."""

import os
import sys

import django
from django.core.management import call_command

from cycleproject.configuration import stop
from cycleproject.serving.startup import know_keys, set_up
from cycleproject.serving.within_reach import file_or_stop, postgresql_or_stop


def main() -> None:
    """Check the keys, migrate, collect static files and purge what has expired."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    try:
        django.setup()
        postgresql_or_stop()  # before anything else looks for it in the pool
        set_up()
        prepare()
    except KeyboardInterrupt:
        sys.exit(130)


def prepare() -> None:
    """Carry out each step; what a machine lacks is said in one sentence."""
    file_or_stop()
    call_command("migrate", interactive=False, verbosity=0)
    know_keys()
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
    except OSError as problem:
        stop(f"{problem.filename} cannot be written: {problem.strerror}.")
    call_command("purge_expired")


if __name__ == "__main__":
    main()
