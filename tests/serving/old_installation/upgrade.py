"""Upgrade installations of long ago by pulling: `make upgrade`, or `python -m tests.serving.old_installation.upgrade`.

It checks an old commit out into a directory and an environment of its own, and starts a check-in there with one mark
sealed, beside the demo where that commit has one. Then today's code takes its place and does what `make run` does
before it serves. Compared are the rows, what is told, who is logged in, and the mark: it opens with the second one.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.support.cast.clients import Person, call
from tests.support.checkout import copy_checkout
from tests.support.servers import stored
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.services import PostgreSQLServer

# The first commit that could play a round, and the first with a demo: this version reads the data of both.
OLDEST = ("c88d01b", "f0e7f5a")
DATABASES = ("sqlite", "postgresql")
# What today's code writes of its own accord: a login's token is stored as its digest, and a start adds its own rows.
NEWLY_WRITTEN = ("django_session", "django_migrations", "sqlite_sequence", "auth_permission", "django_content_type")
MARK = {"reaction": "anxious", "intensity": 4, "words": "Sealed before the pull.", "share": ["words"]}


@dataclass
class Upgrade:
    """One upgrade, and what was wrong with it."""

    commit: str
    database: str
    seconds: float = 0
    migrations: tuple[int, int] = (0, 0)
    rows: int = 0
    wrong: list[str] = field(default_factory=list)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.wrong.append(otherwise)

    def __str__(self) -> str:
        before, after = self.migrations
        return (
            f"{self.commit} on {self.database}: {self.rows} rows, {before} migrations and {after - before} more, "
            f"prepared in {self.seconds:.1f} s; {', '.join(self.wrong) or 'nothing lost'}"
        )


def upgrade(old: Path, new: Path, server: Server, found: Upgrade) -> None:
    """Leave an open check-in with one sealed mark behind, pull, and see that it goes on."""
    server.checkout, server.python = old, str(old / ".venv/bin/python")
    _prepare(server)
    server.migrates = False
    with suppress(AssertionError):  # the first commit has no demo
        server.manage("seed_demo")
    server.start()
    ana = _guest(server, "start/", "Ana")
    code = stored.rows(server, "SELECT code FROM live_sessions_livesession WHERE code IS NOT NULL")[0][0]
    ben = _guest(server, f"join/{code}/", "Ben")
    opened = ana.command("round.open", op="0" * 32, after=0, text="Before the pull.")
    found.expect(opened.status == 200, f"the round did not open: {opened.body}")
    found.expect(ana.command("mark.seal", op="1" * 32, round=1, **MARK).status == 200, "the mark was not sealed")
    told = ben.snapshot()
    server.stop()
    before = stored.everything(server)

    server.checkout, server.python = new, sys.executable
    began = time.monotonic()
    _prepare(server)
    found.seconds = time.monotonic() - began
    after = stored.everything(server)
    found.migrations = (len(before["django_migrations"]), len(after["django_migrations"]))
    found.rows = sum(map(len, before.values()))
    for table in before.keys() - set(NEWLY_WRITTEN):
        lost = _lost(before[table], after.get(table, []))
        found.expect(not lost, f"{lost} rows of {table} are lost or changed")
    server.start()
    _goes_on(server, ana, ben, told, found)


def _goes_on(server: Server, ana: Person, ben: Person, told: dict[str, Any], found: Upgrade) -> None:
    request = Request(f"{server.url}/sessions/{ana.session}/", headers={"Cookie": f"session={ana.token}"})
    with urlopen(request, timeout=30) as page:
        found.expect('data-testid="connection-state"' in page.read().decode(), "the cookie opens no room")
    now = ben.snapshot()
    found.expect(now["round"]["text" if "text" in now["round"] else "moment"] is not None, "the moment is gone")
    changed = [name for name in ("id", "state", "you") if told[name] != now[name]]
    found.expect(not changed, f"told otherwise: {changed}")
    found.expect("Sealed before" not in str(now), "what is sealed is told")
    again = ana.command("mark.seal", op="1" * 32, round=1, reaction="steady", intensity=1)
    found.expect(again.status == 200, "an op of before is not remembered")
    found.expect(ben.command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200, "no second mark")
    reveal = ben.snapshot()["round"]["reveal"]
    hers = reveal and reveal["marks"]["a"]
    opens = hers and (hers["reaction"], hers["words"]) == (MARK["reaction"], MARK["words"])
    found.expect(bool(opens), f"the seal did not open: {reveal}")


def _lost(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> int:
    """Count the rows that are not there as they were, in the columns that both have. Presence is no history."""
    same = set(after[0]) if after else set()
    kept = [{name: row[name] for name in row if name in same} for row in before]
    now = [{name: row[name] for name in row} for row in after]
    columns = set(kept[0]) if kept else set()
    there = {str(sorted((name, str(row[name])) for name in columns)) for row in now}
    return sum(str(sorted((name, str(value)) for name, value in row.items())) not in there for row in kept)


def _prepare(server: Server) -> None:
    command = [server.python, "-m", "cycleproject.prepare"]
    done = subprocess.run(
        command, cwd=server.checkout, env=server.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _guest(server: Server, path: str, name: str) -> Person:
    body = call(server, "POST", path, {"first_name": name}).body
    return Person(server, name, body["token"], body["session"])


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Yield a checkout of a commit, with an environment of what it pins."""
    with tempfile.TemporaryDirectory(prefix="cycle-upgrade-") as directory:
        place = Path(directory) / commit
        git = ("git", "-C", str(ROOT), "worktree")
        subprocess.run([*git, "add", "--quiet", "--detach", str(place), commit], check=True)
        try:
            uv, python = str(Path(sys.executable).parent / "uv"), str(place / ".venv/bin/python")
            subprocess.run([uv, "venv", "--quiet", str(place / ".venv")], check=True)
            pins = ["--require-hashes", "-r", str(place / "requirements.txt")]
            subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *pins], check=True)
            yield place
        finally:
            subprocess.run([*git, "remove", "--force", str(place)], check=True)


@contextmanager
def place_on(database: str) -> Iterator[Server]:
    """Yield an environment with an empty database."""
    postgresql = PostgreSQLServer().start() if database == "postgresql" else None
    server = Server(**({"DATABASE_URL": postgresql.create("old")} if postgresql else {}))
    try:
        yield server
    finally:
        server.close()
        if postgresql:
            postgresql.close()


def main() -> int:
    """Upgrade from each commit on each database; return how many upgrades went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commits", nargs="*", default=OLDEST)
    wrong = 0
    for commit in parser.parse_args().commits:
        with checked_out(commit) as old, tempfile.TemporaryDirectory(prefix="cycle-pulled-") as directory:
            new = copy_checkout(Path(directory) / "cycle")
            for database in DATABASES:
                with place_on(database) as server:
                    found = Upgrade(commit, database)
                    upgrade(old, new, server, found)
                print(found, flush=True)
                wrong += bool(found.wrong)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
