"""Who is measured: Cycle as it is served, and its comparators, on fresh servers with a database of their own."""

import base64
import http.client
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from bench import machine
from bench.load import Place

ROOT = Path(__file__).resolve().parent.parent
STARTED_WITHIN_SECONDS = 60.0
NO_LIMIT = "1000000000"


class NoCouple(Exception):
    """Two people could not meet."""


class Running:
    """One server process."""

    def __init__(self, command: list[str], environment: dict[str, str], port: int, core: int | None) -> None:
        self.port = port
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  stop() closes it
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self._log, stderr=self._log)
        if core is not None:
            machine.pin(self.pid, core)
        deadline = time.monotonic() + STARTED_WITHIN_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{' '.join(command)} does not start:\n{self.log()}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._process.pid

    def log(self) -> str:
        """Return what it has written."""
        self._log.seek(0)
        return self._log.read().decode()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, *, cleanly: bool) -> None:
        """End it; cleanly when its database is still needed."""
        if cleanly:
            self._process.terminate()
        else:
            self._process.kill()
        self._process.wait()
        self._log.close()


class Contender(ABC):
    """Something to measure."""

    name: ClassVar[str]
    about: ClassVar[str]

    def __init__(self, directory: Path, core: int | None) -> None:
        self.core = core
        self._prepared = directory / f"{self.name}.sqlite3"
        self._current = directory / f"{self.name}-running.sqlite3"

    @abstractmethod
    def prepare(self, couples: int) -> list[Place]:
        """Make the database that each of its servers starts from, and return where couples meet in it."""

    @abstractmethod
    def start(self, database: Path) -> Running:
        """Start one server."""

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Run one fresh server on a fresh copy of the database."""
        self._remove()
        if self._prepared.exists():
            _copy(self._prepared, self._current)
        running = self.start(self._current)
        try:
            yield running
        finally:
            running.stop(cleanly=False)
            self._remove()

    def _remove(self) -> None:
        for path in self._current.parent.glob(f"{self._current.name}*"):
            path.unlink()

    def _comparator(self, application: str, **environment: str) -> Running:
        port = _free_port()
        command = [sys.executable, "-m", "bench.serve", application, str(port)]
        return Running(
            command, {**os.environ, **_settings(environment["DATABASE_URL"]), **environment}, port, self.core
        )


class Ours(Contender):
    """Cycle, embedded stack."""

    name = "ours"
    about = "Cycle as `python -m cycleproject.serve`, one process, SQLite, FRAME_RATE and JOIN_RATE out of the way"

    def prepare(self, couples: int) -> list[Place]:
        """Migrate, then let couples start and join as anybody does."""
        environment = {**os.environ, **_settings(f"sqlite:///{self._prepared}")}
        _run([sys.executable, "manage.py", "migrate", "-v0"], environment)
        running = self.start(self._prepared)
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
        try:
            return [_couple(connection) for _ in range(couples)]
        except NoCouple as refusal:
            raise SystemExit(f"no couple to measure with: {refusal}\n{running.log()}") from None
        finally:
            connection.close()
            running.stop(cleanly=True)

    def start(self, database: Path) -> Running:
        """Serve it."""
        port = _free_port()
        environment = {**os.environ, **_settings(f"sqlite:///{database}"), "PORT": str(port)}
        return Running([sys.executable, "-m", "cycleproject.serve"], environment, port, self.core)


class Floor(Contender):
    """See floor.py."""

    name = "floor"
    about = (
        "bench/floor.py: bare ASGI, one writer thread, one durable SQLite commit per mark, those that queue up together"
    )

    def prepare(self, couples: int) -> list[Place]:
        """Name the rooms; it makes its table itself."""
        return [Place((f"/{room}/a/", f"/{room}/b/"), (None, None)) for room in range(couples)]

    def start(self, database: Path) -> Running:
        """Serve it."""
        return self._comparator("bench.floor:application", DATABASE_URL="", FLOOR_DATABASE=str(database))


class Tutorial(Contender):
    """See tutorial/."""

    name = "tutorial"
    about = (
        "bench/tutorial: Channels' sync consumer, ORM, group_send over the in-memory layer, every consumer asks again"
    )

    def prepare(self, couples: int) -> list[Place]:
        """Make its tables; rooms come to be when somebody enters."""
        environment = {**os.environ, "TUTORIAL_DATABASE": str(self._prepared)}
        command = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v0"]
        _run([*command, "--settings", "bench.tutorial.settings"], environment)
        return [Place((f"/{room}/a/", f"/{room}/b/"), (None, None)) for room in range(couples)]

    def start(self, database: Path) -> Running:
        """Serve it."""
        return self._comparator(
            "bench.tutorial.asgi:application",
            DATABASE_URL="",
            TUTORIAL_DATABASE=str(database),
            DJANGO_SETTINGS_MODULE="bench.tutorial.settings",
        )


CONTENDERS: tuple[type[Contender], ...] = (Ours, Floor, Tutorial)

_SECRET_KEY = secrets.token_urlsafe(64)
_FIELD_KEY = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _settings(database_url: str) -> dict[str, str]:
    return {
        "ENV_FILE": "",
        "SECRET_KEY": _SECRET_KEY,
        "FIELD_KEYS": _FIELD_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "TRUSTED_ORIGINS": "",
        "TRUSTED_PROXIES": "",
        "DEBUG": "0",
        "STATIC_FROM_SOURCE": "1",
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "HOST": "127.0.0.1",
        "FRAME_RATE": NO_LIMIT,
        "JOIN_RATE": NO_LIMIT,
        "DJANGO_SETTINGS_MODULE": "cycleproject.settings",
    }


def _couple(connection: http.client.HTTPConnection) -> Place:
    first = _post(connection, "start/", "Ana")
    second = _post(connection, f"join/{first['code']}/", "Ben")
    path = f"/ws/sessions/{first['session']}/"
    return Place((path, path), (first["token"], second["token"]))


def _post(connection: http.client.HTTPConnection, path: str, first_name: str) -> dict[str, Any]:
    body = json.dumps({"first_name": first_name})
    connection.request("POST", f"/api/v1/{path}", body, {"Content-Type": "application/json"})
    with connection.getresponse() as response:
        raw = response.read()
        if response.status != 201:
            raise NoCouple(f"{path} answers {response.status}")
        answer: dict[str, Any] = json.loads(raw)
        return answer


def _copy(source: Path, target: Path) -> None:
    # Not as files: what was committed last may still stand in the write-ahead log beside it.
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
