"""Move the demo and 10,000 rounds to PostgreSQL and back: `python -m bench.copying [--rounds N]`; see --help.

Each way is gone twice, the second time killed at ten places and run again. It says how long it takes, and ends with an
error unless every page, answer and file is the same everywhere at one and the same moment.
"""

import argparse
import json
import signal
import subprocess
import sys
from time import perf_counter, time
from typing import Final

from bench import machine
from bench.processes import ROOT
from tests.support.copied import PLACES
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
    here, back, back_killed = Server(), Server(), Server()
    there, there_killed = (Server(DATABASE_URL=postgresql.create(name)) for name in ("cycle", "cycle_killed"))
    places = {
        "SQLite": here,
        "PostgreSQL": there,
        "SQLite again": back,
        "PostgreSQL, killed": there_killed,
        "SQLite again, killed": back_killed,
    }
    try:
        here.manage("migrate", "-v0")
        timed("filling", here, "-m", "tests.support.copied", "fill", str(arguments.rounds))
        for source, target in ((here, there), (there, back)):
            print(timed("copying", source, "manage.py", "copy_to", target.environment["DATABASE_URL"]))
        for source, target in ((here, there_killed), (there, back_killed)):
            killing = ("-m", "tests.support.copied", "kill", target.environment["DATABASE_URL"], *PLACES)
            killed = json.loads(timed("copying, killed", source, *killing))
            if killed != [*PLACES, "not killed"]:
                sys.exit(f"it was killed, or ended, elsewhere: {', '.join(killed)}")
        moment = str(time())
        shown: dict[str, dict[str, str]] = {
            name: json.loads(timed(f"pages: {name}", place, "-m", "tests.support.copied", "pages", moment))
            for name, place in places.items()
        }
        expected = shown["SQLite"]
        differing = {
            name: [way for way in expected if found.get(way) != expected[way]] for name, found in shown.items()
        }
        if any(found != expected for found in shown.values()):
            sys.exit(f"they are not the same: {differing}")
        print(f"{len(expected)} pages, answers and files are the same in all {len(shown)}")
    finally:
        for place in places.values():
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
    print(f"{name:28} {perf_counter() - began:7.1f} s", flush=True)
    return done.stdout


if __name__ == "__main__":
    main()
