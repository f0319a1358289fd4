"""Whoever runs Cycle can watch how it does; nobody can watch a person, a couple, or a first mark."""

import math
import re
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from prometheus_client.parser import text_string_to_metric_families

from cycleproject.serving import metrics
from cycleproject.version import VERSION
from sessions.privacy import expiry
from tests.support.cast.clients import couple
from tests.support.eventually import eventually
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
    server = Watched(BACKUP_DIR=str(copies), EMAIL_URL="smtp://127.0.0.1:9")
    server.start()
    yield server
    server.close()


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
        "cycle_mails_failed",
        "cycle_last_purge_timestamp_seconds",
        "cycle_database_pool_limit",
        "cycle_database_pool_errors",
        "cycle_build_info",
        "cycle_clock_in_doubt",
    }
    labels = {label for family in families for sample in family.samples for label in sample.labels}
    assert labels == {"le", "version"}


def test_it_says_which_version_this_is_and_that_no_mail_can_leave(watched: Watched) -> None:
    assert f'cycle_build_info{{version="{VERSION}"}} 1.0' in watched.page()
    eventually(lambda: "no mail can leave now: ConnectionRefusedError" in watched.log)
    assert watched.number("cycle_mails_failed_total") == 0
    assert watched.number("cycle_database_pool_limit") == 0, "there is none on SQLite"


def test_it_says_when_it_has_purged_last(transactional_db: None) -> None:
    before = time.time()
    expiry.purge()
    assert before - 1 <= metrics.last_purge._value.get() <= time.time()


class Pool:
    """A pool of connections that had none left for three who asked."""

    def get_stats(self) -> dict[str, int]:
        """Return what psycopg's pool counts; what is in use is of no interest here."""
        return {"pool_size": 5, "requests_waiting": 2, "requests_errors": 3}


def test_it_says_whom_the_pool_had_no_connection_for(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(connections["default"])
    monkeypatch.setattr(kind, "_connection_pools", {"default": Pool()}, raising=False)
    metrics.watch_the_pool()
    assert metrics.REGISTRY.get_sample_value("cycle_database_pool_errors") == 3


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
            assert one.number("cycle_database_pool_limit") == 8
            assert one.number("cycle_database_pool_errors") == 0
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
