"""Measure looking back on ten years: `python -m bench.history [--quick] [--repeats N]`; see --help.

Each database gets two couples with two rounds a day for ten years, 7,300 each. What a page costs is set beside plain
SELECTs that fetch the same rows through the same connection and do nothing with them.
"""

import argparse
import gc
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from bench import machine
from bench.processes import ROOT

ROUNDS: Final = 7300
QUICK_ROUNDS: Final = 120
REPEATS: Final = 15
QUICK_REPEATS: Final = 2
DATABASES: Final = ("sqlite", "postgresql")
# What is measured, and the plain SELECTs that fetch the same rows.
MEASURES: Final = {
    "first page": "page",
    "a page nine years back": "page",
    "summary": "everything",
    "first page, JSON": "page",
    "a page nine years back, JSON": "page",
    "summary, JSON": "everything",
    "search, 500 rounds read": "searched",
    # What any answer costs: nobody can be quicker with a page.
    "who one is, JSON": "page",
}
FEWEST_QUERIES: Final = 15


def main() -> None:
    """Fill each database, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description="How fast is looking back?")
    parser.add_argument("--quick", action="store_true", help="few rounds: does it run at all?")
    parser.add_argument("--repeats", type=int, help=f"how often each ({REPEATS}; quick: {QUICK_REPEATS})")
    parser.add_argument("--only", nargs="+", choices=DATABASES, default=list(DATABASES), help="which databases")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    rounds = QUICK_ROUNDS if arguments.quick else ROUNDS
    repeats = max(1, arguments.repeats or (QUICK_REPEATS if arguments.quick else REPEATS))
    if arguments.here:
        print(json.dumps(measure(rounds, repeats)))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    _say(*machine.describe(), f"history      {rounds} rounds each of two couples; medians of {repeats}", "")
    for name in arguments.only:
        with _database(name) as url:
            if url is None:
                _say(f"{name}: not installed, not measured", "")
                continue
            _say(*table(name, _measured_in(url, arguments.quick, repeats)), "")


@contextmanager
def _database(name: str) -> Iterator[str | None]:
    """Run an empty database for as long as it is used."""
    from tests.support import prerequisites
    from tests.support.servers.services import PostgreSQLServer

    if name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="cycle-bench-") as directory:
            yield f"sqlite:///{Path(directory) / 'cycle.sqlite3'}"
    elif prerequisites.path_of("postgresql") is None:
        yield None
    else:
        server = PostgreSQLServer(durable=True).start()
        try:
            yield server.create("cycle")
        finally:
            server.close()


def _measured_in(url: str, quick: bool, repeats: int) -> dict[str, Any]:
    """Measure in a process of its own: the settings are read once."""
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "SECRET_KEY": "only-for-benches-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
        "FIELD_KEYS": "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE=",
        "ALLOWED_HOSTS": "testserver",
        "TRUSTED_ORIGINS": "",
        "DEBUG": "0",
        "STATIC_FROM_SOURCE": "1",
        "FRAME_RATE": "1000000",
        "DJANGO_SETTINGS_MODULE": "cycleproject.settings",
        "DATABASE_URL": url,
        "REDIS_URL": "",
    }
    command = [sys.executable, "-m", "bench.history", "--here", "--repeats", str(repeats), *(["--quick"] * quick)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def measure(rounds: int, repeats: int) -> dict[str, Any]:
    """Fill the database of this process, and measure every page and its plain SELECTs in turn."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.logins import open_login
    from bench import past

    ana, couple = past.fill(rounds)
    phone = Client()
    phone.cookies[settings.SESSION_COOKIE_NAME] = open_login(ana)
    late = past.cursor_after(couple, rounds * 9 // 10)
    asks: dict[str, Callable[[], Any]] = {
        "first page": lambda: phone.get("/history/"),
        "a page nine years back": lambda: phone.get(f"/history/?cursor={late}"),
        "summary": lambda: phone.get("/history/change/"),
        "first page, JSON": lambda: phone.get("/api/v1/history/"),
        "a page nine years back, JSON": lambda: phone.get(f"/api/v1/history/?cursor={late}"),
        "summary, JSON": lambda: phone.get("/api/v1/history/summary/"),
        "search, 500 rounds read": lambda: phone.get("/api/v1/history/?q=nowhere-to-be-found"),
        "who one is, JSON": lambda: phone.get("/api/v1/me/"),
    }
    # As the server does it: what has been loaded is not looked through for garbage.
    gc.collect()
    gc.freeze()
    gc.set_threshold(500, 2, 10_000)
    plain = past.plain_selects(couple)
    figures: dict[str, Any] = {}
    for name, ask in asks.items():
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
            asked = len(queries)
        assert answer.status_code == 200, (name, answer.status_code)
        select = plain[MEASURES[name]]
        select()
        ours, theirs = [], []
        for _ in range(repeats):
            ours.append(_milliseconds(ask))
            theirs.append(_milliseconds(select))
        figures[name] = {
            "ours": statistics.median(ours),
            "plain": statistics.median(theirs),
            "queries": asked,
        }
    return figures


def _milliseconds(call: Callable[[], Any]) -> float:
    started = perf_counter()
    call()
    return (perf_counter() - started) * 1000


def table(name: str, figures: dict[str, Any]) -> list[str]:
    """Return the figures of one database, ours beside plain SELECTs, and what stays flat."""
    lines = [f"{name:34}{'ours, ms':>10}{'plain, ms':>11}{'ours/plain':>12}{'queries':>9}"]
    for measured, one in figures.items():
        ratio = one["ours"] / one["plain"]
        lines.append(f"{measured:34}{one['ours']:10.1f}{one['plain']:11.2f}{ratio:12.1f}{one['queries']:9}")
    flat = figures["a page nine years back"]["ours"] / figures["first page"]["ours"]
    lines.append(f"A page nine years back costs {flat:.2f} times the first page.")
    if max(one["queries"] for one in figures.values()) >= FEWEST_QUERIES:
        lines.append(f"More than {FEWEST_QUERIES - 1} queries: something asks once for each round.")
    return lines


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main()
