"""What one process knows is not all there is: who is here, and how many sockets somebody has, is asked of all."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from pytest_django import Settings

from cycleproject.serving import redis_circuit
from cycleproject.serving.redis_circuit import ASKED_EVERY, PATIENCE
from sessions.live.sockets import ALIVE_SECONDS, RENEWED_EVERY, Socket, Sockets
from tests.support.cast.clients import Line, Person, couple
from tests.support.servers.clusters import Cluster, running_cluster
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.services

TOLD_WITHIN = 2.0
SWEEP_EVERY = 3.0
LEFT_AFTER = 4.0
HERE_FOR = 30.0
SOCKETS = 8
SHORTER = {
    "DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings",
    "ROOMS_SWEEP_EVERY": str(SWEEP_EVERY),
    "ROOMS_LEFT_AFTER": str(LEFT_AFTER),
    "HERE_FOR": str(HERE_FOR),
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Return two processes that sweep often, and forget soon who has gone."""
    with running_cluster(**SHORTER) as everything:
        yield everything


def at(server: Server, person: Person) -> Person:
    """Return the same person at one of the processes."""
    return Person(server, person.name, person.token, person.session)


@pytest.fixture
def two(cluster: Cluster) -> Iterator[tuple[Person, Person]]:
    """Return Ana, who opens sockets at both processes, and Ben at the other one."""
    ana, ben = couple(cluster.one)
    ben.server = cluster.other
    yield ana, ben
    for line in (*ana.lines, *ben.lines):
        line.close()


@contextmanager
def without_redis(cluster: Cluster) -> Iterator[None]:
    """Let Redis be away."""
    cluster.redis.kill()
    try:
        yield
    finally:
        cluster.redis.start()
        time.sleep(3)  # until it is asked again


def here(session: dict[str, object]) -> list[bool]:
    """Return who is here, seat a first."""
    people = session["people"]
    assert isinstance(people, list)
    return [person["here"] for person in people]


def until_here(line: Line, wanted: list[bool], patience: float = 30.0) -> float:
    """Return how long it takes until a socket shows who is here."""
    asked_at = time.monotonic()
    line.until(lambda session: here(session) == wanted, patience)
    return time.monotonic() - asked_at


