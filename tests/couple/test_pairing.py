"""Pairing by an invitation that works once, check-ins without codes, and unpairing alone."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.support.cast.clients import call
from tests.support.cast.visitors import PageAnswer, Visitor, in_a_check_in, paired
from tests.support.servers.cycle import Server


@pytest.fixture
def ana(server: Server) -> Visitor:
    """Return Ana, an account on her own."""
    return Visitor(server, "Ana").sign_up()


@pytest.fixture
def ben(server: Server) -> Visitor:
    """Return Ben, an account on his own."""
    return Visitor(server, "Ben").sign_up()


def accept(person: Visitor, path: str) -> PageAnswer:
    """Open an invitation and say yes."""
    person.get(path)
    return person.post(path)


def age_invitations(server: Server) -> None:
    """Let every open invitation be a day old."""
    with closing(sqlite3.connect(server.database_path, timeout=20)) as database, database:
        database.execute("UPDATE accounts_invitation SET created_at = datetime(created_at, '-1 day')")


def test_two_accounts_pair_and_who_invited_sits_in_a(server: Server) -> None:
    ana, ben, session = in_a_check_in(server)
    seats = {name: person.in_room(session).snapshot()["you"]["seat"] for name, person in (("Ana", ana), ("Ben", ben))}
    assert seats == {"Ana": "a", "Ben": "b"}


def test_both_pressing_start_meet_in_one_room(server: Server) -> None:
    ana, ben = paired(server)
    assert 'data-testid="start-check-in"' in ana.get("/").text
    assert ana.start_together() == ben.start_together()


def test_a_waiting_check_in_shows_to_the_other(server: Server) -> None:
    ana, ben = paired(server)
    session = ana.start_together()
    for path in ("/", "/couple/"):
        assert f"/sessions/{session}/" in ben.get(path).text
    # Its own code is nobody's way in but theirs.
    assert ana.in_room(session).snapshot()["state"] == "waiting"


def test_opening_an_invitation_does_not_use_it_up(ana: Visitor, ben: Visitor) -> None:
    path = ana.invite()
    for somebody in (Visitor(ana.server, "Otto"), ben, ben):
        assert somebody.get(path).status == 200
    assert accept(ben, path).path == "/couple/"


def test_it_leads_a_guest_to_sign_up_and_back(ana: Visitor, server: Server) -> None:
    path = ana.invite()
    guest = Visitor(server, "Ben")
    guest.start()
    page = guest.get(path)
    assert "Ana" not in page.text  # a link preview sees no name
    assert f"/accounts/signup/?next={path}" in page.text
    guest.ask_to_sign_up(next=path)
    assert accept(guest, path).text.count("Sign up")  # not before the address is confirmed
    assert guest.confirm().path == path
    assert "Pair with <bdi>Ana</bdi>?" in guest.get(path).text
    assert accept(guest, path).path == "/couple/"
    assert "Ana" in guest.get("/couple/").text


def test_it_leads_an_account_through_log_in_and_back(ana: Visitor, ben: Visitor, server: Server) -> None:
    path = ana.invite()
    ben.log_out()
    assert ben.log_in(next=path).path == path
    assert accept(ben, path).path == "/couple/"


def test_every_invitation_that_cannot_be_accepted_is_answered_alike(ana: Visitor, ben: Visitor, server: Server) -> None:
    path = ana.invite()
    old = "/couple/invitation/AAAAAAAAAAAAAAAAAAAAAA/"
    unknown = ben.get(old)
    assert accept(ben, path).path == "/couple/"
    otto = Visitor(server, "Otto").sign_up()
    used = otto.get(path)
    again = ben.get(path)
    replaced = otto.invite()
    otto.invite()
    other = Visitor(server, "Cleo").sign_up()
    gone = other.get(replaced)
    expired = otto.invite()
    age_invitations(server)
    old_one = other.get(expired)
    taken = ben.get(otto.invite())  # Ben is in a couple

    answers = (unknown, used, again, gone, old_one, taken)
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert len({len(answer.text) for answer in answers}) == 1


def test_ones_own_invitation_says_whom_it_is_for(ana: Visitor, ben: Visitor) -> None:
    path = ana.invite()
    own = ana.get(path)
    assert own.status == 200
    assert "This is your own invitation" in own.text and "It is for your partner" in own.text
    assert accept(ben, path).path == "/couple/", "looking has used nothing up"


def test_one_who_is_paired_can_neither_invite_nor_accept(server: Server) -> None:
    ana, ben = paired(server)
    ana.get("/couple/")
    assert ana.post("/couple/invite/").path == "/couple/"
    cleo = Visitor(server, "Cleo").sign_up()
    path = cleo.invite()
    assert accept(ben, path).status == 404
    assert "Ana" in ben.get("/couple/").text


def test_of_two_who_accept_at_once_one_is_paired(ana: Visitor, ben: Visitor, server: Server) -> None:
    path = ana.invite()
    both = (ben, Visitor(server, "Cleo").sign_up())
    for person in both:
        assert person.get(path).status == 200
    with ThreadPoolExecutor(len(both)) as pool:
        answers = list(pool.map(lambda person: person.post(path), both))
    assert sorted(answer.status for answer in answers) == [200, 404]
    assert sum("Ana" in person.get("/couple/").text for person in both) == 1


def test_an_invitation_can_be_withdrawn(ana: Visitor, ben: Visitor) -> None:
    path = ana.invite()
    ana.get("/couple/")
    ana.post("/couple/withdraw/")
    assert accept(ben, path).status == 404


def test_only_the_digest_of_a_token_is_stored(ana: Visitor, server: Server) -> None:
    token = ana.invite().split("/")[-2]
    assert len(token) >= 22  # 128 bits
    assert token.encode() not in server.stored
    assert token not in server.log


def test_one_partner_unpairs_both_at_once(server: Server) -> None:
    ana, ben, session = in_a_check_in(server)
    assert "Unpair from" in ana.get("/couple/unpair/").text
    assert "Ben" in ana.get("/couple/").text  # asking has changed nothing
    ana.get("/couple/unpair/")
    assert ana.post("/couple/unpair/").path == "/couple/"
    for person, other in ((ana, "Ben"), (ben, "Ana")):
        assert other not in person.get("/couple/").text
        assert session not in person.get("/").text
        assert person.in_room(session).snapshot()["state"] == "ended"
    assert ben.post("/start/together/").path == "/start/"
    started = call(server, "POST", "sessions/", {}, ben.key)
    assert (started.status, started.body["code"]) == (403, "seat.not_allowed")


def test_unpairing_reveals_nothing(server: Server) -> None:
    ana, ben, session = in_a_check_in(server)
    a, b = ana.in_room(session), ben.in_room(session)
    assert a.command("round.open", after=0, moment=1).status == 200
    assert a.command("mark.seal", round=1, reaction="anxious", intensity=4).status == 200
    ben.get("/couple/unpair/")
    ben.post("/couple/unpair/")
    for person in (a, b):
        assert person.snapshot()["round"] is None
    with closing(sqlite3.connect(server.database_path, timeout=20)) as database:
        asked = (session.replace("-", ""),)
        marks = database.execute(
            "SELECT count(*) FROM live_sessions_mark JOIN live_sessions_round r ON r.id = round_id "
            "WHERE live_session_id = ?",
            asked,
        ).fetchone()
    assert marks == (0,)


def test_they_may_pair_again(server: Server) -> None:
    ana, ben = paired(server)
    ben.get("/couple/unpair/")
    ben.post("/couple/unpair/")
    path = ben.invite()
    assert accept(ana, path).path == "/couple/"
    session = ana.start_together()
    assert ana.in_room(session).snapshot()["you"]["seat"] == "b"  # this time Ben invited
