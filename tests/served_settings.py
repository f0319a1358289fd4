"""Settings for a served process under test: the real ones, with a clock that a test can hold and deadlines it can await.

A variable ``ROOMS_<NAME>`` replaces that number of ``sessions.rooms``; ``HERE_FOR`` is in seconds. ``CLOCK_FILE`` names
a file with the seconds since 1970 that it is now: the process then has no other time than that.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import AppConfig
from django.utils import timezone

ROOMS_PREFIX = "ROOMS_"


def seconds_now() -> float:
    """Return the time that the test has set."""
    return float(Path(os.environ["CLOCK_FILE"]).read_text())


if "CLOCK_FILE" in os.environ:
    # Before anything else is imported, so that nothing holds on to the real clock.
    time.time = seconds_now
    timezone.now = lambda: datetime.fromtimestamp(seconds_now(), UTC)

from cycleproject.settings import *  # noqa: E402, F403
from cycleproject.settings import INSTALLED_APPS  # noqa: E402


class Deadlines(AppConfig):
    """Shortens what would take a test minutes to wait for."""

    name = "tests"

    def ready(self) -> None:
        """Replace the numbers that the environment names."""
        from sessions import presence, rooms, state

        for variable, value in os.environ.items():
            name = variable.removeprefix(ROOMS_PREFIX)
            if name != variable:
                assert isinstance(getattr(rooms, name), int | float), variable
                setattr(rooms, name, float(value))
        if "HERE_FOR" in os.environ:
            here_for = timedelta(seconds=float(os.environ["HERE_FOR"]))
            for module in (state, presence):
                assert isinstance(module.HERE_FOR, timedelta)
                module.HERE_FOR = here_for


INSTALLED_APPS = [*INSTALLED_APPS, f"{__name__}.{Deadlines.__name__}"]
