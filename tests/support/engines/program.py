"""A program that runs while it is used, with a directory of its own, and says on its way up where it can be reached."""

import atexit
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

UP_WITHIN = 60.0


class Program:
    """One running program and everything that it has started."""

    def __init__(self, command: list[str], directory: "tempfile.TemporaryDirectory[str]", **environment: str) -> None:
        self.directory = directory
        self.log_path = Path(directory.name) / "log"
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        # Whoever fails to take it over leaves nothing running behind.
        atexit.register(self.close)

    @property
    def log(self) -> str:
        """Return what it has said so far."""
        return self.log_path.read_text(errors="replace")

    def says(self, pattern: str) -> str:
        """Return what it says in place of the group in a pattern, once it does."""
        deadline = time.monotonic() + UP_WITHIN
        while (found := re.search(pattern, self.log)) is None:
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = self.log
                self.close()
                raise AssertionError(f"{self.process.args!r} did not start:\n{log}")
            time.sleep(0.02)
        return found[1]

    def close(self) -> None:
        """Stop it and what it has started, and remove its directory."""
        atexit.unregister(self.close)
        for how in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
                break
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.directory.cleanup()
