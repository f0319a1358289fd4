"""Live two years on both databases: `python -m tests.years [--weeks N] [sqlite] [postgresql]`."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.servers.clocks import Clock
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.services import PostgreSQLServer
from tests.years.clock import BEGAN

DATABASES = ("sqlite", "postgresql")


@contextmanager
def place_on(database: str) -> Iterator[Server]:
    """Yield an environment with an empty database, and a clock at the beginning."""
    postgresql = PostgreSQLServer().start() if database == "postgresql" else None
    place = Server(**({"DATABASE_URL": postgresql.create("years")} if postgresql else {}))
    place.environment["EMAIL_URL"] = "memorymail://"
    try:
        place.migrate()
        Clock(place, int(BEGAN.timestamp()))
        place.environment["DJANGO_SETTINGS_MODULE"] = "tests.years.settings"
        yield place
    finally:
        place.close()
        if postgresql:
            postgresql.close()


def live(database: str, weeks: int, *, capture: bool = False) -> "subprocess.CompletedProcess[str]":
    """Live so many weeks on one database; ``capture`` what is said instead of saying it."""
    with place_on(database) as place:
        command = [sys.executable, "-m", "tests.years.child", str(weeks)]
        env = place.environment
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=capture, text=True, check=False)


def main() -> int:
    """Live on what was asked for; return how many databases were left with something wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=105)
    parser.add_argument("databases", nargs="*", choices=[[], *DATABASES])
    asked = parser.parse_args()
    wrong = 0
    for database in asked.databases or DATABASES:
        print(f"== {database}", flush=True)
        wrong += bool(live(database, asked.weeks).returncode)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
