"""Two processes serve one couple, a partner on each, on real PostgreSQL and Redis."""

import random
import time
from collections.abc import Callable

import pytest

from tests.support.cast.clients import Line, call
from tests.support.servers.clusters import Cluster
from tests.support.servers.services import RedisServer

pytestmark = pytest.mark.services

SWEEP = 10.0
DEADLINE = 2 * 15.0


def play_round(number: int, ana: Line, ben: Line) -> float:
    """Play one round; return how long after the second mark the last of both reveals came."""
    assert ana.ask("round.open", after=number - 1, moment=1)["type"] == "ack"
    ben.until(lambda session: session["round"] and session["round"]["number"] == number, DEADLINE)
    assert ana.ask("mark.seal", round=number, reaction="anxious", intensity=3)["type"] == "ack"
    sealed_at = time.monotonic()
    assert ben.ask("mark.seal", round=number, reaction="avoidant", intensity=2)["type"] == "ack"
    for line in (ana, ben):
        line.until(lambda session: session["round"]["number"] == number and session["round"]["reveal"], DEADLINE)
    return time.monotonic() - sealed_at


def test_it_reveals_to_both_across_processes(cluster: Cluster) -> None:
    ana, ben = cluster.couple()
    at_ana, at_ben = ana.connect(), ben.connect()
    for number in range(1, 6):
        play_round(number, at_ana, at_ben)


def test_redis_carries_ids_and_no_content(cluster: Cluster) -> None:
    ana, ben = cluster.couple()
    at_ana, at_ben = ana.connect(), ben.connect()
    at_ana.until(lambda session: all(person["here"] for person in session["people"]), SWEEP * 2)
    with cluster.redis.client().monitor() as monitor:
        heard = monitor.listen()
        canary = "canary4f1d2c3b4a59687766554433221100ff"
        at_ana.ask("round.open", after=0, text=canary)
        at_ben.until(lambda session: session["round"])
        at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=5, words=canary, share=["words"])
        at_ben.ask("mark.seal", round=1, reaction="steady", intensity=1, thought=canary)
        at_ana.until(lambda session: session["round"]["reveal"])
        cluster.redis.client().echo("the end")
        said = []
        for event in heard:
            said.append(event["command"])
            if "the end" in event["command"]:
                break
    hints = [line for line in said if "PUBLISH" in line and ana.session in line]
    assert hints, "this test means nothing if no hint was seen"
    for line in said:
        assert canary not in line
        assert "anxious" not in line
        assert "steady" not in line


def test_an_idle_socket_stays_open_and_gets_the_reveal(cluster: Cluster) -> None:
    ana, ben = cluster.couple()
    at_ana, at_ben = ana.connect(), ben.connect()
    at_ben.ask("round.open", after=0, moment=2)
    at_ana.until(lambda session: session["round"])
    at_ana.ask("mark.seal", round=1, reaction="both", intensity=3)
    at_ana.until(lambda session: session["round"]["sealed"])
    deadline = time.monotonic() + 32
    while time.monotonic() < deadline:
        at_ana.silence(1)
    at_ben.ask("mark.seal", round=1, reaction="both", intensity=3)
    assert at_ana.until(lambda session: session["round"]["reveal"])["round"]["reveal"]["pattern"]["code"] == "unsettled"


@pytest.mark.parametrize("fault", ["kill", "hang"])
def test_marks_are_accepted_and_revealed_within_a_sweep_without_redis(cluster: Cluster, fault: str) -> None:
    ana, ben = cluster.couple()
    at_ana, at_ben = ana.connect(), ben.connect()
    play_round(1, at_ana, at_ben)
    cluster.redis.hang() if fault == "hang" else cluster.redis.kill()
    try:
        took = play_round(2, at_ana, at_ben)
        assert took < 2 * SWEEP
        answer = call(cluster.one, "POST", "start/", {"first_name": "Cleo"})
        assert answer.status == 201, "limits must not lock everybody out"
    finally:
        cluster.redis.go_on() if fault == "hang" else cluster.redis.start()
    play_round(3, at_ana, at_ben)


def test_two_hundred_rounds_survive_whatever_happens_to_redis(cluster: Cluster) -> None:
    seed = 20261122
    chance = random.Random(seed)
    ana, ben = cluster.couple()
    at_ana, at_ben = ana.connect(), ben.connect()
    faults: dict[int, Callable[[], None]] = {}
    kinds = [lambda: _restart(cluster.redis), lambda: cluster.redis.client().flushall(), lambda: _freeze(cluster.redis)]
    for number in chance.sample(range(5, 200), 9):
        faults[number] = chance.choice(kinds)
    waits = []
    for number in range(1, 201):
        if number in faults:
            faults[number]()
        waits.append(play_round(number, at_ana, at_ben))
    print(f"seed {seed}: 200 rounds, 9 faults, 0 stuck, slowest reveal {max(waits):.2f} s")
    assert ana.snapshot()["round"]["number"] == 200


def _restart(redis: RedisServer) -> None:
    redis.kill()
    redis.start()


def _freeze(redis: RedisServer) -> None:
    redis.hang()
    time.sleep(1)
    redis.go_on()


def test_what_was_acknowledged_survives_a_crash_of_postgresql(cluster: Cluster) -> None:
    ana, ben = cluster.couple()
    at_ana, at_ben = ana.connect(), ben.connect()
    assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    assert at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=3, op="first")["type"] == "ack"
    at_ben.until(lambda session: session["round"])  # who still stands at the door is sent away with 1012
    cluster.postgresql.crash()
    for line, op in ((at_ana, "first"), (at_ben, "second")):
        deadline = time.monotonic() + DEADLINE
        while line.ask("mark.seal", round=1, reaction="steady", intensity=1, op=op)["type"] != "ack":
            assert time.monotonic() < deadline
    for line in (at_ana, at_ben):
        marks = line.until(lambda session: session["round"]["reveal"], DEADLINE)["round"]["reveal"]["marks"]
        assert [marks[seat]["reaction"] for seat in "ab"] == ["anxious", "steady"], "the first was kept, not sent anew"
