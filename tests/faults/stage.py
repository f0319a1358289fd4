"""Where campaigns take place: two real workers, a real PostgreSQL and Redis, and a road between each two of them."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.faults.checker import witness
from tests.faults.history import History
from tests.faults.proxy import Road
from tests.faults.seams import ARMED, GO, REACHED
from tests.support.servers.cycle import Server
from tests.support.servers.databases import MIGRATED
from tests.support.servers.services import PostgreSQLServer, RedisServer

REACHED_WITHIN = 20.0
LOOK_EVERY = 0.01


class Worker(Server):
    """A worker that can be stopped at a named point, on a database that somebody else has migrated."""

    migrates = False
    front: Road

    def __init__(self, number: int, **environment: str) -> None:
        super().__init__(DJANGO_SETTINGS_MODULE="tests.faults.worker_settings", FRAME_RATE="1000", **environment)
        self.number = number
        self.environment["FAULTS_DIRECTORY"] = self.directory.name

    @property
    def _place(self) -> Path:
        return Path(self.directory.name)

    def arm(self, point: str, deed: str, passing: int = 0) -> None:
        """Make it stop at a point, after it has passed by so many times."""
        for name in (REACHED, GO):
            (self._place / name).unlink(missing_ok=True)
        soon = self._place / "soon"
        soon.write_text(f"{point} {deed} {passing}")
        soon.rename(self._place / ARMED)

    def disarm(self) -> None:
        """Let it pass by."""
        (self._place / ARMED).unlink(missing_ok=True)

    async def reached(self, within: float = REACHED_WITHIN) -> bool:
        """Wait until it is where it was told to stop; tell whether it got there."""
        deadline = time.monotonic() + within
        while not (self._place / REACHED).exists():
            if time.monotonic() > deadline:
                self.disarm()
                return False
            await asyncio.sleep(LOOK_EVERY)
        return True

    def go_on(self) -> None:
        """Let it go on from the point at which it is held."""
        (self._place / GO).touch()

    async def died(self, within: float) -> bool:
        """Wait until it is gone; tell whether it is."""
        assert self.process
        deadline = time.monotonic() + within
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(LOOK_EVERY)
        return True

    def freeze(self) -> None:
        """Let it do nothing, without its knowing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)


@dataclass
class Services:
    """The servers that stages share, each with a database of its own."""

    postgresql: PostgreSQLServer
    redis: RedisServer
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    def started(cls) -> "Services":
        """Start them, and prepare the database that all others are copied from."""
        services = cls(PostgreSQLServer().start(), RedisServer().start())
        url = services.postgresql.create("pattern", like=MIGRATED)
        witness.place(url)
        return services

    def new_database(self) -> tuple[str, int]:
        """Return the address of a migrated, empty database with a witness in it, and its number."""
        number = next(self.numbers)
        with psycopg.connect(self.postgresql.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "stage{number}" TEMPLATE "pattern"'.encode())
        return self.postgresql.url(f"stage{number}"), number

    def close(self) -> None:
        """Stop them."""
        self.redis.close()
        self.postgresql.close()


@dataclass
class Stage:
    """One campaign's place."""

    services: Services
    history: History
    database_url: str
    workers: tuple[Worker, Worker]
    to_workers: tuple[Road, Road]
    to_redis: tuple[Road, Road]
    to_postgresql: tuple[Road, Road]

    @property
    def roads(self) -> tuple[Road, ...]:
        """Return every road."""
        return (*self.to_workers, *self.to_redis, *self.to_postgresql)

    async def start_again(self, *workers: Worker) -> None:
        """Start workers that are gone."""
        await asyncio.gather(*(asyncio.to_thread(worker.start) for worker in workers))

    def record_logs(self) -> None:
        """Take down what was logged, in which no mark may be found."""
        logs = {f"worker {worker.number}": worker.log_path for worker in self.workers}
        logs["postgresql"] = Path(self.services.postgresql.directory.name) / "log"
        for name, path in logs.items():
            with suppress(FileNotFoundError):
                self.history.record("log", name=name, text=path.read_text(errors="replace"))


@asynccontextmanager
async def stage(services: Services, path: Path, **environment: str) -> AsyncIterator[Stage]:
    """Run a stage whose history is written to ``path``."""
    history = History(path)
    database_url, number = await asyncio.to_thread(services.new_database)
    to_redis = (await Road(services.redis.port).build(), await Road(services.redis.port).build())
    to_postgresql = (await Road(services.postgresql.port).build(), await Road(services.postgresql.port).build())
    workers = []
    for which in (0, 1):
        shared = {
            "DATABASE_URL": _through(database_url, to_postgresql[which]),
            "REDIS_URL": _through(services.redis.database(number), to_redis[which]),
        }
        workers.append(Worker(which, **shared, **environment))
    to_workers = (await Road(workers[0].port).build(), await Road(workers[1].port).build())
    one = Stage(services, history, database_url, (workers[0], workers[1]), to_workers, to_redis, to_postgresql)
    try:
        await one.start_again(*one.workers)
        yield one
    finally:
        one.record_logs()
        for worker in workers:
            worker.thaw()
            await asyncio.to_thread(worker.close)
        for road in one.roads:
            await road.close()
        history.close()


def _through(url: str, road: Road) -> str:
    parts = urlsplit(url)
    login = f"{parts.username}@" if parts.username else ""
    return urlunsplit(parts._replace(netloc=f"{login}127.0.0.1:{road.port}"))
