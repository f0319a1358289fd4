"""`make run-cluster` turns a bare clone into several processes, and a couple does not notice when they are replaced."""

import os
import re
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from cycleproject.cluster import supervisor
from cycleproject.serving.first_env import private_addresses, url_host
from tests.serving.test_make_run import Running
from tests.support.cast.clients import Frame, Line, Person, couple
from tests.support.checkout import copy_checkout
from tests.support.servers.cycle import Server, free_port

pytestmark = [pytest.mark.services, pytest.mark.needs("nginx", "make", "installed environment")]

RECOVERED_WITHIN = 45.0


class Place(Server):
    """An address of the cluster: nginx, or one worker behind it."""

    def __init__(self, port: int) -> None:
        self.port = port


class Cluster(Running):
    """One `make run-cluster`."""

    def __init__(self, clone: Path, port: int) -> None:
        super().__init__(clone, port, "run-cluster", FRAME_RATE="1000")

    @property
    def front(self) -> Place:
        """Return where people come."""
        return Place(self.port)

    @property
    def workers(self) -> list[Place]:
        """Return the workers behind it."""
        configuration = (self.clone / "cluster" / "nginx.conf").read_text()
        return [Place(int(port)) for port in re.findall(r"server 127\.0\.0\.1:(\d+)", configuration)]

    @property
    def pid(self) -> int:
        """Return the process that looks after the others."""
        [pid] = re.findall(r"kill -HUP (\d+)", self.printed())
        return int(pid)

    def part(self, program: str) -> int:
        """Return one of its parts."""
        deadline = time.monotonic() + RECOVERED_WITHIN
        while time.monotonic() < deadline:  # a part that died in an earlier test may still be on its way back
            for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
                with suppress(FileNotFoundError):
                    if program in Path(f"/proc/{pid}/cmdline").read_text():
                        return int(pid)
            time.sleep(0.1)
        raise AssertionError(f"{program} is not running")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a bare clone whose dependencies are installed already."""
    clone = copy_checkout(tmp_path_factory.mktemp("cluster") / "a clone")
    (clone / ".venv").symlink_to(sys.prefix)
    cluster = Cluster(clone, free_port())
    try:
        cluster.wait_until_ready(90)
        cluster.wait_until_printed("Ctrl-C stops it")
        yield cluster
    finally:
        cluster.stop()


class Steadfast:
    """A partner whose client comes back and sends again what was not answered, as ours does."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.line: Line | None = None
        self.codes: list[int | None] = []

    def ask(self, type: str, **fields: Any) -> Frame:
        """Send one command until it is answered."""
        op = uuid.uuid4().hex
        return self._again_and_again(lambda line: line.ask(type, op=op, **fields))

    def until(self, wanted: Callable[[Any], bool]) -> Frame:
        """Return the first snapshot that is as wanted."""
        return self._again_and_again(lambda line: line.until(wanted))

    def _again_and_again(self, attempt: Callable[[Line], Frame]) -> Frame:
        deadline = time.monotonic() + RECOVERED_WITHIN
        while True:
            assert time.monotonic() < deadline
            try:
                if self.line is None:
                    self.line = self.person.connect()
                return attempt(self.line)
            except ConnectionClosed as closed:
                self.codes.append(closed.rcvd.code if closed.rcvd else 1006)
                self.line = None
            except (OSError, InvalidHandshake):  # nobody listens there, or what does is about to stop
                time.sleep(0.1)


