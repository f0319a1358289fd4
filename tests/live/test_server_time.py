"""A phone whose clock is wrong, or was set meanwhile, can ask what time it is."""

import pytest

from tests.support.cast.clients import couple
from tests.support.servers.cycle import Server


def test_a_heartbeat_tells_the_time_to_whoever_asks(server: Server) -> None:
    ana, _ = couple(server)
    line = ana.connect()
    answers = [line.ask("sync", op="one", time=True), line.ask("sync", op="one", time=True)]
    times = [answer.pop("now") for answer in answers]
    assert answers == [{"type": "ack", "op": "one"}] * 2
    assert sorted(times) == times
    assert {len(time) for time in times} == {len("2026-01-01T12:00:00.000Z")}
    reply = ana.command("sync", op="two", time=True).body["reply"]
    assert reply.pop("now") >= times[-1]
    assert reply == {"type": "ack", "op": "two"}


@pytest.mark.parametrize("asked", [{}, {"time": False}])
def test_nobody_else_is_told(server: Server, asked: dict[str, bool]) -> None:
    ana, _ = couple(server)
    assert ana.connect().ask("sync", op="one", **asked) == {"type": "ack", "op": "one"}
    assert ana.command("sync", op="one", **asked).body["reply"] == {"type": "ack", "op": "one"}
    assert ana.connect().ask("sync", op="one", time="yes")["code"] == "frame.invalid"
