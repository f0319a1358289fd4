"""What is lost can be brought back: a check-in with a sealed mark in it survives, and still opens for both."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sessions.management.commands.seed_demo import PASSWORD
from tests.support.cast.clients import Person, call, couple
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.databases import MIGRATED
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


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQLServer]:
    """Return a real PostgreSQL."""
    with services() as (running, _redis):
        yield running


def with_programs(postgresql: PostgreSQLServer, **more: str) -> dict[str, str]:
    """Return variables with which PostgreSQL's own programs are found, and find the server."""
    path = f"{postgresql.programs}:{os.environ['PATH']}"
    return {"PATH": path, "PGHOST": "127.0.0.1", "PGPORT": str(postgresql.port), "PGUSER": postgresql.USER, **more}


def run(command: list[str], **environment: str) -> str:
    """Run a program in the checkout and return what it prints."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def restore_as_the_page_says(section: str, **variables: str) -> None:
    """Carry out the commands of docs/restore.md, from the first to those of a section, with names of our own."""
    page = (ROOT / "docs" / "restore.md").read_text(encoding="utf-8")
    beginning, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    [chosen] = [one for one in sections if one.startswith(section)]
    blocks = re.findall(r"^```sh\n(.*?)^```$", beginning + chosen, re.MULTILINE | re.DOTALL)
    # A block that only names something is where the reader writes a name of theirs.
    named = [re.fullmatch(r"(\w+)=\S+\n", block) for block in blocks]
    assert {match[1] for match in named if match} <= set(variables)
    for block, match in zip(blocks, named, strict=True):
        if match is None:
            run(["sh", "-euc", block.replace(".venv/bin/python", sys.executable)], **variables)


def history_of_ana(server: Server) -> list[bytes]:
    """Return the pages of what Ana of the demo looks back on, by the API."""
    login = call(server, "POST", "auth/login/", {"email": "ana@example.org", "password": PASSWORD})
    assert login.status == 200, login.body
    pages, path = [], "history/"
    while path:
        page = call(server, "GET", path, token=login.body["token"])
        assert page.status == 200, page.body
        pages.append(page.raw)
        path = (page.body["next"] or "").partition("/api/v1/")[2]
    assert b"pursue_withdraw" in b"".join(pages)
    return pages


def test_it_comes_back_on_sqlite(server: Server, tmp_path: Path) -> None:
    ana, ben = seal_one(server)
    server.manage("seed_demo")
    server.manage("backup", str(tmp_path), "--keep", "2")  # beside the running server
    [copy] = tmp_path.iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert ana.command("mark.withdraw", round=1).status == 200, "what happens later is not in the copy"
    restored = Server()
    restored.database_path.write_bytes(b"what is left of a disk")
    restored.migrates = False
    try:
        variables = {**restored.environment, "COPY": str(copy), "DATABASE": str(restored.database_path)}
        restore_as_the_page_says("SQLite", **variables)
        assert Path(f"{restored.database_path}.before").read_bytes() == b"what is left of a disk"
        assert history_of_ana(restored.start()) == history_of_ana(server)
        open_both(ana, ben, restored)
    finally:
        restored.close()


@pytest.mark.services
def test_it_comes_back_on_postgresql(postgresql: PostgreSQLServer, tmp_path: Path) -> None:
    address = postgresql.url("cycle_restored")
    programs = with_programs(postgresql)
    server = Server(DATABASE_URL=postgresql.create("before"), **programs).start()
    restored = Server(**{**programs, "DATABASE_URL": address})
    try:
        ana, ben = seal_one(server)
        server.manage("seed_demo")
        server.manage("backup", str(tmp_path), "--keep", "2")
        [copy] = tmp_path.glob("cycle-*.dump")
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert ana.command("mark.withdraw", round=1).status == 200, "what happens later is not in the copy"
        before = history_of_ana(server)
        restore_as_the_page_says("PostgreSQL", **{**restored.environment, "COPY": str(copy), "DATABASE_URL": address})
        restored.migrates = False
        assert history_of_ana(restored.start()) == before
        open_both(ana, ben, restored)
    finally:
        server.close()
        restored.close()


@pytest.mark.services
def test_the_script_for_compose_keeps_what_is_whole(postgresql: PostgreSQLServer, tmp_path: Path) -> None:
    address = postgresql.create("cycle", like=MIGRATED)
    programs, copies, docker = tmp_path / "programs", tmp_path / "copies", tmp_path / "programs" / "docker"
    programs.mkdir()
    # Instead of reaching into a container: the rest of the line, here.
    docker.write_text('#!/bin/sh\nshift 4\nexec "$@"\n')
    docker.chmod(0o755)
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python").chmod(0o755)
    environment = with_programs(postgresql, DATABASE_URL=address, DJANGO_SETTINGS_MODULE="cycleproject.settings")
    environment["PATH"] = f"{programs}:{postgresql.programs}:{os.environ['PATH']}"
    script = ["sh", "docs/deployment/compose-backup.sh", str(copies), "2"]
    copies.mkdir()
    for name in ("cycle-20260101T000000Z.dump", "cycle-20260102T000000Z.dump"):
        (copies / name).touch()
    run(script, **environment)
    first, second = sorted(copies.iterdir())
    assert first.name == "cycle-20260102T000000Z.dump"
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    assert "is whole" in run([sys.executable, "manage.py", "check_backup", str(second)], **environment)
    second.rename(first)
    docker.write_text('#!/bin/sh\nshift 4\n[ "$1" = pg_restore ] && exec head -c 5000 || exec "$@"\n')
    with pytest.raises(AssertionError, match=r"damaged: its end is missing|neither"):
        run(script, **environment)
    assert list(copies.iterdir()) == [first], "no old one goes for one that is not good"


@pytest.mark.services
def test_half_a_dump_is_found(postgresql: PostgreSQLServer, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    environment = {**with_programs(postgresql), "PGDATABASE": MIGRATED}
    run(["pg_dump", "--format=custom", f"--file={whole}"], **environment)
    half = tmp_path / "half"
    half.write_bytes(whole.read_bytes()[:-3000])
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", environment["PATH"])
        call_command("check_backup", str(whole))
        with pytest.raises(CommandError, match="half: damaged: "):
            call_command("check_backup", str(half))
        patched.setenv("PATH", str(tmp_path))
        with pytest.raises(CommandError, match=r"pg_restore is not installed here, .*postgresql-client"):
            call_command("check_backup", str(whole))
