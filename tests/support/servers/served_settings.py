"""Settings for a served process under test: the real ones, with a clock that a test holds and deadlines it can await.

A variable ``ROOMS_<NAME>`` or ``EXPIRY_<NAME>`` replaces that number of seconds in that module; so does ``HERE_FOR``.
So does ``LOOK_FOR_GARBAGE_EVERY``: twenty looks a second are most of what a server costs that nobody asks anything.
``STATIC_ROOT`` names the directory in which static files were collected. ``CLOCK_FILE`` names a file with the seconds
since 1970 that it is now: the process then has no other time than that.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import AppConfig
from django.utils import timezone


def seconds_now() -> float:
    """Return the time that the test has set."""
    return float(Path(os.environ["CLOCK_FILE"]).read_text())


if "CLOCK_FILE" in os.environ:
    # Before anything else is imported, so that nothing holds on to the real clock.
    time.time = seconds_now
    timezone.now = lambda: datetime.fromtimestamp(seconds_now(), UTC)

from cycleproject.settings import *  # noqa: E402, F403
from cycleproject.settings import INSTALLED_APPS  # noqa: E402

if "STATIC_ROOT" in os.environ:
    STATIC_ROOT = Path(os.environ["STATIC_ROOT"])


class Deadlines(AppConfig):
    """Shortens what would take a test minutes to wait for."""

    name = "tests"

    def ready(self) -> None:
        """Replace the numbers that the environment names."""
        from cycleproject.serving import memory
        from sessions.checkin import state
        from sessions.live import presence, rooms
        from sessions.privacy import expiry

        for prefix, module in (("ROOMS_", rooms), ("EXPIRY_", expiry)):
            for variable in (name for name in os.environ if name.startswith(prefix)):
                name = variable.removeprefix(prefix)
                assert isinstance(getattr(module, name), float), variable
                setattr(module, name, float(os.environ[variable]))
        if "LOOK_FOR_GARBAGE_EVERY" in os.environ:
            memory.LOOK_EVERY_SECONDS = float(os.environ["LOOK_FOR_GARBAGE_EVERY"])  # type: ignore[misc]
        if "HERE_FOR" in os.environ:
            here_for = timedelta(seconds=float(os.environ["HERE_FOR"]))
            for module in (state, presence):
                assert isinstance(module.HERE_FOR, timedelta)
                module.HERE_FOR = here_for


INSTALLED_APPS = [*INSTALLED_APPS, f"{__name__}.{Deadlines.__name__}"]
