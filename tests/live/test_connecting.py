"""Opening a socket: who is let in, and the code that everybody else hears."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.session_store import stored_key
from tests.support.cast.clients import Line, Person, call, couple, start_as
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks
from tests.support.servers.stored import change

pytestmark = pytest.mark.both_stacks


def knock(server: Server, session: str, origin: str | None = None, **headers: str) -> Line:
    """Open a socket with these headers alone."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Line(server, f"/ws/sessions/{session}/", sent, origin)


def turned_away(server: Server, session: str, origin: str | None = None, **headers: str) -> int:
    """Return the HTTP status of a handshake that must not come about."""
    with pytest.raises(InvalidStatus) as refused:
        knock(server, session, origin, **headers)
    return refused.value.response.status_code


@pytest.fixture
def other_origin(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a Cycle that is reached by another origin than its own address."""
    running = Server(TRUSTED_ORIGINS="http://cycle.example.org", **stacks.environment(stack)).start()
    yield running
    running.close()


# Let in.


def test_a_cookie_from_our_own_origin_is_accepted(ana: Person) -> None:
    line = knock(ana.server, ana.session, ana.server.url, Cookie=f"session={ana.token}")
    assert line.until(lambda session: session["you"]["name"] == "Ana")
    line.close()


def test_a_token_without_an_origin_is_accepted(ana: Person) -> None:
    line = knock(ana.server, ana.session, X_Session_Token=ana.token)
    assert line.until(lambda session: session["you"]["name"] == "Ana")
    line.close()


def test_a_cookie_is_accepted_from_a_trusted_origin_and_no_other(other_origin: Server) -> None:
    ana, _ = couple(other_origin)
    cookie = f"session={ana.token}"
    line = knock(other_origin, ana.session, "http://cycle.example.org", Cookie=cookie)
    assert line.until(lambda session: session["you"]["name"] == "Ana")
    line.close()
    for origin in ("https://cycle.example.org", "http://cycle.example.org:8000", "http://cycle.example.org.evil.test"):
        assert turned_away(other_origin, ana.session, origin, Cookie=cookie) == 403


def test_the_first_snapshot_is_the_whole_state(ana: Person, ben: Person) -> None:
    at_ana = ana.connect()
    at_ana.until(lambda session: session["state"] == "live")
    assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    assert at_ana.ask("mark.seal", round=1, reaction="both", intensity=2)["type"] == "ack"
    for person in (ana, ben):
        first = person.connect().receive()
        assert first["type"] == "snapshot"
        assert first["session"] == person.snapshot()


# Turned away before the handshake.


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.test",
        "null",
        "http://127.0.0.1",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1.evil.test:{port}",
        "http://localhost:{port}",
        "http://127.0.0.1:{port}@evil.test",
        "127.0.0.1:{port}",
        "http://[",
        "",
    ],
)
def test_it_refuses_a_foreign_origin(ana: Person, origin: str) -> None:
    own = origin.format(port=ana.server.port)
    assert turned_away(ana.server, ana.session, None, Cookie=f"session={ana.token}", Origin=own) == 403


def test_it_refuses_a_cookie_without_an_origin(ana: Person) -> None:
    assert turned_away(ana.server, ana.session, Cookie=f"session={ana.token}") == 403


def test_it_refuses_a_foreign_origin_even_with_a_token(ana: Person) -> None:
    assert turned_away(ana.server, ana.session, "http://evil.test", X_Session_Token=ana.token) == 403


def test_a_socket_without_cookie_and_token_is_refused(ana: Person) -> None:
    assert turned_away(ana.server, ana.session) == 403


def test_our_own_origin_under_a_foreign_host_name_is_refused(ana: Person) -> None:
    foreign = {"Cookie": f"session={ana.token}", "Host": "evil.test", "Origin": "http://evil.test"}
    assert turned_away(ana.server, ana.session, None, **foreign) == 403


# Accepted, and closed with the first code that applies.


@pytest.mark.parametrize("token", ["", "nobody", "a" * 32, "'; --", "é".encode().decode("latin1")])
def test_it_closes_4401_without_a_valid_login_whatever_the_id(ana: Person, token: str) -> None:
    for session in (ana.session, str(uuid4())):
        line = knock(ana.server, session, ana.server.url, Cookie=f"session={token}")
        assert line.closed() == 4401
        assert line.received == []


def test_it_closes_4401_for_a_token_that_is_nobodys(ana: Person) -> None:
    for session in (ana.session, str(uuid4())):
        assert knock(ana.server, session, X_Session_Token="a" * 32).closed() == 4401


def test_a_token_beside_an_origin_is_ignored(ana: Person) -> None:
    line = knock(ana.server, ana.session, ana.server.url, X_Session_Token=ana.token)
    assert line.closed() == 4401


def test_it_closes_4401_once_logged_out(ana: Person, ben: Person) -> None:
    assert change(ana.server, "DELETE FROM django_session WHERE session_key = ?", stored_key(ana.token)) == 1
    assert ana.connect().closed() == 4401
    assert call(ana.server, "GET", f"sessions/{ana.session}/", token=ana.token).status == 401
    assert ben.connect().receive()["type"] == "snapshot"


def test_a_stranger_is_closed_with_the_code_of_an_unknown_check_in(ana: Person, otto: Person) -> None:
    nowhere = str(uuid4())
    for session in (ana.session, nowhere):
        line = otto.connect(session=session)
        assert line.closed() == 4404
        assert line.received == []
    assert otto.connect().receive()["session"]["you"]["name"] == "Otto", "in his own he is somebody"


def test_an_unknown_path_is_closed_with_the_code_of_an_unknown_check_in(ana: Person) -> None:
    for path in ("/ws/", "/ws/sessions/", "/ws/sessions/1/", f"/ws/sessions/{ana.session}", "/"):
        line = Line(ana.server, path, {"X-Session-Token": ana.token})
        assert line.closed() == 4404


def test_a_stranger_gets_the_same_bytes_over_rest_as_for_what_does_not_exist(ana: Person, otto: Person) -> None:
    command = {"type": "mark.seal", "op": "one", "round": 1, "reaction": "both", "intensity": 1}
    requests = [("GET", "", None), ("POST", "join/", {}), ("POST", "commands/", command)]
    for method, tail, body in requests:
        foreign, absent = (
            call(otto.server, method, f"sessions/{session}/{tail}", body, otto.token)
            for session in (ana.session, str(uuid4()))
        )
        assert (foreign.status, foreign.body["code"]) == (404, "session.not_found")
        assert foreign.raw == absent.raw
        assert without_date(foreign.headers) == without_date(absent.headers)
        assert ana.session not in foreign.raw.decode()
    assert ana.snapshot()["people"] == [
        {"seat": "a", "name": "Ana", "here": False},
        {"seat": "b", "name": "Ben", "here": False},
    ]


def without_date(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that could tell something."""
    return {name: value for name, value in headers.items() if name != "date"}


def test_a_person_whose_seat_ended_is_closed_without_a_cause(ana: Person, ben: Person) -> None:
    statement = "UPDATE live_sessions_seat SET left_at = '2026-01-01' WHERE name = 'b' AND live_session_id = ?"
    assert change(ben.server, statement, UUID(ben.session)) == 1
    line = ben.connect()
    assert line.closed() == 4403
    assert line.received == []
    answer = call(ben.server, "GET", f"sessions/{ben.session}/", token=ben.token)
    assert (answer.status, answer.body["code"]) == (403, "seat.not_allowed")


def test_it_closes_4410_after_one_last_snapshot(ana: Person, ben: Person) -> None:
    at_ana = ana.connect()
    assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    assert at_ana.ask("pause.start", minutes=5)["type"] == "ack"
    assert at_ana.ask("session.end")["type"] == "ack"
    assert at_ana.closed() == 4410
    last = json.loads(at_ana.received[-1])["session"]
    late = ben.connect()
    assert late.closed() == 4410
    assert len(late.received) == 1
    for session in (last, json.loads(late.received[0])["session"]):
        assert session["state"] == "ended"
        assert session["round"] is session["turn"] is session["pause"] is None
        assert session["can"] == []
        assert [person["here"] for person in session["people"]] == [False, False]


def test_it_closes_4410_after_24_hours_by_itself(ana: Person) -> None:
    at_ana = ana.connect()
    at_ana.until(lambda session: session["state"] == "live")
    set_back = "created_at = ?, both_in_at = NULL, version = version + 1"
    statement = f"UPDATE live_sessions_livesession SET {set_back} WHERE id = ?"
    assert change(ana.server, statement, datetime.now(UTC) - timedelta(hours=24), UUID(ana.session)) == 1
    assert at_ana.ask("sync")["code"] == "session.ended"
    late = ana.connect()
    assert late.closed() == 4410
    assert json.loads(late.received[0])["session"]["state"] == "ended"


def test_the_ninth_socket_of_a_person_is_closed_4429_and_no_other(ana: Person, ben: Person) -> None:
    first_eight = [ana.connect() for _ in range(8)]
    for line in first_eight:
        assert line.receive()["type"] == "snapshot"
    ninth = ana.connect()
    assert ninth.closed() == 4429
    assert ninth.received == []
    assert ben.connect().receive()["type"] == "snapshot"
    for line in first_eight:
        assert line.ask("sync")["type"] == "ack"
    first_eight[0].close()
    deadline = time.monotonic() + 5
    while not let_in(ana.connect()):
        assert time.monotonic() < deadline


def let_in(line: Line) -> bool:
    """Tell whether a socket is shown the check-in rather than closed."""
    try:
        return line.receive()["type"] == "snapshot"
    except ConnectionClosed:
        return False


def test_sockets_in_another_check_in_count_too(server: Server) -> None:
    ana, ben = couple(server)
    elsewhere, _ = start_as(server, "Ana")
    elsewhere.session = ana.session
    assert elsewhere.connect().closed() == 4404, "another guest of the same name is another person"
    for line in [ana.connect() for _ in range(8)]:
        assert line.receive()["type"] == "snapshot"
    assert ana.connect(session=str(uuid4())).closed() == 4404, "what does not exist is told first"
    for person in (ana, ben, elsewhere):
        for line in person.lines:
            line.close()


def test_a_restart_closes_1012(stacks: Stacks, stack: str) -> None:
    restarting = Server(**stacks.environment(stack)).start()
    try:
        ana, ben = couple(restarting)
        lines = [ana.connect(), ben.connect()]
        for line in lines:
            line.until(lambda session: session["state"] == "live")
        restarting.stop()
        assert [line.closed() for line in lines] == [1012, 1012]
    finally:
        restarting.close()


def test_an_idle_socket_stays_open(ana: Person) -> None:
    at_ana = ana.connect()
    at_ana.until(lambda session: session["state"] == "live")
    assert at_ana.silence(7)
    assert at_ana.ask("sync")["type"] == "ack"
