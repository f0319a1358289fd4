"""The sweep keeps many seats fresh at once, and neither waits for a mark that is being written nor makes it wait."""

import time
from datetime import datetime

import psycopg
import pytest

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import SERVICES, Stacks

pytestmark = pytest.mark.services

PATIENCE = 10.0


def seen_at(connection: "psycopg.Connection[tuple[datetime]]", person: Person) -> datetime:
    """Return when a person was seen last."""
    query = "SELECT seen_at FROM live_sessions_seat WHERE live_session_id = %s AND first_name = %s"
    row = connection.execute(query, [person.session, person.name]).fetchone()
    assert row
    return row[0]


def test_a_locked_seat_does_not_delay_refreshing_the_others(stacks: Stacks) -> None:
    environment = stacks.environment(SERVICES)
    # Written anew after a quarter of the time for which somebody counts as here.
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings",
        "ROOMS_SWEEP_EVERY": "0.2",
        "HERE_FOR": "8",
    }
    server = Server(**environment, **settings).start()
    try:
        (ana, _), (cleo, _) = couple(server), couple(server, "Cleo", "Dan")
        lines = [person.connect() for person in (ana, cleo)]
        for line in lines:
            line.until(lambda session: session["people"][0]["here"])
        with (
            psycopg.connect(environment["DATABASE_URL"]) as writer,
            psycopg.connect(environment["DATABASE_URL"], autocommit=True) as reader,
        ):
            # As a command of Cleo's does. A sweep that waited here, holding Ana's seat, would wait for ever if the
            # same transaction wanted Ana's next: PostgreSQL would have to break one of the two.
            writer.execute("SELECT id FROM live_sessions_livesession WHERE id = %s FOR UPDATE", [cleo.session])
            writer.execute(
                "UPDATE live_sessions_seat SET acknowledged = '[]' WHERE live_session_id = %s", [cleo.session]
            )
            cleo_before, ana_before = seen_at(reader, cleo), seen_at(reader, ana)
            deadline = time.monotonic() + PATIENCE
            while seen_at(reader, ana) == ana_before:
                assert time.monotonic() < deadline, "the sweep waits for a mark"
                time.sleep(0.05)
            assert seen_at(reader, cleo) == cleo_before
            writer.commit()
            deadline = time.monotonic() + PATIENCE
            while seen_at(reader, cleo) == cleo_before:
                assert time.monotonic() < deadline, "whoever was passed over is seen by the next sweep"
                time.sleep(0.05)
    finally:
        server.close()
