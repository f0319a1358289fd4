"""A process that is told to stop lets its people go elsewhere, and loses nothing that it has taken."""

import json
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from websockets.exceptions import InvalidStatus

from tests.support.cast.clients import couple
from tests.support.servers.cycle import Server


@pytest.fixture
def stopping_server() -> Iterator[Server]:
    """Return a running Cycle that takes its time to stop."""
    running = Server(FRAME_RATE="1000", DRAIN_SECONDS="10").start()
    yield running
    running.close()


def tell_to_stop(server: Server) -> None:
    """Do what a deploy does first."""
    assert server.process
    server.process.send_signal(signal.SIGTERM)


def ready(server: Server) -> tuple[int, str]:
    """Return what a load balancer hears."""
    try:
        with urllib.request.urlopen(f"{server.url}/readyz", timeout=5) as response:
            return response.status, json.load(response)["status"]
    except HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)["status"]


def test_draining_answers_503_and_closes_sockets_with_1012(stopping_server: Server) -> None:
    ana, ben = couple(stopping_server)
    lines = [ana.connect(), ben.connect()]
    assert ready(stopping_server) == (200, "ok")
    tell_to_stop(stopping_server)
    assert [line.closed() for line in lines] == [1012, 1012]
    assert ready(stopping_server) == (503, "draining")
    with pytest.raises(InvalidStatus) as refused:
        ana.connect()
    assert refused.value.response.status_code == 503
    # Requests that come all the same are answered to the end.
    assert ana.snapshot()["state"] == "live"
    assert ben.command("round.open", after=0, moment=1).status == 200
    assert stopping_server.process
    assert stopping_server.process.wait(timeout=60) == -signal.SIGTERM
    # Nothing has gone wrong: what says ERROR wakes somebody up.
    assert "Traceback" not in stopping_server.log
    assert "ERROR" not in stopping_server.log


def test_a_socket_that_joins_while_draining_is_closed(stopping_server: Server) -> None:
    ana, ben = couple(stopping_server)
    line = ana.connect()
    line.until(lambda session: "round.open" in session["can"])
    writer = sqlite3.connect(stopping_server.database_path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    line.send("round.open", after=0, moment=1)
    at_ben = ben.connect()
    assert at_ben.silence(), "this test means nothing if he is in the room"
    tell_to_stop(stopping_server)
    while ready(stopping_server)[0] == 200:
        time.sleep(0.05)
    writer.execute("ROLLBACK")
    writer.close()
    assert [one.closed() for one in (line, at_ben)] == [1012, 1012]
    assert ready(stopping_server) == (503, "draining"), "not only when it ends"


def test_a_command_received_before_draining_is_answered(stopping_server: Server) -> None:
    ana, ben = couple(stopping_server)
    line = ana.connect()
    line.until(lambda session: "round.open" in session["can"])
    writer = sqlite3.connect(stopping_server.database_path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    op = line.send("round.open", after=0, moment=1)
    assert line.silence(), "this test means nothing if the command does not wait"
    tell_to_stop(stopping_server)
    while ready(stopping_server)[0] == 200:
        time.sleep(0.05)
    writer.execute("ROLLBACK")
    writer.close()
    assert line.closed() == 1012
    answers = [json.loads(text) for text in line.received]
    assert {"type": "ack", "op": op} in answers
    assert ben.snapshot()["round"]["number"] == 1
