"""Kill at every point of every action on an agreed opening: `python -m tests.faults.openings [sqlite] [postgresql]`.

Prints the table of named points, and how often its hour then came to one outcome.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.services import PostgreSQLServer

DATABASES = ("sqlite", "postgresql")


def kill_on(place: Server, actions: Sequence[str] = ()) -> dict[str, Any]:
    """Kill on a migrated database; return what ``killed`` found."""
    command = [sys.executable, "-m", "tests.faults.openings.killed", *actions]
    done = subprocess.run(command, cwd=ROOT, env=place.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    """Kill on what was asked for; return how much was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", choices=[[], *DATABASES])
    wrong = 0
    for database in parser.parse_args().databases or DATABASES:
        postgresql = PostgreSQLServer().start() if database == "postgresql" else None
        place = Server(**({"DATABASE_URL": postgresql.create("killed")} if postgresql else {}))
        try:
            place.migrate()
            found = kill_on(place)
        finally:
            place.close()
            if postgresql:
                postgresql.close()
        for point in found["points"]:
            print(f"{database}: {point}")
        for one in found["wrong"]:
            print(f"WRONG on {database}: {one}")
        print(
            f"{database}: killed at {len(found['points'])} points; afterwards its hour came once each: "
            f"{found['opened']} opened, {found['closed']} closed; {len(found['wrong'])} wrong",
            flush=True,
        )
        wrong += len(found["wrong"])
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main()))
