"""Servers that are measured: each a process, or a worker of several, on a free port."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import machine
from bench.wire import Line

ROOT = Path(__file__).resolve().parent.parent
STARTED_WITHIN_SECONDS = 60.0


class Process:
    """One server process."""

    def __init__(
        self, command: list[str], environment: dict[str, str], port: int, core: int | None, checkout: Path = ROOT
    ) -> None:
        self.port = port
        self._command = command
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  stop() closes it
        # Pinned before it begins: threads that a program starts by itself are pinned with it.
        pin: Callable[[], None] | None = None if core is None else partial(machine.pin, core)
        self._process = subprocess.Popen(
            command,
            cwd=checkout,
            env=environment,
            stdout=self._log,
            stderr=self._log,
            preexec_fn=pin,
        )

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._process.pid

    def wait_until_it_answers(self) -> None:
        """Wait; leave the bench if it does not start."""
        deadline = time.monotonic() + STARTED_WITHIN_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{' '.join(self._command)} does not start:\n{self.log()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self) -> str:
        """Return what it has written."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self) -> None:
        """End it; its database is not needed any more."""
        self._process.kill()
        self._process.wait()
        self._log.close()


@dataclass(frozen=True)
class Running:
    """A server: its processes, and how to talk to it."""

    processes: list[Process]
    line: type[Line]

    @property
    def ports(self) -> list[int]:
        """Return where it listens."""
        return [process.port for process in self.processes]

    @property
    def pids(self) -> list[int]:
        """Return its process ids."""
        return [process.pid for process in self.processes]

    def log(self) -> str:
        """Return what it has written."""
        return "".join(process.log() for process in self.processes)

    def stop(self) -> None:
        """End it."""
        for process in self.processes:
            process.stop()


def run(command: list[str], environment: dict[str, str], checkout: Path = ROOT) -> str:
    """Run a program to its end and return what it says."""
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout
