"""Who is here: over two tabs, a reload, a dropped connection and a socket that has gone quiet."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.support.cast.clients import Line, Person
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks
from tests.support.servers.stored import rows, transaction

pytestmark = pytest.mark.both_stacks

LEFT_AFTER = 1.0
HERE_FOR = 4.0
HEARD_WITHIN = 3.0
SWEEP_EVERY = 0.2


@pytest.fixture(scope="module")
def server(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a Cycle in which presence runs out within seconds."""
    deadlines = {"ROOMS_SWEEP_EVERY": SWEEP_EVERY, "ROOMS_LEFT_AFTER": LEFT_AFTER, "ROOMS_HEARD_WITHIN": HEARD_WITHIN}
    environment = {name: str(seconds) for name, seconds in {**deadlines, "HERE_FOR": HERE_FOR}.items()}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings", "FRAME_RATE": "1000"}
    running = Server(**environment, **stacks.environment(stack)).start()
    yield running
    running.close()


def both_here(line: Line) -> None:
    """Wait until a socket shows both."""
    line.until(lambda session: [person["here"] for person in session["people"]] == [True, True])


def ana_away(line: Line) -> float:
    """Return how long it takes until Ben's socket shows Ana away."""
    asked_at = time.monotonic()
    line.until(lambda session: [person["here"] for person in session["people"]] == [False, True])
    return time.monotonic() - asked_at


def forgotten(server: Server, session: str) -> list[bool]:
    """Return for each seat whether nothing says any more when its person was seen."""
    query = "SELECT seen_at IS NULL FROM live_sessions_seat WHERE live_session_id = ? ORDER BY name"
    return [bool(one) for (one,) in rows(server, query, UUID(session))]


def test_who_has_a_socket_open_is_here(ana: Person, ben: Person) -> None:
    assert [person["here"] for person in ana.snapshot()["people"]] == [False, False], "asking over REST is not presence"
    at_ben = ben.connect()
    ana.connect()
    both_here(at_ben)


def test_closing_one_of_two_tabs_keeps_a_person_here(ana: Person, ben: Person) -> None:
    at_ben, one_tab, other_tab = ben.connect(), ana.connect(), ana.connect()
    both_here(at_ben)
    one_tab.close()
    assert at_ben.silence(2 * LEFT_AFTER + 0.3)
    other_tab.close()
    assert ana_away(at_ben) < HERE_FOR


def test_a_reload_does_not_show_a_person_as_away(ana: Person, ben: Person) -> None:
    at_ben, before = ben.connect(), ana.connect()
    both_here(at_ben)
    before.close()
    after = ana.connect()
    assert after.receive()["type"] == "snapshot"
    assert at_ben.silence(2 * LEFT_AFTER + 0.3)


def test_a_dropped_connection_stays_here_within_its_minute(ana: Person, ben: Person) -> None:
    at_ben, dropped = ben.connect(), ana.connect()
    both_here(at_ben)
    dropped.socket.close_socket()
    assert at_ben.silence(HERE_FOR / 2)
    ana.connect()
    # Without her this would be when she is away. Ben says nothing meanwhile, and must not be away himself.
    assert at_ben.silence(HERE_FOR / 2 + 0.5)


def test_a_dropped_connection_that_stays_away_is_away(ana: Person, ben: Person) -> None:
    at_ben, dropped = ben.connect(), ana.connect()
    both_here(at_ben)
    dropped.socket.close_socket()
    assert ana_away(at_ben) > HERE_FOR / 2
    ana.connect()
    both_here(at_ben)


def test_an_open_socket_that_says_nothing_is_away_until_it_speaks(ana: Person, ben: Person) -> None:
    at_ben, quiet = ben.connect(), ana.connect()
    both_here(at_ben)
    deadline = time.monotonic() + 3 * (HEARD_WITHIN + HERE_FOR)
    while ben.snapshot()["people"][0]["here"]:
        assert at_ben.ask("sync")["type"] == "ack"
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert quiet.ask("sync")["type"] == "ack"
    both_here(at_ben)


def test_being_away_changes_no_state(ana: Person, ben: Person) -> None:
    at_ben, at_ana = ben.connect(), ana.connect()
    both_here(at_ben)
    assert at_ben.ask("round.open", after=0, moment=1)["type"] == "ack"
    before = at_ben.until(lambda session: session["round"])
    at_ana.close()
    ana_away(at_ben)
    after = ben.snapshot()
    assert after["people"][0].pop("here") is False
    assert before["people"][0].pop("here") is True
    assert after == before
    assert at_ben.ask("mark.seal", round=1, reaction="steady", intensity=1)["type"] == "ack"


def test_presence_is_erased_at_the_end(ana: Person, ben: Person, server: Server) -> None:
    at_ben = ben.connect()
    ana.connect()
    both_here(at_ben)
    assert forgotten(server, ana.session) == [False, False]
    assert at_ben.ask("session.end")["type"] == "ack"
    assert at_ben.closed() == 4410
    time.sleep(2 * SWEEP_EVERY + 0.1)
    assert forgotten(server, ana.session) == [True, True]


@pytest.mark.parametrize("away", [False, True])
def test_a_sweep_during_the_end_writes_no_presence(ana: Person, ben: Person, server: Server, away: bool) -> None:
    at_ben = ben.connect()
    ana.connect()
    both_here(at_ben)
    session = UUID(ana.session)
    with transaction(server) as execute:
        if away:  # as another process says of somebody who has come back here
            execute("UPDATE live_sessions_seat SET seen_at = NULL WHERE live_session_id = ?", session)
    with transaction(server) as execute:
        execute(
            "UPDATE live_sessions_livesession SET ended_at = ?, code = NULL WHERE id = ?", datetime.now(UTC), session
        )
        execute("UPDATE live_sessions_seat SET seen_at = NULL WHERE live_session_id = ?", session)
        time.sleep(2 * SWEEP_EVERY + 0.1)  # the sweep meets an end that is not yet committed
    time.sleep(2 * SWEEP_EVERY + 0.1)
    assert forgotten(server, ana.session) == [True, True]
