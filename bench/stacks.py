"""What servers stand on: SQLite alone with a core each for server and load, or PostgreSQL and Redis on shared cores."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import ClassVar

from bench import machine
from cycleproject.cluster import debian
from tests.support.servers.services import PostgreSQLServer, RedisServer

RUNNING = "running"


class Stack(ABC):
    """Where each server of a contender finds a fresh copy of that contender's database."""

    name: ClassVar[str]
    about: ClassVar[str]
    workers: ClassVar[int]
    server_core: int | None = None
    redis_url: str = ""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def missing(self) -> str:
        """Say what this machine lacks for it; nothing if nothing."""
        return ""

    @abstractmethod
    def up(self) -> AbstractContextManager[None]:
        """Hold ready whatever it takes."""

    @abstractmethod
    def prepared(self, contender: str) -> str:
        """Make an empty database for a contender, and return its address."""

    @abstractmethod
    def address(self, contender: str) -> str:
        """Return the address of the database that was made for a contender."""

    @abstractmethod
    def fresh(self, contender: str) -> AbstractContextManager[str]:
        """Copy a contender's database for one server, and return its address."""


class Embedded(Stack):
    """One process and a SQLite file."""

    name = "embedded"
    about = "one process, SQLite; server and load on a core of their own"
    workers = 1

    @contextmanager
    def up(self) -> Iterator[None]:
        """Keep the load off the server's core."""
        cores = machine.cores()
        if len(cores) < 2:
            yield
            return
        self.server_core = cores[0]
        machine.pin(cores[-1])
        try:
            yield
        finally:
            machine.pin(*cores)

    def prepared(self, contender: str) -> str:
        """Name the file; whoever opens it makes it."""
        return self.address(contender)

    def address(self, contender: str) -> str:
        """Return its address."""
        return f"sqlite:///{self._file(contender)}"

    @contextmanager
    def fresh(self, contender: str) -> Iterator[str]:
        """Copy the file, if there is one."""
        current = self._file(f"{contender}-{RUNNING}")
        if self._file(contender).exists():
            _copy(self._file(contender), current)
        try:
            yield self.address(f"{contender}-{RUNNING}")
        finally:
            for path in current.parent.glob(f"{current.name}*"):
                path.unlink()

    def _file(self, name: str) -> Path:
        return self.directory / f"{name}.sqlite3"


class Services(Stack):
    """Two processes that share a PostgreSQL and a Redis."""

    name = "services"
    about = "two workers, PostgreSQL and Redis, partners on different workers; all share all cores: only ratios count"
    workers = 2

    def missing(self) -> str:
        """Say which of the two is not installed."""
        programs = {"PostgreSQL": debian.postgresql_programs(), "Redis": debian.redis_server()}
        return " and ".join(name for name, found in programs.items() if not found)

    @contextmanager
    def up(self) -> Iterator[None]:
        """Run both servers."""
        self._postgresql, self._redis = PostgreSQLServer(durable=True).start(), RedisServer()
        try:
            self._redis.start()
            self.redis_url = self._redis.url
            yield
        finally:
            self._redis.close()
            self._postgresql.close()

    def prepared(self, contender: str) -> str:
        """Create a database."""
        return self._postgresql.create(contender)

    def address(self, contender: str) -> str:
        """Return its address."""
        return self._postgresql.url(contender)

    @contextmanager
    def fresh(self, contender: str) -> Iterator[str]:
        """Copy the database, and forget what stood in Redis."""
        self._redis.client().flushall()
        self._postgresql.create(RUNNING, like=contender)
        try:
            yield self._postgresql.url(RUNNING)
        finally:
            self._postgresql.drop(RUNNING)


def file_of(address: str) -> str:
    """Return the file that an embedded database's address names."""
    return address.removeprefix("sqlite:///")


def _copy(source: Path, target: Path) -> None:
    # Not as files: what was committed last may still stand in the write-ahead log beside it.
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
