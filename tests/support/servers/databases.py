"""Databases that begin migrated: each an exact copy of one that was, for migrating takes longer than most tests.

What is copied is made once in a run of the tests, by whichever of its processes needs it first.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import psycopg

MIGRATED = "migrated"
# Names the directory that the processes of one run share.
SHARED = "TESTS_SHARED_DIRECTORY"
_one_at_a_time = Lock()

# Migrates the database at an address.
Migrate = Callable[[str], Any]


def begin(address: str, migrate: Migrate) -> bool:
    """Make an empty database a copy of a migrated one; tell whether it was empty."""
    if address.startswith("sqlite:///"):
        return _begin_sqlite(Path(address.removeprefix("sqlite:///")), migrate)
    # Two that begin at once would each migrate one, and what they copy would differ.
    with _one_at_a_time:
        return _begin_postgresql(address, migrate)


def made_once(name: str, make: Callable[[Path], Any]) -> Path:
    """Return a directory that the first process to need it has filled for all of them."""
    made = shared_directory() / name
    with _locked(made.with_suffix(".lock")):
        if not made.exists():
            making = made.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            making.rename(made)
    return made


@cache
def shared_directory() -> Path:
    """Return the directory that the processes of a run share; whoever asks first makes it, and removes it."""
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="cycle-shared-")
        # PostgreSQL's own user has to get through to what is its own.
        Path(os.environ[SHARED]).chmod(0o711)
        atexit.register(shutil.rmtree, os.environ[SHARED], ignore_errors=True)
    return Path(os.environ[SHARED])


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _begin_sqlite(path: Path, migrate: Migrate) -> bool:
    if path.exists():
        return False

    def make(directory: Path) -> None:
        migrate(f"sqlite:///{directory}/cycle.sqlite3")
        assert [path.name for path in directory.iterdir()] == ["cycle.sqlite3"], "all of it is in the one file"

    shutil.copyfile(made_once("sqlite", make) / "cycle.sqlite3", path)
    return True


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
