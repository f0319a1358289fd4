"""Two who are connected: both see an end coming, and it comes to both, or to neither who is not done."""

from collections.abc import Iterator

import pytest

from tests.support.cast.clients import couple
from tests.support.servers.clocks import Timed, start_timed


@pytest.fixture(scope="module")
def timed() -> Iterator[Timed]:
    """Return a running Cycle whose clock the tests hold."""
    running = start_timed()
    yield running
    running.server.close()


def test_both_see_it_coming_and_it_closes_for_both_by_the_servers_clock(timed: Timed) -> None:
    lines = [person.connect() for person in couple(timed.server)]
    assert lines[0].ask("session.end", soon=True)["type"] == "ack"
    coming = [line.until(lambda session: session["ending"] is not None)["ending"] for line in lines]
    assert coming[0] == coming[1]
    assert coming[0]["by"] == "a"

    assert lines[1].ask("session.stay")["type"] == "ack"
    for line in lines:
        line.until(lambda session: session["ending"] is None and session["state"] != "ended")
    timed.clock.tick(10)
    assert lines[0].ask("session.end", soon=True)["type"] == "ack"
    for line in lines:
        line.until(lambda session: session["ending"] is not None)
    timed.clock.tick(10)
    for line in lines:
        assert line.until(lambda session: session["state"] == "ended")["can"] == []
        assert line.closed() == 4410