class Evening(threading.Thread):
    """A couple who play one round after the other until told that it is enough."""

    def __init__(self, ana: Person, ben: Person) -> None:
        super().__init__(daemon=True)
        self.ana, self.ben = Steadfast(ana), Steadfast(ben)
        self.revealed = 0
        self.enough = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Play."""
        try:
            while not self.enough.is_set():
                self._round(self.revealed + 1)
                self.revealed += 1
        except BaseException as failure:
            self.failure = failure

    def _round(self, number: int) -> None:
        assert self.ana.ask("round.open", after=number - 1, moment=1)["type"] == "ack"
        self.ben.until(lambda session: session["round"] and session["round"]["number"] == number)
        for partner in (self.ana, self.ben):
            answer = partner.ask("mark.seal", round=number, reaction="anxious", intensity=3)
            assert answer["type"] == "ack", answer
        for partner in (self.ana, self.ben):
            partner.until(lambda session: session["round"]["number"] == number and session["round"]["reveal"])

    def end(self) -> None:
        """Let them finish their round."""
        self.enough.set()
        self.join(RECOVERED_WITHIN)
        assert not self.is_alive()
        if self.failure:
            raise self.failure

    def plays_on(self, rounds: int) -> None:
        """Wait until they have played some more rounds."""
        wanted, deadline = self.revealed + rounds, time.monotonic() + RECOVERED_WITHIN
        while self.revealed < wanted and self.is_alive():
            assert time.monotonic() < deadline
            time.sleep(0.05)


class Visitor(threading.Thread):
    """Somebody who asks for a page all the time."""

    def __init__(self, place: Place) -> None:
        super().__init__(daemon=True)
        self.place = place
        self.answers: list[int] = []
        self.enough = threading.Event()

    def run(self) -> None:
        """Ask."""
        while not self.enough.wait(0.05):
            try:
                with urlopen(f"{self.place.url}/safety/", timeout=20) as response:
                    self.answers.append(response.status)
            except HTTPError as refused:
                self.answers.append(refused.code)
                refused.close()


def test_it_answers_on_every_address_it_prints(cluster: Cluster) -> None:
    hosts = ["localhost", "127.0.0.1", *(url_host(address) for address in private_addresses())]
    for host in hosts:
        assert f"  http://{host}:{cluster.port}/\n" in cluster.printed()
        assert cluster.status("/", host) == 200
    assert [worker.answers() for worker in cluster.workers] == [True, True]


def test_a_couple_goes_on_while_the_workers_are_replaced(cluster: Cluster) -> None:
    one, other = cluster.workers
    ana, ben = couple(cluster.front)
    ana.server, ben.server = one, other
    apart, through_the_front = Evening(ana, ben), Evening(*couple(cluster.front, "Cleo", "Dan"))
    visitor = Visitor(cluster.front)
    for thread in (apart, through_the_front, visitor):
        thread.start()
    apart.plays_on(2)
    through_the_front.plays_on(2)
    os.kill(cluster.pid, signal.SIGHUP)
    cluster.wait_until_printed("All workers are replaced.")
    for evening in (apart, through_the_front):
        evening.plays_on(2)
        evening.end()
        # Whatever was acknowledged is there, once: a lost or doubled mark would have left a round open or refused one.
        for steadfast in (evening.ana, evening.ben):
            shown = steadfast.person.snapshot()["round"]
            assert (shown["number"], shown["state"]) == (evening.revealed, "revealed")
            assert set(steadfast.codes) == {1012}, "everybody was told that it is a restart"
    visitor.enough.set()
    visitor.join()
    assert set(visitor.answers) == {200}


@pytest.mark.parametrize("program", ["cycleproject.serve", "redis-server", "postgres", "nginx"])
def test_a_killed_program_is_started_again(cluster: Cluster, program: str) -> None:
    before = cluster.part(program)
    said = cluster.printed().count("starting it again")
    os.kill(before, signal.SIGKILL)
    cluster.wait_until_printed("starting it again", said + 1)
    assert cluster.part(program) != before
    cluster.wait_until_ready(RECOVERED_WITHIN)
    # The site is ready when one of the two is.
    deadline = time.monotonic() + RECOVERED_WITHIN
    while not all(worker.answers() for worker in cluster.workers):
        assert time.monotonic() < deadline, "it was started, and does not serve"
        time.sleep(0.05)


def test_it_says_in_one_line_that_it_runs_already(cluster: Cluster) -> None:
    second = Running(cluster.clone, cluster.port, "run-cluster")
    assert second.process.wait(timeout=60) != 0
    assert "The cluster of this checkout is running already.\n" in second.printed()


def test_it_names_the_packages_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PACKAGES", {"nginx": lambda: None, "redis-server": lambda: "there"})
    monkeypatch.setattr(supervisor, "root_prefix", lambda: None)
    with pytest.raises(SystemExit) as stopped:
        supervisor.install_missing_packages()
    assert stopped.value.code == "make run-cluster needs these Debian packages: apt-get install nginx"


def test_it_stops_everything_that_it_started(cluster: Cluster) -> None:
    parts = [cluster.part(program) for program in ("cycleproject.serve", "redis-server", "postgres", "nginx")]
    cluster.stop()
    assert [pid for pid in parts if Path(f"/proc/{pid}").exists()] == []
    log = (cluster.clone / "cluster" / "postgresql.log").read_text()
    assert log.splitlines()[-1].endswith("database system is shut down")
    # Whatever is tested next finds it running.
    cluster.start()
    cluster.wait_until_ready(RECOVERED_WITHIN)
    cluster.wait_until_printed("Ctrl-C stops it")
