"""Whoever runs Cycle can watch how it does; nobody can watch a person, a couple, or a first mark."""

import math
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.cast.clients import couple
from tests.support.servers.cycle import Server, free_port
from tests.support.servers.stacks import services


class Watched(Server):
    """A server that shows its numbers."""

    def __init__(self, **environment: str) -> None:
        self.metrics_port = free_port()
        super().__init__(FRAME_RATE="1000", METRICS_PORT=str(self.metrics_port), **environment)

    def page(self) -> str:
        """Return what Prometheus reads."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as response:
            text: str = response.read().decode()
            return text

    def number(self, name: str) -> float:
        """Return one number."""
        [found] = re.findall(rf"^{name} (\S+)$", self.page(), re.MULTILINE)
        return float(found)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory of copies that has none yet."""
    return tmp_path_factory.mktemp("copies")


@pytest.fixture(scope="module")
def watched(copies: Path) -> Iterator[Watched]:
    """Return one server that shows its numbers."""
    server = Watched(BACKUP_DIR=str(copies))
    server.start()
    yield server
    server.close()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_counts_sockets_and_reveals_but_no_first_mark(watched: Watched) -> None:
    ana, ben = couple(watched)
    at_ana, at_ben = ana.connect(), ben.connect()
    at_ana.until(lambda session: all(person["here"] for person in session["people"]))
    assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    at_ben.until(lambda session: session["round"])
    before = watched.page()
    assert "cycle_open_sockets 2.0" in before
    assert at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=3)["type"] == "ack"
    assert at_ana.ask("mark.withdraw", round=1)["type"] == "ack"
    assert at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=3)["type"] == "ack"
    assert watched.page() == before
    assert at_ben.ask("mark.seal", round=1, reaction="steady", intensity=2)["type"] == "ack"
    assert watched.number("cycle_rounds_revealed_total") == 1
    assert watched.number("cycle_mark_to_reveal_seconds_count") == 1
    # A first mark that waited long would show here if the time were taken from it.
    assert watched.number("cycle_mark_to_reveal_seconds_sum") < 60
    for line in (at_ana, at_ben):
        line.close()
    eventually(lambda: watched.number("cycle_open_sockets") == 0)


def test_it_labels_nobody_and_tells_nothing_of_the_machine(watched: Watched) -> None:
    families = list(text_string_to_metric_families(watched.page()))
    assert {family.name for family in families if not family.name.endswith("_created")} == {
        "cycle_open_sockets",
        "cycle_rounds_revealed",
        "cycle_mark_to_reveal_seconds",
        "cycle_hints_lost",
        "cycle_hints_caught",
        "cycle_backup_age_seconds",
    }
    labels = {label for family in families for sample in family.samples for label in sample.labels}
    assert labels == {"le"}


def test_it_shows_how_old_the_last_good_copy_is(watched: Watched, copies: Path) -> None:
    assert watched.number("cycle_backup_age_seconds") == math.inf
    two_hours_ago = datetime.now(UTC) - timedelta(hours=2)
    copy = copies / f"cycle-{two_hours_ago:%Y%m%dT%H%M%SZ}.dump"
    copy.touch()
    assert watched.number("cycle_backup_age_seconds") == pytest.approx(7200, abs=30)
    copy.unlink()


def test_it_shows_nothing_on_the_port_that_people_use(watched: Watched) -> None:
    with pytest.raises(urllib.request.HTTPError) as refused:
        urllib.request.urlopen(f"{watched.url}/metrics", timeout=5)
    assert refused.value.code == 404
    refused.value.close()


@pytest.mark.services
def test_it_counts_hints_that_were_lost_and_what_was_found_without_them() -> None:
    with services() as (postgresql, redis):
        shared = {
            "DATABASE_URL": postgresql.create("cycle"),
            "REDIS_URL": redis.url,
            "DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings",
            "ROOMS_SWEEP_EVERY": "1.0",
        }
        one, other = Watched(**shared), Watched(**shared)
        try:
            one.start()
            other.start()
            ana, ben = couple(one)
            ben.server = other
            at_ana, at_ben = ana.connect(), ben.connect()
            assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
            at_ben.until(lambda session: session["round"])
            redis.kill()
            assert "backup" not in one.page(), "nobody said where copies are"
            lost, caught = one.number("cycle_hints_lost_total"), other.number("cycle_hints_caught_total")
            assert at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=3)["type"] == "ack"
            time.sleep(3)  # longer than telling and a sweep take: what they count is counted by now
            assert one.number("cycle_hints_lost_total") == lost, "a first mark is not counted"
            assert other.number("cycle_hints_caught_total") == caught
            assert at_ben.ask("mark.seal", round=1, reaction="steady", intensity=2)["type"] == "ack"
            at_ana.until(lambda session: session["round"]["reveal"])
            eventually(lambda: other.number("cycle_hints_lost_total") >= 1)
            eventually(lambda: one.number("cycle_hints_caught_total") >= 1)
        finally:
            one.close()
            other.close()
