"""A program of the cluster that dies takes along what it started: what is left of it would hold its port for ever."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cycleproject.cluster.programs import Program, free_port, nginx_program
from tests.support import prerequisites

WITHIN = 20.0


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Program]:
    """Return an nginx in front of nothing, as a cluster starts it."""
    prerequisites.need("nginx")
    part = nginx_program(tmp_path, free_port(), [free_port()])
    part.start()
    try:
        assert waited_for(part.ready), part.last_line
        yield part
    finally:
        part.stop()


def waited_for(condition: object) -> bool:
    """Wait until something holds; tell whether it came to hold."""
    assert callable(condition)
    deadline = time.monotonic() + WITHIN
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())


def of_its_group(part: Program) -> list[int]:
    """Return the processes that a part consists of, itself and what it started."""
    assert part.process
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it is gone by now
        if int(fields[2]) == part.process.pid and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def test_nginx_comes_back_after_its_master_was_killed(nginx: Program) -> None:
    assert nginx.process and len(of_its_group(nginx)) == 2, "a master and its worker"
    os.kill(nginx.process.pid, signal.SIGKILL)
    assert waited_for(lambda: not nginx.running)
    nginx.start()
    time.sleep(4)  # it tries for as long to take the port
    assert nginx.running, nginx.last_line
    assert len(of_its_group(nginx)) == 2 and nginx.ready()


def test_nothing_listens_once_it_was_stopped(nginx: Program) -> None:
    assert nginx.process
    os.kill(nginx.process.pid, signal.SIGKILL)
    assert waited_for(lambda: not nginx.running)
    nginx.stop()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("0.0.0.0", nginx.port))
    assert of_its_group(nginx) == []
