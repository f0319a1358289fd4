"""PostgreSQL is away, for a moment or for long: marks are refused, and accepted again soon after it is back."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.support.cast.clients import couple, start_as
from tests.support.servers.cycle import Server
from tests.support.servers.services import PostgreSQLServer

pytestmark = pytest.mark.services

AWAY = 34.0
# A pool that doubles its pauses without end would look for PostgreSQL again only twenty-nine seconds after it is back.
BACK_WITHIN = 2 * 10.0


@pytest.fixture
def postgresql() -> Iterator[PostgreSQLServer]:
    """Return a PostgreSQL of this test's own."""
    server = PostgreSQLServer().start()
    yield server
    server.close()


def test_marks_are_accepted_soon_after_postgresql_is_back(postgresql: PostgreSQLServer) -> None:
    server = Server(FRAME_RATE="1000", DATABASE_URL=postgresql.create("cycle")).start()
    try:
        ana, _ = couple(server)
        assert ana.command("round.open", after=0, moment=1).status == 200
        postgresql.stop()
        began_at = time.monotonic()
        while time.monotonic() < began_at + AWAY:
            answer = ana.command("mark.seal", round=1, reaction="both", intensity=3, op="mark")
            assert (answer.status, answer.body["code"]) == (503, "service.unavailable")
            assert answer.headers["retry-after"]
        postgresql.start_again()
        back_at = time.monotonic()
        while ana.command("mark.seal", round=1, reaction="both", intensity=3, op="mark").status != 200:
            assert time.monotonic() < back_at + BACK_WITHIN
            time.sleep(0.1)
    finally:
        server.close()


def test_the_first_failed_mark_replaces_all_dead_connections(postgresql: PostgreSQLServer) -> None:
    database = postgresql.create("cycle")
    server = Server(FRAME_RATE="1000", DATABASE_URL=database, DATABASE_POOL="24").start()
    try:
        ana, _ = couple(server)
        line = ana.connect()
        assert line.ask("round.open", after=0, moment=1)["type"] == "ack"
        with ThreadPoolExecutor(48) as crowd:
            list(crowd.map(lambda _: start_as(server, "Cleo"), range(128)))
        with psycopg.connect(database) as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'cycle'").fetchone()
        assert row and row[0] > 20, "this test means nothing unless the pool is full"
        postgresql.crash()
        # Looked at one after the other, with pauses that grow, the dead ones would refuse one mark after the other.
        answers = [line.ask("mark.seal", round=1, reaction="both", intensity=3, op="mark")["type"] for _ in range(2)]
        assert answers[-1] == "ack", answers
    finally:
        server.close()
