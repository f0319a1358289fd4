"""Somebody who can write to Redis: what they say there is shown to nobody, runs nothing, and makes nobody deaf.

They can still refuse people, by counts that are not true; SECURITY.md says so.
"""

import json
import pickle
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from channels_redis.serializers import registry

from tests.support.cast.clients import Line, Person, call
from tests.support.cast.clients import couple as a_couple
from tests.support.servers.clusters import Cluster
from tests.support.servers.stored import rows

pytestmark = pytest.mark.services

WORDS = "what nobody ever said"
# Longer than a process that stopped listening takes to begin again, shorter than a sweep.
TOLD_WITHIN = 5.0


@pytest.fixture
def two(cluster: Cluster) -> Iterator[tuple[Person, Person]]:
    """Return Ana on one process and Ben on the other."""
    ana, ben = cluster.couple()
    yield ana, ben
    for line in (*ana.lines, *ben.lines):
        line.close()


@pytest.fixture
def liar(cluster: Cluster) -> Iterator["redis.Redis[bytes]"]:
    """Return whoever can write to Redis."""
    with cluster.redis.client() as client:
        yield client


def packed(message: Any) -> bytes:
    """Return a message as processes write them."""
    written: bytes = registry.get_serializer("msgpack").serialize(message)
    return written


def forged(ana: Person, ben: Person, seats: list[int]) -> list[bytes]:
    """Return what nobody of ours ever said."""
    session = ana.session
    reveal = {"pattern": {"code": "pursue_withdraw"}, "marks": {"a": {"words": WORDS}, "b": {"words": WORDS}}}
    snapshot = {"type": "snapshot", "session": {"id": session, "state": "ended", "round": {"reveal": reveal}}}
    unreadable = [b"", b"\xc1", b"\x93", packed({"type": "hint"})[:-2], b"\xff" * 5000, b"\x91" * 5000]
    no_hints: list[Any] = [
        None,
        7,
        "hint",
        [session],
        {},
        snapshot,
        {"type": "hint", "session": 7},
        {"type": "hint", "session": "../../"},
        {"type": "hint", "session": [session]},
        {"type": "hint", "people": 7},
        {"type": "hint", "people": [None, {}]},
        {"type": "hint", "people": "everybody"},
        {"type": "hint", "session": session, "closed": {"seat": 1}},
        {"type": "hint", "session": session, "closed": "1"},
        {"type": "hint", "closed": seats[0]},
    ]
    of_ours = [
        {"type": "hint", "from": uuid4().hex, "session": session, "state": snapshot, "reveal": reveal, "words": WORDS},
        {"type": "hint", "from": uuid4().hex, "session": session, "version": 10**9, "ended": True},
        {"type": "hint", "from": uuid4().hex, "session": str(uuid4())},
        {"type": "hint", "from": uuid4().hex, "people": [str(uuid4()) for _ in range(50)]},
        *({"type": "hint", "from": uuid4().hex, "session": session, "closed": seat} for seat in (*seats, -1, 10**30)),
    ]
    return [*unreadable, *(packed(message) for message in (*no_hints, *of_ours) if _can_be_packed(message))]


def _can_be_packed(message: Any) -> bool:
    try:
        packed(message)
    except OverflowError:
        return False
    return True


def everywhere(liar: "redis.Redis[bytes]", session: str) -> list[bytes]:
    """Return the channels on which anybody listens, the room's and everybody's among them."""
    channels = liar.pubsub_channels("cycle*")
    for of_group in (f"session.{session}", "people"):
        assert f"cycle__group__{of_group}".encode() in channels
    assert len(channels) >= 4, "each process has its own"
    return channels


def shown(line: Line) -> list[Any]:
    """Return what a socket was shown since it was last asked, each once."""
    line.ask("sync")
    line.receive()
    frames = [json.loads(text) for text in line.received]
    line.received.clear()
    found: list[Any] = []
    for frame in frames:
        if frame["type"] == "snapshot" and frame["session"] not in found:
            found.append(frame["session"])
    return found


