"""Real servers for tests: each on a free port, with a database of its own, killable and startable again."""

import atexit
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.support.quick_disk import quick_directory
from tests.support.servers import databases

ROOT = Path(__file__).resolve().parent.parent.parent.parent
STARTED_WITHIN = 120.0
# Below those that systems hand out to outgoing connections, of which tests that run side by side make thousands.
SERVED_PORTS = range(11_000, 32_000)
_chance = random.SystemRandom()


def free_port() -> int:
    """Return a port that nobody listens on now, and that no connection of another test is given meanwhile."""
    while True:
        port = _chance.choice(SERVED_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """Cycle as `make run` serves it, in a process of its own."""

    # Whether the first start migrates the database; not where somebody else has.
    migrates = True
    # Whose code is served, and by which Python: this checkout's, unless told.
    checkout = ROOT
    python = sys.executable

    def __init__(self, **environment: str) -> None:
        self.directory = tempfile.TemporaryDirectory(prefix="cycle-server-", dir=quick_directory())
        self.port = int(environment.get("PORT", 0)) or free_port()
        self.log_path = Path(self.directory.name) / "server.log"
        self.environment = {
            **os.environ,
            "ENV_FILE": "",
            "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM",
            "FIELD_KEYS": "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE=",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "TRUSTED_ORIGINS": "",
            "DEBUG": "0",
            "STATIC_FROM_SOURCE": "1",
            "EMAIL_URL": "consolemail://",
            "DJANGO_SETTINGS_MODULE": "cycleproject.settings",
            "DATABASE_URL": f"sqlite:///{self.directory.name}/cycle.sqlite3",
            "REDIS_URL": "",
            "JOIN_RATE": "100000",
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        # Whoever fails before closing it leaves nothing running behind, and no directory for another test to warn of.
        atexit.register(self.close)

    @property
    def url(self) -> str:
        """Return where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        """Return where its sockets are."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def database_path(self) -> Path:
        """Return the SQLite file."""
        return Path(self.directory.name) / "cycle.sqlite3"

    @property
    def stored(self) -> bytes:
        """Return every byte of the database on disk."""
        kept = b""
        # The file itself last: what SQLite moves out of its log and removes in between is then found there.
        for ending in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                kept += Path(f"{self.database_path}{ending}").read_bytes()
        return kept

    @property
    def log(self) -> str:
        """Return everything it has written so far."""
        return self.log_path.read_text() if self.log_path.exists() else ""

    def manage(self, *arguments: str) -> str:
        """Run a management command against its database."""
        command = [self.python, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=self.checkout, env=self.environment, capture_output=True, text=True, check=False
        )
        # It goes on serving whatever became of the command: others may be talking to it.
        assert done.returncode == 0, done.stderr
        return done.stdout

    def migrate(self) -> None:
        """Bring its database up to date."""
        if not databases.begin(self.environment["DATABASE_URL"], migrate):
            self.manage("migrate", "-v0")
        self.migrates = False

    def start(self) -> "Server":
        """Migrate, start, and wait until it answers."""
        if self.migrates:
            self.migrate()
        with self.log_path.open("ab") as log:
            command = [self.python, "-m", "cycleproject.serve"]
            self.process = subprocess.Popen(command, cwd=self.checkout, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + STARTED_WITHIN
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = self.log
                self.close()
                raise AssertionError(f"the server did not start:\n{log}")
            time.sleep(0.05)
        return self

    def start_again(self) -> None:
        """Start it whatever has ended it, on what is left of its data."""
        Path(self.directory.name).mkdir(exist_ok=True)
        atexit.register(self.close)
        self.migrates = type(self).migrates
        self.start()

    @property
    def runs(self) -> bool:
        """Tell whether its process is there."""
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        """Tell whether it serves."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as response:
                return bool(response.status == 200)
        except (HTTPError, URLError, OSError):
            return False

    def kill(self) -> None:
        """Stop it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it as a deploy would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(15)

    def close(self) -> None:
        """Stop it and forget its data."""
        atexit.unregister(self.close)
        self.kill()
        self.directory.cleanup()


def migrate(address: str) -> None:
    """Migrate a database as whoever runs Cycle does."""
    place = Server(DATABASE_URL=address)
    place.manage("migrate", "-v0")
    place.close()


def race(database: Server, what: str, count: int, program: str = "tests.support.racing") -> Counter[str]:
    """Let two partners race (see ``racing``), on a database that nobody serves; return how often what came of it."""
    command = [sys.executable, "-m", program, what, str(count)]
    done = subprocess.run(
        command, cwd=ROOT, env=database.environment, capture_output=True, text=True, timeout=600 + count, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    result = json.loads(done.stdout)
    print(what, result)
    return Counter(result["seen"])
