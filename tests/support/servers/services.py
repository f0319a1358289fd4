"""Real PostgreSQL and Redis servers for tests: on free ports, with data of their own, stopped when done with."""

import atexit
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import redis

from tests.support.prerequisites import path_of
from tests.support.servers import databases
from tests.support.servers.cycle import free_port, migrate

STARTED_WITHIN = 30.0
DATABASES = 100


class RedisServer:
    """A Redis that can be killed, hung and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    @property
    def url(self) -> str:
        """Return its address."""
        return self.database(0)

    def database(self, number: int) -> str:
        """Return the address of one of its databases, in which others' keys are not seen."""
        return f"redis://127.0.0.1:{self.port}/{number}"

    def start(self) -> "RedisServer":
        """Start it, and wait until it answers."""
        program = path_of("redis-server")
        assert program, "redis-server is not installed, or this test does not say that it needs it"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        options += ["--databases", str(DATABASES)]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + STARTED_WITHIN
        while True:
            try:
                self.client().ping()
                return self
            except redis.RedisError:
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.05)

    def client(self) -> "redis.Redis[bytes]":
        """Return a client of it."""
        return redis.Redis.from_url(self.url, socket_timeout=2)

    def kill(self) -> None:
        """Stop it as a power cut would."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def hang(self) -> None:
        """Let it accept connections and answer nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop it for good."""
        atexit.unregister(self.close)
        if self.process and self.process.poll() is None:
            self.go_on()
            self.kill()


class PostgreSQLServer:
    """A PostgreSQL with a cluster of its own, in which one migrated database waits to be copied.

    What is committed outlives the server but not the machine, unless it is to be durable: no test pulls that plug.
    """

    USER = "cycle"

    def __init__(self, durable: bool = False) -> None:
        self.durable = durable
        self.port = free_port()
        self.directory = tempfile.TemporaryDirectory(prefix="cycle-postgresql-")
        self.programs = path_of("postgresql") or ""
        atexit.register(self.close)

    @property
    def data(self) -> Path:
        """Return the directory of its cluster."""
        return Path(self.directory.name) / "data"

    def url(self, database: str) -> str:
        """Return the address of a database in it."""
        return f"postgres://{self.USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> "PostgreSQLServer":
        """Copy a cluster and start it."""
        assert self.programs, "PostgreSQL is not installed, or this test does not say that it needs it"
        pattern = databases.made_once("postgresql", self._make_pattern)
        self._hand_over()
        self._run("cp", "-a", str(pattern / "data"), str(self.data))
        self._start()
        return self

    def _make_pattern(self, directory: Path) -> None:
        """Make a cluster with a migrated database, for all others to be copied from."""
        pattern = PostgreSQLServer()
        pattern._hand_over()
        locale = ("-E", "UTF8", "--locale=C")
        pattern._run_own("initdb", "-D", str(pattern.data), "-U", self.USER, "-A", "trust", "--no-sync", *locale)
        pattern._start()
        migrate(pattern.create(databases.MIGRATED))
        pattern.stop("fast")
        pattern.data.rename(directory / "data")
        pattern.close()

    def _hand_over(self) -> None:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            subprocess.run(["chown", "postgres", self.directory.name], check=True)

    def _start(self) -> None:
        # The log of what was written is kept whole, so that a test can look for what must never be in it.
        chosen = ["listen_addresses=127.0.0.1", "max_connections=200", "wal_keep_size=2GB"]
        chosen += [] if self.durable else ["fsync=off"]
        options = " ".join([f"-p {self.port} -k {self.directory.name}", *(f"-c {choice}" for choice in chosen)])
        self._run_own("pg_ctl", "-D", str(self.data), "-o", options, "-l", f"{self.directory.name}/log", "-w", "start")

    def create(self, database: str, like: str = "template1") -> str:
        """Create a database, empty or like another that nobody is connected to, and return its address."""
        self._ask(f'CREATE DATABASE "{database}" TEMPLATE "{like}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._ask(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _ask(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def close(self) -> None:
        """Stop it and forget its data."""
        atexit.unregister(self.close)
        if (self.data / "postmaster.pid").exists():
            self.stop()
        self.directory.cleanup()

    def crash(self) -> None:
        """Stop it as a crash would, and start it again; it recovers from its log."""
        self.stop()
        self.start_again()

    def stop(self, mode: str = "immediate") -> None:
        """Stop it, as a crash would unless told."""
        self._run_own("pg_ctl", "-D", str(self.data), "-m", mode, "stop")

    def start_again(self) -> None:
        """Start it on the data that it had."""
        self._start()

    def _run_own(self, program: str, *arguments: str) -> None:
        self._run(f"{self.programs}/{program}", *arguments)

    def _run(self, *command: str) -> None:
        if os.geteuid() == 0:
            command = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", *command)
        done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
