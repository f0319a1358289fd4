"""Race sweeps and readers at agreed hours: `python -m tests.store.race_hours [--count 10000] [sqlite] [postgresql]`.

Each hour has a barrier of its own, and is counted: opened or closed once, early, twice, or lost.
"""

import argparse
import sys
from collections import Counter

from tests.support.servers.cycle import Server, race
from tests.support.servers.services import PostgreSQLServer

DATABASES = ("sqlite", "postgresql")
# What has come so far is told after each of these.
PART = 500


def main() -> int:
    """Race on what was asked for; return how many hours came early, twice or not at all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("databases", nargs="*", choices=[[], *DATABASES])
    asked = parser.parse_args()
    wrong = 0
    for database in asked.databases or DATABASES:
        postgresql = PostgreSQLServer().start() if database == "postgresql" else None
        place = Server(**({"DATABASE_URL": postgresql.create("raced")} if postgresql else {}))
        seen: Counter[str] = Counter()
        try:
            place.migrate()
            for done in range(0, asked.count, PART):
                seen += race(place, "agreed_hours", min(PART, asked.count - done), "tests.support.racing_hours")
                told = {one: seen[one] for one in ("early", "twice", "lost", *sorted(seen))}
                print(f"{database}: {min(done + PART, asked.count)} hours: {told}", flush=True)
        finally:
            place.close()
            if postgresql:
                postgresql.close()
        wrong += seen["early"] + seen["twice"] + seen["lost"]
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main()))
