"""Databases that begin migrated: each an exact copy of one that was, for migrating takes longer than most tests."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import psycopg

MIGRATED = "migrated"
_one_at_a_time = Lock()

# Migrates the database at an address.
Migrate = Callable[[str], Any]


def begin(address: str, migrate: Migrate) -> bool:
    """Make an empty database a copy of a migrated one; tell whether it was empty."""
    # Two that begin at once would each migrate one, and what they copy would differ.
    with _one_at_a_time:
        if address.startswith("sqlite:///"):
            return _begin_sqlite(Path(address.removeprefix("sqlite:///")), migrate)
        return _begin_postgresql(address, migrate)


def _begin_sqlite(path: Path, migrate: Migrate) -> bool:
    if path.exists():
        return False
    shutil.copyfile(_migrated_sqlite(migrate), path)
    return True


@cache
def _migrated_sqlite(migrate: Migrate) -> Path:
    directory = Path(tempfile.mkdtemp(prefix="cycle-migrated-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    migrate(f"sqlite:///{directory}/cycle.sqlite3")
    assert [path.name for path in directory.iterdir()] == ["cycle.sqlite3"], "all of it is in the one file"
    return directory / "cycle.sqlite3"


def _begin_postgresql(address: str, migrate: Migrate) -> bool:
    with psycopg.connect(address) as connection:
        if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchone():
            return False
    name = urlsplit(address).path.removeprefix("/")
    root = address.removesuffix(name)
    with psycopg.connect(f"{root}postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MIGRATED]).fetchone():
            connection.execute(f'CREATE DATABASE "{MIGRATED}"'.encode())
            migrate(f"{root}{MIGRATED}")
        connection.execute(f'DROP DATABASE "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{MIGRATED}"'.encode())
    return True
