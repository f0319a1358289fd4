"""Redis hangs: it takes connections and answers nothing. Nobody waits for it but the first, and they not for long."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.cast.clients import Person, call
from tests.support.servers.clusters import Cluster

pytestmark = pytest.mark.services

LEAVING_WITHIN = 2.0
# Once it is known that Redis does not answer.
AT_ONCE = 0.5


@contextmanager
def hanging(cluster: Cluster) -> Iterator[None]:
    """Let Redis hang."""
    cluster.redis.hang()
    try:
        yield
    finally:
        cluster.redis.go_on()
        time.sleep(3)  # until it is asked again


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long an answer took, and the answer."""
    began_at = time.monotonic()
    answer = ask()
    return time.monotonic() - began_at, answer


def test_only_the_first_waits_for_it(cluster: Cluster) -> None:
    ana, _ = cluster.couple()
    with hanging(cluster):
        took = [timed(lambda: call(cluster.one, "GET", "me/", token=ana.token)) for _ in range(12)]
        first, *others = [seconds for seconds, _ in took]
        assert {answer.status for _, answer in took} == {200}
        assert first < LEAVING_WITHIN and max(others) < AT_ONCE, (first, others)
        seconds, page = timed(lambda: call(cluster.one, "POST", "start/", {"first_name": "Cleo"}))
        assert page.status == 201 and seconds < AT_ONCE


LEAVING: dict[str, Callable[[Person], Any]] = {
    "end": lambda person: person.command("session.end"),
    "leave": lambda person: person.command("session.leave"),
    "pause": lambda person: person.command("pause.start", minutes=1),
    "log out": lambda person: call(person.server, "POST", "auth/logout/", {}, person.token),
    "unpair": lambda person: call(person.server, "DELETE", "couple/", token=person.token),
    "delete oneself": lambda person: call(person.server, "DELETE", "me/", token=person.token),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_whoever_leaves_has_left_within_two_seconds(cluster: Cluster, leave: Callable[[Person], Any]) -> None:
    ana, _ = cluster.couple()
    with hanging(cluster):
        seconds, answer = timed(lambda: leave(ana))
        assert answer.status in (200, 204) and seconds < LEAVING_WITHIN, seconds


def test_once_it_answers_it_is_asked_again(cluster: Cluster) -> None:
    ana, ben = cluster.couple()
    with hanging(cluster):
        call(cluster.one, "GET", "me/", token=ana.token)
    at_ana, at_ben = ana.connect(), ben.connect()
    at_ben.until(lambda session: all(person["here"] for person in session["people"]))
    assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    seconds, _ = timed(lambda: at_ben.until(lambda session: session["round"]))
    assert seconds < LEAVING_WITHIN
    assert call(cluster.one, "GET", "me/", token=ana.token).status == 200
    assert cluster.redis.client().keys("*limit:asking*"), "limits are shared again"
