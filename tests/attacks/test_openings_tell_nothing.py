"""While one of two seals, replaces and takes back in an agreed opening, nothing of it shows: on no socket of the other,
in no line of the log, in no metric. The pages are in tests/joining/test_openings.py, the sizes of files beside this.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.serving.test_metrics import Watched
from tests.support.canaries import full_mark
from tests.support.cast.agreed import agreed_couples
from tests.support.cast.clients import Person
from tests.support.servers.clocks import Clock
from tests.support.twins.evening import BEGINS_AT, QUESTIONS, SETTLED_AFTER, SWEEP_EVERY

Deed = tuple[str, dict[str, Any]]

LITTLE: dict[str, Any] = {"reaction": "steady", "intensity": 1}
MUCH = full_mark("in an agreed opening")
# In four turns each: what Ana does while Ben looks.
DOES: dict[str, list[Deed | None]] = {
    "nothing": [None, None, None, None],
    "seals": [("mark.seal", LITTLE), None, None, None],
    "replaces": [("mark.seal", LITTLE), ("mark.seal", MUCH), ("mark.seal", LITTLE), ("mark.seal", MUCH)],
    "takes back": [("mark.seal", MUCH), ("mark.withdraw", {}), ("mark.withdraw", {}), ("mark.seal", MUCH)],
}
HOUR = datetime.fromtimestamp(BEGINS_AT, UTC) + timedelta(days=3)


@dataclass
class Seen:
    """What there was to see meanwhile."""

    frames: list[str]
    log: str
    metrics: set[str]


def look_meanwhile(server: Watched, two: tuple[Person, Person], deeds: list[Deed | None]) -> Seen:
    """Let Ana do what she does, by socket and by REST in turns, and note all that can be seen elsewhere."""
    ana, ben = two
    hers, his, beside = ana.connect(), ben.connect(), ben.connect()
    for line in (hers, his, beside):
        assert line.receive()["type"] == "snapshot"
    log, metrics = len(server.log), {server.page()}
    for turn, deed in enumerate(deeds):
        if deed:
            type, fields = deed
            if turn % 2:
                assert ana.command(type, round=1, **fields).status == 200
            else:
                assert hers.ask(type, round=1, **fields)["type"] == "ack"
        time.sleep(SETTLED_AFTER)
        metrics.add(server.page())
        for line in (his, beside):
            for number, (type, fields) in enumerate(QUESTIONS):
                line.ask(type, op=f"{turn} {number}", **fields)
            line.ask("sync", op=f"{turn} heartbeat")
            assert line.receive()["type"] == "snapshot"
    assert ana.snapshot()["round"]["sealed"] == (deeds[-1] is not None or deeds[0] is not None)
    frames = [text.replace(ben.session, "<session>") for line in (his, beside) for text in line.received]
    for line in (hers, his, beside):
        line.close()
    return Seen(frames, re.sub(r"(?m)^\S+ \S+ ", "", server.log[log:]).replace(ben.session, "<session>"), metrics)


@pytest.fixture(scope="module")
def seen() -> Iterator[dict[str, Seen]]:
    """Return what there is to see for each of what she may do, of four couples on one server whose clock stands."""
    server = Watched(ROOMS_SWEEP_EVERY=str(SWEEP_EVERY))
    Clock(server, BEGINS_AT)
    server.start()
    try:
        couples = agreed_couples(server, HOUR, len(DOES))
        yield {name: look_meanwhile(server, two, DOES[name]) for name, two in zip(DOES, couples, strict=True)}
    finally:
        server.close()


def test_he_looks_and_is_answered(seen: dict[str, Seen]) -> None:
    frames = seen["nothing"].frames
    assert len(frames) == 2 * (1 + 4 * (len(QUESTIONS) + 3))
    assert any('"apart":{"opens_at":"2026-01-04T12:00:00Z","agreed":true' in text for text in frames)


@pytest.mark.parametrize("what", [name for name in DOES if name != "nothing"])
def test_whatever_she_does_he_gets_as_many_frames_of_the_same_bytes(seen: dict[str, Seen], what: str) -> None:
    assert [len(text) for text in seen[what].frames] == [len(text) for text in seen["nothing"].frames]
    assert seen[what].frames == seen["nothing"].frames


@pytest.mark.parametrize("what", [name for name in DOES if name != "nothing"])
def test_whatever_she_does_the_log_says_the_same_and_no_metric_moves(seen: dict[str, Seen], what: str) -> None:
    assert seen[what].log == seen["nothing"].log
    assert len(seen[what].metrics) == 1
