"""A scratch installation: a checkout that somebody has cloned, typed at as an operator does."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.serving.test_make_run import Running
from tests.support.checkout import copy_checkout
from tests.support.servers.cycle import Server, free_port
from tests.support.servers.services import PostgreSQLServer, RedisServer

TYPED_WITHIN = 120


class Place(Server):
    """An address at which somebody else serves."""

    def __init__(self, port: int) -> None:
        self.port = port


class Installation:
    """A clone with its settings in ``.env``, PostgreSQL's programs at hand, and no variables of ours."""

    # The role that the tests' PostgreSQL begins with has the name that the pages give to theirs.
    ROLE = "walker"

    def __init__(self, folder: Path, postgresql: PostgreSQLServer, redis: RedisServer) -> None:
        self.postgresql, self.redis = postgresql, redis
        self.checkout = copy_checkout(folder / "cycle")
        (self.checkout / ".venv").symlink_to(sys.prefix)
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.port = free_port()
        self.variables = {
            "PATH": f"{self.programs}:{postgresql.programs}:{os.environ['PATH']}",
            "HOME": str(folder),
            "PORT": str(self.port),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(postgresql.port),
            "PGUSER": postgresql.USER,
        }
        self.written: dict[str, str] = {
            "--pwprompt cycle": f"--pwprompt {self.ROLE}",
            "--owner=cycle": f"--owner={self.ROLE}",
            "cycle:password@localhost:5432": f"{self.ROLE}:password@127.0.0.1:{postgresql.port}",
            "redis://localhost:6379/0": redis.url,
        }
        self.running: list[Running] = []

    def type(self, command: str, said: str = "", exits: int = 0, **variables: str) -> str:
        """Type a command as a page has it, with names of our own; return what it says."""
        for theirs, ours in self.written.items():
            command = command.replace(theirs, ours)
        command = re.sub(r"^(?:\S*python )?(?=manage\.py )", ".venv/bin/python ", command)
        done = subprocess.run(
            ["sh", "-euc", command],
            cwd=self.checkout,
            env={**self.variables, **variables},
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TYPED_WITHIN,
            start_new_session=True,  # without a terminal: what asks for a password reads what we say
        )
        assert done.returncode == exits, f"exit status {done.returncode}:\n{done.stdout}"
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def write(self, lines: str) -> None:
        """Write settings into ``.env``, in the place of what it says of the same variables."""
        for theirs, ours in self.written.items():
            lines = lines.replace(theirs, ours)
        file = self.checkout / ".env"
        settings = dict(line.split("=", 1) for line in file.read_text().splitlines() if not line.startswith("#"))
        settings |= dict(line.split("=", 1) for line in lines.splitlines())
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    def setting(self, name: str) -> str:
        """Return what ``.env`` says of a variable."""
        [value] = re.findall(rf"^{name}=(.*)$", (self.checkout / ".env").read_text(), re.MULTILINE)
        return str(value)

    def start(self, **variables: str) -> Running:
        """Let `make run` serve, and wait until it is ready."""
        running = Running(self.checkout, self.port, **{**self.variables, **variables})
        self.running.append(running)
        running.wait_until_ready(TYPED_WITHIN)
        return running

    def stop(self) -> None:
        """Stop everything that serves."""
        while self.running:
            self.running.pop().stop()

    def stand_in(self, name: str, script: str) -> None:
        """Put a program in the place of one that would change the machine."""
        file = self.programs / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    @property
    def place(self) -> Place:
        """Return where it is served."""
        return Place(self.port)