def stays(line: Line, person: Person, wanted: list[bool], seconds: float) -> None:
    """Fail if a socket, or whoever asks, is ever told otherwise for so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert here(person.snapshot()) == wanted
        try:
            frame = line.receive(0.3)
        except TimeoutError:
            continue
        assert frame["type"] != "snapshot" or here(frame["session"]) == wanted


# Coming and going is told everywhere.


def test_an_arrival_at_the_other_process_is_told_at_once(two: tuple[Person, Person]) -> None:
    ana, ben = two
    at_ben = ben.connect()
    at_ben.until(lambda session: here(session) == [False, True])
    ana.connect()
    assert until_here(at_ben, [True, True]) < TOLD_WITHIN


def test_going_is_told_everywhere_at_the_same_time(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, ben = two
    at_ben, beside_ana = ben.connect(), at(cluster.one, ben).connect()
    at_ana = ana.connect()
    for line in (at_ben, beside_ana):
        until_here(line, [True, True])
    at_ana.close()
    closed_at = time.monotonic()
    for line in (beside_ana, at_ben):
        until_here(line, [False, True])
        took = time.monotonic() - closed_at
        assert LEFT_AFTER - 0.5 < took < LEFT_AFTER + TOLD_WITHIN, took
    beside_ana.close()


def test_a_second_tab_that_closes_at_the_other_process_makes_nobody_away(
    cluster: Cluster, two: tuple[Person, Person]
) -> None:
    ana, ben = two
    at_ben = ben.connect()
    ana.connect()
    second_tab = at(cluster.other, ana).connect()
    until_here(at_ben, [True, True])
    second_tab.close()
    stays(at_ben, ben, [True, True], LEFT_AFTER + 2 * SWEEP_EVERY)


def test_the_last_of_two_tabs_counts_whichever_process_it_was_at(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, ben = two
    at_ben, first_tab = ben.connect(), ana.connect()
    second_tab = at(cluster.other, ana).connect()
    until_here(at_ben, [True, True])
    second_tab.close()
    time.sleep(1)
    first_tab.close()
    assert until_here(at_ben, [False, True]) < LEFT_AFTER + TOLD_WITHIN


def test_a_reload_that_comes_to_the_other_process_is_not_seen(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, ben = two
    at_ben, before = ben.connect(), ana.connect()
    until_here(at_ben, [True, True])
    before.close()
    at(cluster.other, ana).connect().receive()
    stays(at_ben, ben, [True, True], LEFT_AFTER + SWEEP_EVERY)


# Without Redis the sweep tells it, and nothing false is said meanwhile.


def test_without_redis_a_sweep_tells_who_has_come_and_gone(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, ben = two
    at_ben = ben.connect()
    at_ben.until(lambda session: here(session) == [False, True])
    with without_redis(cluster):
        at_ana = ana.connect()
        assert until_here(at_ben, [True, True]) < SWEEP_EVERY + 1
        at_ana.close()
        assert until_here(at_ben, [False, True]) < LEFT_AFTER + SWEEP_EVERY + 1


def test_without_redis_too_a_second_tab_makes_nobody_away(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, ben = two
    at_ben = ben.connect()
    with without_redis(cluster):
        ana.connect()
        second_tab = at(cluster.other, ana).connect()
        until_here(at_ben, [True, True])
        second_tab.close()
        stays(at_ben, ben, [True, True], LEFT_AFTER + 2 * SWEEP_EVERY)


# Sockets are counted over all processes.


def too_many(line: Line) -> bool:
    """Tell whether a socket was closed for being one too many."""
    try:
        frame = line.receive()
    except Exception:
        return line.closed() == 4429
    return frame["type"] != "snapshot"


def until_too_many(person: Person) -> None:
    """Wait until one more socket is refused: a process that Redis kept waiting catches up at its next renewal."""
    deadline = time.monotonic() + 2 * RENEWED_EVERY
    while not too_many(again := person.connect()):
        assert time.monotonic() < deadline, "let in for ever"
        again.close()
        time.sleep(1)


def test_a_person_has_eight_sockets_wherever_they_are(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, ben = two
    elsewhere = at(cluster.other, ana)
    lines = [(ana if number % 2 else elsewhere).connect() for number in range(SOCKETS)]
    assert [line.receive()["type"] for line in lines] == ["snapshot"] * SOCKETS
    until_too_many(ana)
    until_too_many(elsewhere)
    assert ben.connect().receive()["type"] == "snapshot", "nobody else's count"
    lines[0].close()
    deadline = time.monotonic() + TOLD_WITHIN
    while too_many(again := ana.connect()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    again.close()
    for line in lines:
        line.close()


def until_let_in(person: Person, seconds: float) -> None:
    """Wait until a socket is let in."""
    deadline = time.monotonic() + seconds
    while too_many(person.connect()):
        assert time.monotonic() < deadline, "kept out"
        time.sleep(0.5)


def test_who_comes_back_after_a_crash_is_let_in(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, _ = two
    lines = [at(cluster.other, ana).connect() for _ in range(SOCKETS)]
    assert [line.receive()["type"] for line in lines] == ["snapshot"] * SOCKETS
    until_too_many(ana)
    cluster.other.kill()
    until_let_in(ana, 2 * ALIVE_SECONDS)
    cluster.other.start()


def test_what_was_closed_while_redis_hung_is_not_counted_on(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, ben = two
    lines = [at(cluster.other, ana).connect() for _ in range(SOCKETS)]
    assert [line.receive()["type"] for line in lines] == ["snapshot"] * SOCKETS
    until_too_many(ana)
    cluster.redis.hang()
    try:
        # Whoever asks first waits; from then on nothing is said to Redis until it answers.
        assert ben.connect().receive()["type"] == "snapshot"
        for line in lines:
            line.close()
        time.sleep(2 * PATIENCE)
    finally:
        cluster.redis.go_on()
    until_let_in(ana, 2 * (ASKED_EVERY + SWEEP_EVERY))


def test_without_redis_each_process_counts_its_own(cluster: Cluster, two: tuple[Person, Person]) -> None:
    ana, _ = two
    with without_redis(cluster):
        lines = [ana.connect() for _ in range(SOCKETS)]
        assert [line.receive()["type"] for line in lines] == ["snapshot"] * SOCKETS
        assert too_many(ana.connect()), "somebody counts, even so"
    for line in lines:
        line.close()


def test_who_hangs_up_before_being_let_in_takes_no_place(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(redis_circuit, "is_away", lambda: True)
    ana = uuid4()

    async def hang_up_eight_times_and_stay() -> Socket | None:
        counted = Sockets()
        for _ in range(SOCKETS):
            entering = asyncio.create_task(counted.open(ana))
            await asyncio.sleep(0)
            assert not entering.done(), "it asks Redis first"
            entering.cancel()
            await asyncio.wait([entering])
        return await counted.open(ana)

    assert asyncio.run(hang_up_eight_times_and_stay()) is not None
