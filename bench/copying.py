"""Move the demo and 10,000 rounds to PostgreSQL and back: `python -m bench.copying [--rounds N]`; see --help.

It says how long each way takes, and ends with an error unless every page, answer and file is the same in all three.
"""

import argparse
import json
import signal
import subprocess
import sys
from time import perf_counter
from typing import Any, Final

from bench import machine
from bench.processes import ROOT
from tests.support.servers.cycle import Server
from tests.support.servers.services import PostgreSQLServer

ROUNDS: Final = 10_000


def main() -> None:
    """Fill a SQLite file, copy it there and back, compare."""
    parser = argparse.ArgumentParser(prog="python -m bench.copying", description="How long does moving take?")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of the demo's couple ({ROUNDS})")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    print(*machine.describe(), sep="\n", flush=True)
    postgresql = PostgreSQLServer(durable=True).start()
    here, back = Server(), Server()
    there = Server(DATABASE_URL=postgresql.create("cycle"))
    try:
        here.manage("migrate", "-v0")
        timed("filling", here, "-m", "tests.support.copied", "fill", str(arguments.rounds))
        print(timed("SQLite to PostgreSQL", here, "manage.py", "copy_to", there.environment["DATABASE_URL"]))
        print(timed("PostgreSQL to SQLite", there, "manage.py", "copy_to", back.environment["DATABASE_URL"]))
        shown: list[Any] = [
            json.loads(timed("all pages", place, "-m", "tests.support.copied", "pages"))
            for place in (here, there, back)
        ]
        if not shown[0] == shown[1] == shown[2]:
            differing = [way for way in shown[0] if not shown[0][way] == shown[1].get(way) == shown[2].get(way)]
            sys.exit(f"they are not the same: {', '.join(differing)}")
        print(f"{len(shown[0])} pages, answers and files are the same in all three")
    finally:
        for place in (here, there, back):
            place.close()
        postgresql.close()


def timed(name: str, place: Server, *command: str) -> str:
    """Run a command on a database, say how long it took, and return what it printed."""
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=place.environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    print(f"{name:22} {perf_counter() - began:7.1f} s", flush=True)
    return done.stdout


if __name__ == "__main__":
    main()
