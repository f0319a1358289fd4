#!/usr/bin/env python3
"""Run Django's and Cycle's own commands."""

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    if sys.argv[1:] in (["version"], ["--version"]):
        # Django would say its own. Whoever asks may have no settings yet.
        from cycleproject.version import VERSION

        print(VERSION)
        return
    if sys.argv[1:2] == ["runserver"]:
        sys.exit("Cycle is served by `make run`, with DEBUG=1 while developing: runserver knows no sockets.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
