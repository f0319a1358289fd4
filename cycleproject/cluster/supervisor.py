"""Cycle as several processes on this one machine, without Docker: `make run-cluster`.

PostgreSQL, Redis, two workers, and nginx in front on PORT. What they keep is in `cluster/` in the checkout. A part that
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

from cycleproject.cluster.debian import administrator, install, nginx, postgresql, redis_server
from cycleproject.cluster.programs import ROOT, Part, free_port, nginx_part, postgresql_part, redis_part, worker_part
from cycleproject.serving.first_env import write_private

FOLDER = ROOT / "cluster"
WORKERS = 2
READY_WITHIN = 60.0
LOOK_EVERY = 1.0
PACKAGES: dict[str, Callable[[], str | None]] = {
    "postgresql": postgresql,
    "redis-server": redis_server,
    "nginx": nginx,
}


class ToldToStop(Exception):
    """Somebody has pressed Ctrl-C, or sent SIGTERM."""


class Supervisor:
    """Starts the parts in their order, looks after them, and stops them in the opposite order."""

    def __init__(self, port: int, addresses: list[str], host_name: str, environment: dict[str, str]) -> None:
        self.addresses = addresses
        self.heard: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.told_to_stop = False
        # Under nohup it is meant to go on without one.
        self.needs_terminal = _terminal_is_there() and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
        password = _password()
        self.postgresql, database_url = postgresql_part(FOLDER, password)
        self.redis, redis_url = redis_part(FOLDER, password)
        self.environment = {
            **environment,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "HOST": "127.0.0.1",
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        self.workers = [
            worker_part(FOLDER, number, free_port(), host_name, self.environment) for number in range(1, WORKERS + 1)
        ]
        self.nginx = nginx_part(FOLDER, port, [worker.port for worker in self.workers])
        self.parts = [self.postgresql, self.redis, *self.workers, self.nginx]

    def listen(self) -> None:
        """Hear what we are told, whatever we are doing."""
        for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(told, self._hear)

    def _hear(self, told: int, frame: FrameType | None) -> None:
        self.told_to_stop = self.told_to_stop or told != signal.SIGHUP
        self.heard.put(told)

    def run(self) -> None:
        """Start everything, and look after it until told to stop."""
        try:
            self._start(self.postgresql, self.redis)
            if not self._bring_up_to_date():
                raise SystemExit(1)
            self._start(*self.workers, self.nginx)
            print("Cycle is running:", *(f"  {address}" for address in self.addresses), sep="\n")
            print(f"Ctrl-C stops it; kill -HUP {os.getpid()} replaces one worker after the other.", flush=True)
            self._look_after()
        except ToldToStop:
            pass
        finally:
            for part in reversed(self.parts):
                part.stop()

    def _start(self, *parts: Part) -> None:
        for part in parts:
            part.start()
        deadline = time.monotonic() + READY_WITHIN
        for part in parts:
            while not part.ready():
                if self.told_to_stop:
                    raise ToldToStop
                if not part.running or time.monotonic() > deadline:
                    raise SystemExit(f"{part.name} did not start: {part.last_line or 'it said nothing'}")
                time.sleep(0.05)

    def _bring_up_to_date(self) -> bool:
        """Migrate and collect static files, once for all workers."""
        # In a session of its own: Ctrl-C must not end a migration half-way.
        command = [sys.executable, "-m", "cycleproject.prepare"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, start_new_session=True)  # noqa: S603
        return done.returncode == 0

    def _look_after(self) -> None:
        while True:
            told: int | None = None
            with suppress(queue.Empty):
                told = self.heard.get(timeout=LOOK_EVERY)
            # A window that is closed says SIGHUP, too, or nothing at all.
            if self.told_to_stop or (self.needs_terminal and not _terminal_is_there()):
                raise ToldToStop
            if told == signal.SIGHUP:
                self._replace_workers()
            for part in self.parts:
                if not part.running:
                    print(f"{part.name} has ended by itself; starting it again.", flush=True)
                    part.start()

    def _replace_workers(self) -> None:
        """Let one worker go and its successor come before the next one goes: somebody always answers."""
        print("Replacing one worker after the other.", flush=True)
        if not self._bring_up_to_date():
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
    """Return the password of our own PostgreSQL and Redis: others may have accounts on this machine."""
    file = FOLDER / "password"
    if not file.exists():
        write_private(file, secrets.token_hex(24))
    return file.read_text(encoding="utf-8")


def need_packages() -> None:
    """Install what is missing where we may; else stop with one line that names it."""
    missing = [name for name, find in PACKAGES.items() if find() is None]
    if missing and (prefix := administrator()) is not None:
        install(prefix, missing, "the cluster")
        missing = [name for name, find in PACKAGES.items() if find() is None]
    if missing:
        raise SystemExit(f"make run-cluster needs these Debian packages: apt-get install {' '.join(missing)}")


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the folder: two clusters on the same data would end both."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit("The cluster of this checkout is running already.") from None
        yield


def main() -> None:
    """Run the cluster."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    inherited = dict(os.environ)  # without what settings read from .env: a worker that is replaced reads it anew
    from cycleproject import serve, settings

    need_packages()
    host_name = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    with _alone():
        try:
            for listener in serve.listen("", settings.PORT):
                listener.close()
        except OSError as error:
            reason = f"port {settings.PORT}: {error.strerror}"
            raise SystemExit(f"Cycle cannot listen on {reason}. Another port: make run-cluster PORT=8001") from None
        supervisor = Supervisor(settings.PORT, serve.addresses(), host_name, inherited)
        supervisor.listen()
        supervisor.run()


if __name__ == "__main__":
    main()
