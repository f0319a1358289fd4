"""The sweep: it closes sockets that have lost their access, and catches every change whose hint was lost."""

import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from accounts.session_store import stored_key
from tests.support.cast.clients import Line, Person, couple
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks
from tests.support.servers.stored import change, transaction

pytestmark = pytest.mark.both_stacks

SILENT_AFTER = 4.0


@pytest.fixture(scope="module")
def server(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a Cycle that sweeps five times a second."""
    environment = {"DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings", "FRAME_RATE": "1000"}
    environment |= {"ROOMS_SWEEP_EVERY": "0.2", "ROOMS_SILENT_AFTER": str(SILENT_AFTER)}
    running = Server(**environment, **stacks.environment(stack)).start()
    yield running
    running.close()


@pytest.fixture
def lines(ana: Person, ben: Person) -> tuple[Line, Line]:
    """Return a socket of each, once both have seen the other come in."""
    at_ana, at_ben = ana.connect(), ben.connect()
    for line in (at_ana, at_ben):
        line.until(lambda session: [person["here"] for person in session["people"]] == [True, True])
    return at_ana, at_ben


def write(server: Server, statement: str, *values: object) -> None:
    """Change one row behind the server's back."""
    assert change(server, statement, *values) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM django_session WHERE session_key = ?",
        "UPDATE django_session SET expire_date = '2020-01-01' WHERE session_key = ?",
    ],
    ids=["login deleted", "login run out"],
)
def test_it_closes_4401_when_the_login_is_gone(
    ana: Person, ben: Person, lines: tuple[Line, Line], statement: str
) -> None:
    at_ana, at_ben = lines
    write(ana.server, statement, stored_key(ana.token))
    assert at_ana.closed() == 4401
    assert at_ben.ask("sync")["type"] == "ack"


@pytest.mark.parametrize(("column", "value"), [("is_active", False), ("password", "another")])
def test_it_closes_4401_when_the_person_may_no_longer_log_in(
    ana: Person, lines: tuple[Line, Line], column: str, value: object
) -> None:
    at_ana, at_ben = lines
    who = "(SELECT user_id FROM live_sessions_seat WHERE live_session_id = ? AND name = 'a')"
    write(ana.server, f"UPDATE accounts_user SET {column} = ? WHERE id = {who}", value, UUID(ana.session))
    assert at_ana.closed() == 4401
    assert at_ben.ask("sync")["type"] == "ack"


def test_it_closes_4403_when_the_seat_is_gone(ben: Person, lines: tuple[Line, Line]) -> None:
    _, at_ben = lines
    before = len(at_ben.received)
    seat = "UPDATE live_sessions_seat SET left_at = '2026-01-01' WHERE name = 'b' AND live_session_id = ?"
    version = "UPDATE live_sessions_livesession SET version = version + 1 WHERE id = ?"
    write(ben.server, seat, UUID(ben.session))
    write(ben.server, version, UUID(ben.session))
    assert at_ben.closed() == 4403
    assert len(at_ben.received) == before


def test_it_closes_4404_when_the_check_in_is_gone(ben: Person, lines: tuple[Line, Line]) -> None:
    with transaction(ben.server) as execute:
        hanging = (("live_sessions_seat", "live_session_id"), ("live_sessions_joincode", "live_session_id"))
        for table, column in (*hanging, ("live_sessions_livesession", "id")):
            execute(f"DELETE FROM {table} WHERE {column} = ?", UUID(ben.session))
    assert [line.closed() for line in lines] == [4404, 4404]


def test_a_change_that_nobody_would_see_is_not_sent(ana: Person, lines: tuple[Line, Line]) -> None:
    write(ana.server, "UPDATE live_sessions_livesession SET version = version + 1 WHERE id = ?", UUID(ana.session))
    assert all(line.silence(1.0) for line in lines)


def test_it_closes_4408_when_nothing_is_heard(lines: tuple[Line, Line]) -> None:
    at_ana, at_ben = lines
    deadline = time.monotonic() + 1.5 * SILENT_AFTER
    while time.monotonic() < deadline:
        assert at_ben.ask("sync")["type"] == "ack"
        time.sleep(SILENT_AFTER / 8)
    assert at_ana.closed() == 4408
    assert at_ben.ask("sync")["type"] == "ack", "whoever sends a heartbeat stays"


def test_two_processes_that_tell_each_other_nothing_still_reveal_to_both(server: Server) -> None:
    other = Server(
        DJANGO_SETTINGS_MODULE="tests.support.servers.served_settings",
        ROOMS_SWEEP_EVERY="0.2",
        DATABASE_URL=server.environment["DATABASE_URL"],
    ).start()
    try:
        ana, ben = couple(server)
        ben.server = other
        at_ana, at_ben = ana.connect(), ben.connect()
        for line in (at_ana, at_ben):
            line.until(lambda session: [person["here"] for person in session["people"]] == [True, True])
        assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
        at_ben.until(lambda session: session["round"])
        assert at_ana.ask("mark.seal", round=1, reaction="both", intensity=3)["type"] == "ack"
        assert at_ben.silence(1.0)
        assert at_ben.ask("mark.seal", round=1, reaction="both", intensity=3)["type"] == "ack"
        for line in (at_ana, at_ben):
            line.until(lambda session: session["round"]["reveal"])
        assert at_ben.ask("session.leave")["type"] == "ack"
        assert [line.closed() for line in (at_ana, at_ben)] == [4410, 4410]
    finally:
        for line in (*ana.lines, *ben.lines):
            line.close()
        other.close()


def test_sweeps_go_on_after_one_fails(ana: Person, lines: tuple[Line, Line]) -> None:
    at_ana, at_ben = lines
    change(ana.server, "ALTER TABLE django_session RENAME TO away")
    deadline = time.monotonic() + 10
    while "a sweep failed" not in ana.server.log:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    change(ana.server, "ALTER TABLE away RENAME TO django_session")
    write(ana.server, "DELETE FROM django_session WHERE session_key = ?", stored_key(ana.token))
    assert at_ana.closed() == 4401
    assert at_ben.ask("sync")["type"] == "ack"