def test_foreign_messages_show_nothing_that_is_not_in_the_database(
    cluster: Cluster, two: tuple[Person, Person], liar: "redis.Redis[bytes]"
) -> None:
    ana, ben = two
    heard: list[bytes] = []
    with liar.pubsub() as listening:
        listening.psubscribe("cycle__group__*")
        at_ana, at_ben = ana.connect(), ben.connect()
        for line in (at_ana, at_ben):
            line.until(lambda session: all(person["here"] for person in session["people"]))
        assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
        at_ben.until(lambda session: session["round"])
        assert at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=4)["type"] == "ack"
        while message := listening.get_message(timeout=1):
            heard += [message["data"]] if message["type"] == "pmessage" else []
    assert heard, "there is something to say again"
    before = {line: shown(line)[-1] for line in (at_ana, at_ben)}
    seats = [number for (number,) in rows(cluster.one, "SELECT id FROM live_sessions_seat ORDER BY id")]
    for lie in (*forged(ana, ben, seats), *heard, *heard):
        for channel in everywhere(liar, ana.session):
            liar.publish(channel, lie)
    time.sleep(1.5)  # until a room that was told to has been read again

    for line, person in ((at_ana, ana), (at_ben, ben)):
        assert shown(line) == [before[line]] == [person.snapshot()], "open as before, and shown what a reload says"
    assert WORDS not in cluster.one.log + cluster.other.log
    for server in (cluster.one, cluster.other):
        assert "Traceback" not in server.log and "not listening" not in server.log
    assert at_ben.ask("mark.seal", round=1, reaction="steady", intensity=2)["type"] == "ack"
    for line, person in ((at_ana, ana), (at_ben, ben)):
        line.until(lambda session: session["round"]["reveal"], TOLD_WITHIN)
        assert shown(line)[-1] == person.snapshot()


def test_nobody_is_made_deaf_by_what_cannot_be_read(
    cluster: Cluster, two: tuple[Person, Person], liar: "redis.Redis[bytes]"
) -> None:
    ana, ben = two
    at_ana, at_ben = ana.connect(), ben.connect()
    for line in (at_ana, at_ben):
        line.until(lambda session: all(person["here"] for person in session["people"]))
    channels, enough = everywhere(liar, ana.session), threading.Event()

    def lie() -> None:
        while not enough.wait(0.02):
            for channel in channels:
                liar.publish(channel, b"\xc1")

    lying = threading.Thread(target=lie)
    lying.start()
    try:
        for number in range(1, 6):
            assert at_ana.ask("round.open", after=number - 1, moment=1)["type"] == "ack"
            at_ben.until(lambda session, number=number: (session["round"] or {}).get("number") == number, TOLD_WITHIN)
            assert at_ben.ask("round.set_aside", round=number)["type"] == "ack"
            at_ana.until(lambda session: session["round"]["state"] == "set_aside", TOLD_WITHIN)
    finally:
        enough.set()
        lying.join()
    for server in (cluster.one, cluster.other):
        assert "not listening" not in server.log, "hints that are lost meanwhile wait for a sweep"


class Trap:
    """What runs when somebody unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.write_text, (self.path, "it ran")


def test_what_lies_in_redis_runs_nothing(cluster: Cluster, liar: "redis.Redis[bytes]", tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    lies: list[bytes] = [
        pickle.dumps(Trap(trap)),
        b"\xff",
        b"[" * 100_000,
        b'{"no": "count"}',
        b'["no", "times"]',
        b"1e999",
        b"",
    ]
    pickle.loads(lies[0])
    assert trap.exists(), "premise: it would run"
    trap.unlink()

    def ask() -> list[int]:
        ana, _ = a_couple(cluster.one)
        return [
            call(cluster.one, "GET", f"sessions/{ana.session}/", token=ana.token).status,
            ana.command("round.open", after=0, moment=1).status,
            call(cluster.one, "POST", "join/BBBBBB/", {"first_name": "Otto"}).status,
            call(cluster.one, "POST", "auth/login/", {"email": f"{uuid4().hex}@example.org", "password": "x"}).status,
        ]

    premise = ask()
    assert premise[:3] == [200, 200, 404] and premise[3] in (400, 401)
    for lie in lies:
        kept = [key for key in liar.scan_iter("cycle:*") if liar.type(key) == b"string"]
        assert len(kept) > 3, "limits are counted there"
        for key in kept:
            liar.set(key, lie)
        assert ask() == premise, lie[:20]
        assert any(liar.get(key) != lie for key in kept), "it is Redis that was asked, and counts on"
        assert not trap.exists()
