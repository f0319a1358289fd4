"""Who is measured: Cycle as it is served, and its comparators, on fresh servers with a database of their own."""

import base64
import json
import os
import secrets
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

from bench import engine
from bench.comparators import node
from bench.load import Place
from bench.processes import ROOT, Process, Running, run
from bench.stacks import Embedded, Services, Stack, file_of
from bench.wire import Line
from tests.support.servers.cycle import free_port

NO_LIMIT = "1000000"
EARLIER: Final = "BENCH_BEFORE"
SECRET_KEY: Final = secrets.token_urlsafe(64)
FIELD_KEY: Final = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


class Contender(ABC):
    """Something to measure on one stack."""

    name: ClassVar[str]
    about: ClassVar[str]
    line: ClassVar[type[Line]] = Line

    @property
    def checkout(self) -> Path:
        """Return whose code is run."""
        return ROOT

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def missing(self, quick: bool) -> str:
        """Say why it cannot be measured here; nothing if it can."""
        return ""

    @abstractmethod
    def prepare(self, couples: int) -> list[Place]:
        """Make the database that each of its servers starts from, and return where couples meet in it."""

    @abstractmethod
    def command(self, port: int) -> list[str]:
        """Return the program that serves it."""

    @abstractmethod
    def environment(self, database: str) -> dict[str, str]:
        """Return the variables that tell it what it stands on."""

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Run one fresh server on a fresh copy of the database."""
        with self.stack.fresh(self.name) as database:
            environment = {**os.environ, **self.environment(database)}
            running = Running([], self.line)
            try:
                for _ in range(self.stack.workers):
                    port = free_port()
                    process = Process(
                        self.command(port),
                        {**environment, "PORT": str(port)},
                        port,
                        self.stack.server_core,
                        self.checkout,
                    )
                    running.processes.append(process)
                for process in running.processes:
                    process.wait_until_it_answers()
                yield running
            finally:
                running.stop()

    def _settings(self, database: str) -> dict[str, str]:
        return {
            "ENV_FILE": "",
            "SECRET_KEY": SECRET_KEY,
            "FIELD_KEYS": FIELD_KEY,
            "ALLOWED_HOSTS": "127.0.0.1",
            "TRUSTED_ORIGINS": "",
            "TRUSTED_PROXIES": "",
            "DEBUG": "0",
            "STATIC_FROM_SOURCE": "1",
            "DATABASE_URL": database,
            "REDIS_URL": self.stack.redis_url,
            "HOST": "127.0.0.1",
            "FRAME_RATE": NO_LIMIT,
            "JOIN_RATE": NO_LIMIT,
            "DJANGO_SETTINGS_MODULE": "cycleproject.settings",
        }


class Ours(Contender):
    """Cycle."""

    name = "ours"
    about = "Cycle as `python -m cycleproject.serve`, FRAME_RATE and JOIN_RATE out of the way"

    def prepare(self, couples: int) -> list[Place]:
        """Migrate, and let couples start and join."""
        environment = {**os.environ, **self._settings(self.stack.prepared(self.name))}
        made = run([sys.executable, "-m", "bench.couples", str(couples)], environment, self.checkout)
        places = []
        for live_session, *tokens in map(json.loads, made.splitlines()):
            path = f"/ws/sessions/{live_session}/"
            places.append(Place((path, path), (tokens[0], tokens[1])))
        return places

    def command(self, port: int) -> list[str]:
        """Serve it."""
        return [sys.executable, "-m", "cycleproject.serve"]

    def environment(self, database: str) -> dict[str, str]:
        """Set it up."""
        return self._settings(database)


class Before(Ours):
    """An earlier Cycle, from the checkout that BENCH_BEFORE names."""

    name = "before"
    about = f"an earlier Cycle, as it is checked out in the directory that {EARLIER} names"

    def missing(self, quick: bool) -> str:
        """Say that none was named."""
        return "" if os.environ.get(EARLIER) else f"{EARLIER} names no checkout"

    @property
    def checkout(self) -> Path:
        """Return where it is."""
        return Path(os.environ[EARLIER])


class Comparator(Contender):
    """Another application, served exactly as ours is."""

    application: ClassVar[str]
    settings: ClassVar[str] = "cycleproject.settings"

    def prepare(self, couples: int) -> list[Place]:
        """Name the rooms; they come to be when somebody enters."""
        self.stack.prepared(self.name)
        return [Place((f"/{room}/a/", f"/{room}/b/"), (None, None)) for room in range(couples)]

    def command(self, port: int) -> list[str]:
        """Serve it."""
        return [sys.executable, "-m", "bench.serve", self.application, str(port)]

    def environment(self, database: str) -> dict[str, str]:
        """Set it up."""
        return {**self._settings(database), "DJANGO_SETTINGS_MODULE": self.settings}


class Floor(Comparator):
    """See floor.py."""

    name = "floor"
    about = "floor.py: bare ASGI, one writer thread, durable SQLite commits, of those that queue up together"
    application = "bench.comparators.floor:application"

    def environment(self, database: str) -> dict[str, str]:
        """Name the file; it makes its table itself."""
        return {**self._settings(""), "FLOOR_DATABASE": file_of(database)}


class FloorOnServices(Comparator):
    """See floor_services.py."""

    name = "floor"
    about = "floor_services.py: bare ASGI, one durable PostgreSQL statement a command, the other told by Redis"
    application = "bench.comparators.floor_services:application"

    def prepare(self, couples: int) -> list[Place]:
        """Make its table."""
        from bench.comparators.floor_services import make_table

        places = super().prepare(couples)
        make_table(self.stack.address(self.name))
        return places


class Tutorial(Comparator):
    """See tutorial/."""

    name = "tutorial"
    about = "tutorial: Channels' sync consumer, ORM, group_send over a layer, every consumer asks again"
    application = "bench.comparators.tutorial.asgi:application"
    settings = "bench.comparators.tutorial.settings"

    def prepare(self, couples: int) -> list[Place]:
        """Make its tables."""
        places = super().prepare(couples)
        command = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v0"]
        run(command, {**os.environ, **self.environment(self.stack.address(self.name))})
        return places


class SocketIO(Contender):
    """See peers/room.js."""

    name = "socketio"
    about = (
        "peers/room.js: Socket.IO on Node WITHOUT the work: a durable SQLite commit a command, no login, rule or seal"
    )
    line = engine.EngineLine
    script: ClassVar[str] = "room.js"

    def missing(self, quick: bool) -> str:
        """Install what it needs, unless there is no time for that."""
        return node.missing(install=not quick)

    def prepare(self, couples: int) -> list[Place]:
        """Name the rooms; it makes its table itself."""
        return [
            Place((f"{engine.ADDRESS}&room={room}&seat=a", f"{engine.ADDRESS}&room={room}&seat=b"), (None, None))
            for room in range(couples)
        ]

    def command(self, port: int) -> list[str]:
        """Serve it."""
        return [node.program(), f"bench/comparators/peers/{self.script}", str(port)]

    def environment(self, database: str) -> dict[str, str]:
        """Name the file."""
        return {"DATABASE": file_of(database), "NODE_ENV": "production"}


class HonestSocketIO(SocketIO):
    """See peers/honest/."""

    name = "honest"
    about = "peers/honest: Socket.IO that does the same work, each command committed by itself"
    script = "honest/room.js"


class GroupedSocketIO(HonestSocketIO):
    """The same with group commit."""

    name = "grouped"
    about = "peers/honest with TOGETHER=1: the same, committed together with what came in the same turn of the loop"

    def environment(self, database: str) -> dict[str, str]:
        """Let it wait for the end of a turn."""
        return {**super().environment(database), "TOGETHER": "1"}


CONTENDERS: Final[dict[type[Stack], tuple[type[Contender], ...]]] = {
    Embedded: (Ours, Before, Floor, SocketIO, HonestSocketIO, GroupedSocketIO, Tutorial),
    Services: (Ours, Before, FloorOnServices, Tutorial),
}
