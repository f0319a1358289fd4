"""docs/restore.md with compose: its commands bring a copy back beside what was there, and put the one in its place."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.databases import MIGRATED
from tests.support.servers.stacks import Stacks

PAGE: Final = (ROOT / "docs" / "restore.md").read_text(encoding="utf-8")
COUPLE: Final = "INSERT INTO accounts_couple (id, created_at, weekly_revision) VALUES (gen_random_uuid(), now(), 0)"


def blocks(kind: str) -> list[str]:
    """Return the blocks of one kind: those for a shell are typed by tests/database/test_backup.py."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [block for its_kind, block in found if its_kind == kind]


def test_every_command_of_the_page_is_typed_by_a_test() -> None:
    assert PAGE.count("```") == 2 * (len(blocks("sh")) + len(blocks("")))
    [with_compose] = blocks("")
    assert all(line.startswith(("docker compose ", " ")) for line in with_compose.splitlines())


@pytest.mark.services
def test_it_comes_back_beside_what_was_there(stacks: Stacks, tmp_path: Path) -> None:
    postgresql, _ = stacks.services
    address = postgresql.create("cycle", like=MIGRATED)
    path = f"{postgresql.programs}:{os.environ['PATH']}"
    place = Server(DATABASE_URL=address, PATH=path)
    with psycopg.connect(address) as database:
        database.execute(COUPLE)
    place.manage("backup", str(tmp_path / "copy"))
    with psycopg.connect(address) as database:
        database.execute(COUPLE)
    # Instead of reaching into a container: the rest of the line, here.
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\n[ "$2" = exec ] || exit 0\nshift 2\n[ "$1" = -T ] && shift\nshift\nexec "$@"\n')
    docker.chmod(0o755)
    there = {"PATH": f"{tmp_path}:{path}", "PGHOST": "127.0.0.1", "PGPORT": str(postgresql.port)}
    typed = ["sh", "-euc", blocks("")[0]]
    done = subprocess.run(typed, env={**there, "COPY": str(tmp_path / "copy")}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    for name, couples in (("cycle", 1), ("cycle_before", 2)):
        with psycopg.connect(postgresql.url(name)) as database:
            assert database.execute("SELECT count(*) FROM accounts_couple").fetchone() == (couples,)
    place.close()
