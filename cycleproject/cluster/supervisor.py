"""A supervisor that runs Cycle as several processes on one machine, without Docker: `make run-cluster`.

PostgreSQL, Redis, two workers, and nginx in front on PORT. Their data is in `cluster/` in the checkout. A program that
ends by itself is started again. SIGHUP replaces one worker after the other; SIGTERM or Ctrl-C stops everything.
"""

import fcntl
import os
import queue
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from cycleproject.cluster.debian import install_packages, nginx, postgresql_programs, redis_server, root_prefix
from cycleproject.cluster.programs import (
    ROOT,
    Program,
    free_port,
    nginx_program,
    postgresql_program,
    redis_program,
    worker_program,
)
from cycleproject.serving.first_env import write_private

FOLDER = ROOT / "cluster"
WORKERS = 2
READY_TIMEOUT = 60.0
POLL_SECONDS = 1.0
PACKAGES: dict[str, Callable[[], str | None]] = {
    "postgresql": postgresql_programs,
    "redis-server": redis_server,
    "nginx": nginx,
}


class StopRequested(Exception):
    """Ctrl-C or SIGTERM came while something was being started."""


class Supervisor:
    """Starts the programs in their order, restarts those that end, and stops them in the opposite order."""

    def __init__(self, port: int, addresses: list[str], host_name: str, environment: dict[str, str]) -> None:
        self.addresses = addresses
        self.heard: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.stop_requested = False
        # Under nohup it is meant to go on without one.
        self.needs_terminal = _terminal_is_there() and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
        password = _password()
        self.postgresql, database_url = postgresql_program(FOLDER, password)
        self.redis, redis_url = redis_program(FOLDER, password)
        self.environment = {
            **environment,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "HOST": "127.0.0.1",
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        self.workers = [
            worker_program(FOLDER, number, free_port(), host_name, self.environment) for number in range(1, WORKERS + 1)
        ]
        self.nginx = nginx_program(FOLDER, port, [worker.port for worker in self.workers])
        self.programs = [self.postgresql, self.redis, *self.workers, self.nginx]

    def listen(self) -> None:
        """Install the signal handlers, which only note the signal: ``run`` acts on it when it can."""
        for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(told, self._hear)

    def _hear(self, told: int, frame: FrameType | None) -> None:
        self.stop_requested = self.stop_requested or told != signal.SIGHUP
        self.heard.put(told)

    def run(self) -> None:
        """Start everything, migrate, and watch the programs until told to stop."""
        try:
            self._start(self.postgresql, self.redis)
            if not self._migrate_and_collect():
                raise SystemExit(1)
            self._start(*self.workers, self.nginx)
            print("Cycle is running:", *(f"  {address}" for address in self.addresses), sep="\n")
            print(f"Ctrl-C stops it; kill -HUP {os.getpid()} replaces one worker after the other.", flush=True)
            self._watch()
        except StopRequested:
            pass
        finally:
            for program in reversed(self.programs):
                program.stop()

    def _start(self, *programs: Program) -> None:
        for program in programs:
            program.start()
        deadline = time.monotonic() + READY_TIMEOUT
        for program in programs:
            while not program.ready():
                if self.stop_requested:
                    raise StopRequested
                if not program.running or time.monotonic() > deadline:
                    raise SystemExit(f"{program.name} did not start: {program.last_line or 'it said nothing'}")
                time.sleep(0.05)

    def _migrate_and_collect(self) -> bool:
        """Migrate and collect static files, once for all workers."""
        # In a session of its own: Ctrl-C must not end a migration half-way.
        command = [sys.executable, "-m", "cycleproject.prepare"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, start_new_session=True)  # noqa: S603
        return done.returncode == 0

    def _watch(self) -> None:
        while True:
            told: int | None = None
            with suppress(queue.Empty):
                told = self.heard.get(timeout=POLL_SECONDS)
            # A window that is closed says SIGHUP, too, or nothing at all.
            if self.stop_requested or (self.needs_terminal and not _terminal_is_there()):
                raise StopRequested
            if told == signal.SIGHUP:
                self._replace_workers()
            for program in self.programs:
                if not program.running:
                    print(f"{program.name} has ended by itself; starting it again.", flush=True)
                    program.start()

    def _replace_workers(self) -> None:
        """Replace the workers one after the other, so that one always answers."""
        print("Replacing one worker after the other.", flush=True)
        if not self._migrate_and_collect():
            return print("The database could not be brought up to date: the workers stay as they are.", flush=True)
        for worker in self.workers:
            worker.stop()
            try:
                self._start(worker)
            except SystemExit as problem:
                return print(f"{problem.code}. The others stay as they are.", flush=True)
        print("All workers are replaced.", flush=True)


def _terminal_is_there() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _password() -> str:
    """Return the password of the cluster's PostgreSQL and Redis, made once: others may use this machine, too."""
    file = FOLDER / "password"
    if not file.exists():
        write_private(file, secrets.token_hex(24))
    return file.read_text(encoding="utf-8")


def install_missing_packages() -> None:
    """Install the Debian packages that are missing, or stop with one line that names them."""
    missing = [name for name, find in PACKAGES.items() if find() is None]
    if missing and (prefix := root_prefix()) is not None:
        install_packages(prefix, missing, "the cluster")
        missing = [name for name, find in PACKAGES.items() if find() is None]
    if missing:
        raise SystemExit(f"make run-cluster needs these Debian packages: apt-get install {' '.join(missing)}")


@contextmanager
def _folder_lock() -> Iterator[None]:
    """Lock the data folder: two clusters on the same data would destroy it."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit("The cluster of this checkout is running already.") from None
        yield


def main() -> None:
    """Read the settings, check for the packages, and supervise until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    inherited = dict(os.environ)  # without what settings read from .env: a worker that is replaced reads it anew
    from cycleproject import serve, settings

    install_missing_packages()
    host_name = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    with _folder_lock():
        try:
            for listener in serve.listening_sockets("", settings.PORT):
                listener.close()
        except OSError as error:
            reason = f"port {settings.PORT}: {error.strerror}"
            raise SystemExit(f"Cycle cannot listen on {reason}. Another port: make run-cluster PORT=8001") from None
        supervisor = Supervisor(settings.PORT, serve.browser_addresses(), host_name, inherited)
        supervisor.listen()
        supervisor.run()


if __name__ == "__main__":
    main()
