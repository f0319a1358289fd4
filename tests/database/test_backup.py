"""What is lost can be brought back: a check-in with a sealed mark in it survives, and still opens for both."""

import os
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server
from tests.support.servers.services import PostgreSQLServer
from tests.support.servers.stacks import services


def seal_one(server: Server) -> tuple[Person, Person]:
    """Return Ana and Ben in a round that Ana has sealed."""
    ana, ben = couple(server)
    assert ana.command("round.open", after=0, text="We came home tired.").status == 200
    assert (
        ana.command("mark.seal", round=1, reaction="anxious", intensity=4, words="Here.", share=["words"]).status == 200
    )
    return ana, ben


def open_both(ana: Person, ben: Person, restored: Server) -> None:
    """Let Ben seal where everything was brought back, and look at what both see."""
    ana.server = ben.server = restored
    assert ana.snapshot()["round"]["sealed"]
    assert ben.snapshot()["round"]["moment"]["text"] == "We came home tired."
    assert ben.command("mark.seal", round=1, reaction="avoidant", intensity=2).status == 200
    for person in (ana, ben):
        reveal = person.snapshot()["round"]["reveal"]
        assert reveal["pattern"]["code"] == "pursue_withdraw"
        assert {reveal["marks"][seat]["reaction"] for seat in ("a", "b")} == {"anxious", "avoidant"}
    assert ben.snapshot()["round"]["reveal"]["marks"]["a"]["words"] == "Here."


def test_it_comes_back_on_sqlite(server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    ana, ben = seal_one(server)
    server.manage("backup", str(copy))  # beside the running server
    assert ana.command("mark.withdraw", round=1).status == 200, "what happens later is not in the copy"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = Server()
    copy.rename(restored.database_path)
    try:
        open_both(ana, ben, restored.start())
    finally:
        restored.close()


def test_a_backup_holds_nothing_that_was_erased(server: Server, tmp_path: Path) -> None:
    name = "canary4f1d2c3b4a59687766554433221100ff"
    couple(server, name)
    server.manage("backup", str(tmp_path / "before"))
    assert name.encode() in (tmp_path / "before").read_bytes(), "this test means nothing if the name is not found"
    with closing(sqlite3.connect(server.database_path, timeout=20)) as database, database:
        for table in ("accounts_user", "live_sessions_seat"):
            database.execute(f"UPDATE {table} SET first_name = 'Ana' WHERE first_name = ?", [name])
    server.manage("backup", str(tmp_path / "after"))
    assert name.encode() not in (tmp_path / "after").read_bytes()


@pytest.mark.usefixtures("on_sqlite")
def test_it_never_writes_over_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("the last good copy")
    with pytest.raises(CommandError, match="File exists"):
        call_command("backup", str(kept))
    assert kept.read_text() == "the last good copy"


@pytest.fixture
def postgresql() -> Iterator[PostgreSQLServer]:
    """Return a real PostgreSQL."""
    with services() as (running, _redis):
        yield running


@pytest.mark.services
def test_it_comes_back_on_postgresql(postgresql: PostgreSQLServer, tmp_path: Path) -> None:
    dump = str(tmp_path / "cycle.dump")
    server = Server(DATABASE_URL=postgresql.create("before")).start()
    try:
        ana, ben = seal_one(server)
        run(postgresql, "pg_dump", "--format=custom", f"--file={dump}", postgresql.url("before"))
        assert ana.command("mark.withdraw", round=1).status == 200
        with pytest.raises(AssertionError, match="pg_dump"):
            server.manage("backup", str(tmp_path / "wrong"))
    finally:
        server.close()
    address = postgresql.create("after")
    run(postgresql, "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={address}", dump)
    restored = Server(DATABASE_URL=address)
    try:
        open_both(ana, ben, restored.start())
    finally:
        restored.close()


def run(postgresql: PostgreSQLServer, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as whoever we are."""
    command = [f"{postgresql.programs}/{program}", *arguments]
    done = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
