"""`manage.py copy_to`: from SQLite to PostgreSQL and back everything is the same, whatever kills it on the way."""

import ipaddress
import json
import re
import sqlite3
import subprocess
import sys
import time as clock
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, ManagementUtility, call_command

from cycleproject.copying import copy
from tests.support.copied import PLACES
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.databases import MIGRATED
from tests.support.servers.services import PostgreSQLServer
from tests.support.servers.stacks import Stacks
from tests.support.servers.stored import everything

ROUNDS = 240


def ask(place: Server, *what: str) -> Any:
    """Let a process of its own do something on a database."""
    command = [sys.executable, "-m", "tests.support.copied", *what]
    done = subprocess.run(command, cwd=ROOT, env=place.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


@pytest.fixture(scope="module")
def postgresql(stacks: Stacks) -> PostgreSQLServer:
    """Return the PostgreSQL that others of this run use, too."""
    return stacks.services[0]


@pytest.fixture(scope="module")
def filled() -> Iterator[Server]:
    """Return a SQLite database with a history of some length; nobody serves it."""
    place = Server()
    place.migrate()
    ask(place, "fill", str(ROUNDS))
    yield place
    place.close()


@pytest.fixture
def empty() -> Iterator[Server]:
    """Return where a SQLite database may come to be."""
    place = Server()
    yield place
    place.close()


def on(address: str) -> Server:
    """Return an environment with a database; nothing is served."""
    place = Server(DATABASE_URL=address)
    place.directory.cleanup()
    return place


def comparable(place: Server) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table as SQLite keeps it, with JSON read, in an order of our own."""
    tables = everything(place)
    for own in ("django_migrations", "sqlite_stat1"):
        tables.pop(own, None)  # when a database was migrated is its own
    for found in tables.values():
        for row in found:
            row.update({column: as_on_sqlite(value) for column, value in row.items()})
        found.sort(key=repr)
    return tables


def as_on_sqlite(value: Any) -> Any:
    """Return a value of either database as SQLite keeps it, and JSON read."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, ipaddress.IPv4Address | ipaddress.IPv6Address | time):
        return str(value)
    if isinstance(value, str) and value[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(value)
    return value


@pytest.mark.services
def test_everything_is_the_same_there_and_back(filled: Server, empty: Server, postgresql: PostgreSQLServer) -> None:
    there = on(postgresql.create("copied", like=MIGRATED))
    with psycopg.connect(there.environment["DATABASE_URL"]) as connection:
        # As `make prepare` leaves it: with the keys that it was prepared with.
        connection.execute("INSERT INTO accounts_keycheck (id, key_id, in_use) VALUES (1, '00000000', true)")
    with pytest.MonkeyPatch.context() as named:
        named.setitem(filled.environment, "COPY_TO", there.environment["DATABASE_URL"])
        said = filled.manage("copy_to", "--to-env", "COPY_TO")
    assert re.search(r"Copied \d{4,} rows; each table is the same here and there\.", said)
    moment = str(clock.time())
    shown = ask(filled, "pages", moment)
    assert len(shown) > ROUNDS / 50
    assert ask(there, "pages", moment) == shown
    there.manage("copy_to", empty.environment["DATABASE_URL"])
    assert ask(empty, "pages", moment) == shown
    assert comparable(empty) == comparable(filled)


@pytest.mark.services
def test_killed_at_ten_places_it_goes_on_to_the_same_on_postgresql(
    filled: Server, postgresql: PostgreSQLServer
) -> None:
    address = postgresql.create("killed")
    assert ask(filled, "kill", address, *PLACES) == [*PLACES, "not killed"]
    expected = comparable(filled)
    numbered = {row["name"]: row["seq"] for row in expected.pop("sqlite_sequence")}
    assert comparable(on(address)) == expected
    # What was deleted has had the last number.
    assert numbered["account_emailconfirmation"] == 1
    with psycopg.connect(address) as connection:
        for name, last in numbered.items():
            if name in expected and last:
                sequence = connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", [name]).fetchone()
                assert sequence
                assert connection.execute("SELECT nextval(%s)", sequence).fetchone() == (last + 1,)


def test_killed_at_ten_places_it_goes_on_to_the_same_on_sqlite(filled: Server, empty: Server) -> None:
    assert ask(filled, "kill", empty.environment["DATABASE_URL"], *PLACES) == [*PLACES, "not killed"]
    assert comparable(empty) == comparable(filled)


# What is done to a migrated, empty target, and why nothing is copied to it then.
REFUSED_TARGETS = {
    "one with rows": (
        "INSERT INTO accounts_couple (id, created_at, weekly_revision) VALUES ('1', '2026-01-01', 0)",
        "the target is not empty: accounts_couple has rows",
    ),
    "one of an older version": (
        "DELETE FROM django_migrations WHERE name = '0006_join_codes'",
        "the target was migrated by another version",
    ),
    "one of a newer version": (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_later', '2026-01-01')",
        "the target was migrated by another version",
    ),
    "one of another program": ("DROP TABLE django_migrations", "the target was migrated by another version"),
    "an unfinished copy of another database": (
        "CREATE TABLE cycle_unfinished_copy (name, value);"
        "INSERT INTO cycle_unfinished_copy VALUES ('source', 'another'), ('stage', 'copying')",
        "the target holds an unfinished copy of another database",
    ),
}
# A database that spoils what it is given: found by comparing.
SPOILING_TARGETS = {
    "one that changes a value": (
        "CREATE TRIGGER spoil AFTER INSERT ON accounts_couple BEGIN"
        " UPDATE accounts_couple SET weekly_revision = 7; END",
        "accounts_couple is not the same here and there",
    ),
    "one that loses a row": (
        "CREATE TRIGGER spoil AFTER INSERT ON accounts_privatenote BEGIN"
        " DELETE FROM accounts_privatenote WHERE id = new.id; END",
        r"accounts_privatenote has \d+ rows here and 0 there",
    ),
}
NO_TARGETS = {
    "the database itself": ("itself", "this is the database that everything is in already"),
    "no address": ("", "the address has to be postgres://user:password@host:port/name"),
    "nonsense": ("nonsense-hunter2secret", "the address has to be postgres://user:password@host:port/name"),
    "half an address": ("postgres://cycle:hunter2secret@", "the address has to be postgres://"),
    "one that is away": (
        "postgres://cycle:hunter2secret@127.0.0.1:1/cycle",
        "a database gave up, and the copy is not finished; run this again: ",
    ),
}
TARGETS = {**REFUSED_TARGETS, **SPOILING_TARGETS}


@dataclass
class Refusals:
    """What was said to each target, and what was in it before."""

    said: dict[str, str]
    before: dict[str, Any]
    places: dict[str, Server]


@pytest.fixture(scope="module")
def refusals(filled: Server) -> Iterator[Refusals]:
    """Try to copy to every target that will not do, one after the other in one process."""
    places, before = {}, {}
    for name, (statements, _) in TARGETS.items():
        places[name] = Server()
        places[name].migrate()
        with closing(sqlite3.connect(places[name].database_path)) as database:
            database.executescript(statements)
        before[name] = everything(places[name])
    addresses = {name: place.environment["DATABASE_URL"] for name, place in places.items()}
    itself = filled.environment["DATABASE_URL"]
    addresses |= {name: itself if address == "itself" else address for name, (address, _) in NO_TARGETS.items()}
    yield Refusals(dict(zip(addresses, ask(filled, "refused", *addresses.values()), strict=True)), before, places)
    for place in places.values():
        place.close()


@pytest.mark.parametrize("name", [*TARGETS, *NO_TARGETS])
def test_a_target_that_will_not_do_is_named_in_one_sentence_without_its_password(name: str, refusals: Refusals) -> None:
    assert re.match({**TARGETS, **NO_TARGETS}[name][1], refusals.said[name])
    assert "hunter2secret" not in refusals.said[name]
    assert "\n" not in refusals.said[name]


@pytest.mark.parametrize("name", REFUSED_TARGETS)
def test_a_target_that_is_refused_is_left_as_it_is(name: str, refusals: Refusals) -> None:
    assert everything(refusals.places[name]) == refusals.before[name]


def test_it_says_how_far_it_is_and_how_long_it_takes_still(monkeypatch: pytest.MonkeyPatch) -> None:
    said, seconds = list[str](), iter([0.0, 1.0, 6.0, 7.0])
    monkeypatch.setattr(copy, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    progress = copy.Progress(said.append, 1000)
    progress.skip(400)  # an earlier run has copied these, and says nothing of how fast this one is
    for rows in (100, 200, 50):
        progress.step(rows)
    assert said == ["700 of 1000 rows, about 6 s left."]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], r"^Name one target"),
        (["sqlite:///hunter2secret", "--to-env", "COPY_TO"], r"^Name one target"),
        (["--to-env", "COPY_TO"], r"^The variable that --to-env names is not set\.$"),
        (
            ["--to-env", "postgres://cycle:hunter2secret@localhost/cycle"],
            r"^The variable that --to-env names is not set\.$",
        ),
    ],
)
def test_one_target_is_named_and_a_mistaken_one_is_never_repeated(arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("copy_to", *arguments)
    assert "hunter2secret" not in str(refused.value)


@pytest.mark.parametrize("options", [[], ["accounts", "--indent=2"], ["--all", "--format", "xml"]])
def test_dumpdata_names_what_to_use_instead(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", "dumpdata", *options]).execute()
    assert ended.value.code == 1
    assert "copy_to" in capsys.readouterr().err
