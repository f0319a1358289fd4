"""What a machine lacks is said in one line when Cycle starts, and never with a traceback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cycleproject.serving import within_reach
from tests.support.checkout import copy_checkout
from tests.support.servers.cycle import ROOT, Server

PREPARE = ["-m", "cycleproject.prepare"]
# root may write everywhere: without this right it may do what its permissions say, as everybody else.
LIKE_EVERYBODY = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.geteuid() == 0 else []


def run(arguments: list[str], cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python as somebody who may write where permissions say so."""
    command = [*LIKE_EVERYBODY, sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a checkout in which nothing can be written."""
    clone = copy_checkout(tmp_path_factory.mktemp("read-only") / "clone")
    clone.chmod(0o555)
    yield clone
    clone.chmod(0o755)


def test_a_postgresql_that_is_away(database: Server) -> None:
    done = run(PREPARE, **{**database.environment, "DATABASE_URL": "postgres://cycle:canary@127.0.0.1:9/cycle"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Cycle cannot start: the database that DATABASE_URL names does not open: ")
    assert done.stderr.count("\n") == 1 and "canary" not in done.stderr


def test_a_database_file_that_cannot_be_written(database: Server, read_only: Path) -> None:
    done = run(PREPARE, **{**database.environment, "DATABASE_URL": f"sqlite:///{read_only}/cycle.sqlite3"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("does not open: unable to open database file\n")
    assert done.stderr.count("\n") == 1


def test_a_checkout_that_cannot_be_written(database: Server, read_only: Path) -> None:
    first = run(["-m", "cycleproject.serving.first_env"], cwd=read_only)
    assert (first.returncode, first.stdout) == (2, "")
    assert first.stderr.startswith(f"Cycle cannot start: {read_only}/.env cannot be written: Permission denied.")
    assert first.stderr.count("\n") == 1
    served = {**database.environment, "STATIC_FROM_SOURCE": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    then = run(PREPARE, cwd=read_only, **served)
    assert (then.returncode, then.stdout) == (2, "")
    assert then.stderr == f"Cycle cannot start: {read_only}/staticfiles cannot be written: Permission denied.\n"


@pytest.mark.needs("make")
def test_a_checkout_that_cannot_be_written_and_was_never_set_up(read_only: Path) -> None:
    command = [*LIKE_EVERYBODY, "make", "run"]
    done = subprocess.run(
        command, cwd=read_only, env={"PATH": os.environ["PATH"], "CI": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stdout == ".venv cannot be set up: nothing may be written in this folder.\n"
    assert [line for line in done.stderr.splitlines() if not line.startswith("make: ")] == []


def test_whoever_presses_control_c_meanwhile_reads_nothing(database: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as says_nothing:
        address = f"postgres://cycle@127.0.0.1:{says_nothing.getsockname()[1]}/cycle"
        process = subprocess.Popen(
            [sys.executable, *PREPARE],
            cwd=ROOT,
            env={**database.environment, "DATABASE_URL": address},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whatever runs in a shell's background ignores Ctrl-C, and what it starts does, too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        says_nothing.settimeout(60)
        line, _ = says_nothing.accept()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)
        line.close()
    assert (process.returncode, *said) == (130, "", "")


def test_a_second_process_on_the_same_file_and_a_redis_that_is_away(server: Server) -> None:
    """Both go on: what nobody passes on is found by looking."""
    for variables, said in (
        ({}, "another process serves this database, and no REDIS_URL is set: "),
        ({"REDIS_URL": "redis://127.0.0.1:9/0"}, "Redis does not answer: ConnectionError"),
    ):
        second = Server(DATABASE_URL=server.environment["DATABASE_URL"], **variables)
        second.migrates = False
        try:
            second.start()
            deadline = time.monotonic() + 20
            while said not in second.log and time.monotonic() < deadline:
                time.sleep(0.05)
            assert second.log.count(said) == 1
            assert second.log.count("WARNING") == 1 and "Traceback" not in second.log
        finally:
            second.close()


def test_a_file_is_held_for_as_long_as_somebody_holds_it(tmp_path: Path) -> None:
    file = str(tmp_path / "cycle.sqlite3")
    assert within_reach.hold(file)
    assert not within_reach.hold(file)
    assert within_reach.hold(str(tmp_path / "another.sqlite3"))
