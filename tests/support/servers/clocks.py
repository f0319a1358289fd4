"""A server's clock that a test holds: minutes pass when the test says so, and nothing waits for them."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.support.servers.cycle import Server
from tests.support.servers.static_files import collected
from tests.support.servers.stored import change

AN_HOUR = 3600


class Clock:
    """The only time there is for one server."""

    def __init__(self, server: Server, begins_at: int) -> None:
        self._server = server
        self._path = Path(server.directory.name) / "clock"
        self.seconds = begins_at
        server.environment["DJANGO_SETTINGS_MODULE"] = "tests.support.servers.served_settings"
        server.environment["CLOCK_FILE"] = str(self._path)
        self.tick(0)

    def tick(self, seconds: int = 1) -> None:
        """Let time pass, and hourly purges with it: the server has no reason to doubt its clock."""
        self.seconds += seconds
        # Replaced whole, so that the server never reads half a number.
        following = self._path.with_suffix(".following")
        following.write_text(str(self.seconds))
        os.replace(following, self._path)
        if seconds > AN_HOUR:
            now = datetime.fromtimestamp(self.seconds, UTC)
            change(self._server, "UPDATE accounts_clockcheck SET seen_at = ?", now)


@dataclass(frozen=True)
class Timed:
    """A running Cycle whose minutes pass when the test says so."""

    server: Server
    clock: Clock


def start_timed(**environment: str) -> Timed:
    """Start a Cycle with a clock that stands at the present; its rooms notice at once when it moves."""
    server = Server(FRAME_RATE="1000", ROOMS_SWEEP_EVERY="0.2", LOOK_FOR_GARBAGE_EVERY="1", **collected())
    clock = Clock(server, int(time.time()))
    server.environment.update(environment)
    return Timed(server.start(), clock)
