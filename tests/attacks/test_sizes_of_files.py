"""The sizes of the files of SQLite do not tell what was sealed: who sees a disk, or its quota, learns no more of it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.canaries import full_mark
from tests.support.cast.agreed import agreed_couples
from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server

LITTLE: dict[str, Any] = {"reaction": "steady", "intensity": 1}
MUCH = full_mark("in the sizes of files")
# As many as fill pages by what they seal, and fewer commits than lead to a checkpoint.
COUPLES = 10
Sizes = tuple[int, int]


def sizes(server: Server) -> Sizes:
    """Return how large the database and its log of writes are."""
    log = Path(f"{server.database_path}-wal")
    return server.database_path.stat().st_size, log.stat().st_size if log.exists() else 0


def each(people: list[Person], type: str, **fields: Any) -> None:
    """Let everybody do the same."""
    for person in people:
        assert person.command(type, **fields).status == 200


def together(server: Server) -> list[Person]:
    """Return one of each couple who look at a moment now."""
    people = [couple(server)[0] for _ in range(COUPLES)]
    each(people, "round.open", after=0, moment=1)
    return people


def apart(server: Server) -> list[Person]:
    """Return one of each couple who have agreed on an hour."""
    hour = (datetime.now(UTC) + timedelta(days=3)).replace(second=0, microsecond=0)
    return [ana for ana, _ in agreed_couples(server, hour, COUPLES)]


def evening(server: Server, people: list[Person], mark: dict[str, Any]) -> list[Sizes]:
    """Let them seal, replace and take back; return the sizes on the way."""
    server.stop()  # the log of writes begins anew
    server.start()
    found = []
    # Whoever is the last to leave SQLite empties its log: so that it is not by chance one request or another.
    with closing(sqlite3.connect(server.database_path)) as staying:
        staying.execute("SELECT count(*) FROM accounts_user").fetchall()
        each(people, "sync")
        found.append(sizes(server))
        each(people, "mark.seal", round=1, **mark)
        found.append(sizes(server))
        each(people, "mark.seal", round=1, **{**mark, "intensity": 3})
        found.append(sizes(server))
        each(people, "mark.withdraw", round=1)
        found.append(sizes(server))
    server.stop()
    return [*found, sizes(server)]


@pytest.fixture
def twins() -> Iterator[tuple[Server, Server]]:
    """Return two servers of which nobody else knows."""
    with ExitStack() as until_the_end:
        servers = [Server(FRAME_RATE="1000").start() for _ in "ab"]
        for server in servers:
            until_the_end.callback(server.close)
        yield servers[0], servers[1]


@pytest.mark.parametrize("met", [together, apart])
def test_they_are_the_same_whatever_was_sealed(
    twins: tuple[Server, Server], met: Callable[[Server], list[Person]]
) -> None:
    little, much = (evening(server, met(server), mark) for server, mark in zip(twins, (LITTLE, MUCH), strict=True))
    assert little[0] < little[1], "premise: what is written makes them grow"
    assert little == much
