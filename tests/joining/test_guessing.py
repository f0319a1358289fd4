"""Somebody who probes log-in, links, codes and invitations learns nothing, and is slowed down; nobody else is."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.support.cast.clients import call
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, mails_to
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks

pytestmark = pytest.mark.both_stacks

_addresses = count(2)


@pytest.fixture
def elsewhere() -> str:
    """Return an address on the net that nobody has used yet."""
    return f"127.0.0.{next(_addresses)}"


@pytest.fixture
def far() -> str:
    """Return another one."""
    return f"127.0.0.{next(_addresses)}"


@pytest.fixture(scope="module")
def strict(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a running Cycle with the limits it has by default."""
    running = Server(JOIN_RATE="60", **stacks.environment(stack)).start()
    yield running
    running.close()


def test_log_in_answers_alike_for_known_and_unknown(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    unconfirmed = Visitor(server, "Cleo")
    unconfirmed.ask_to_sign_up()
    answers = [
        Visitor(server).log_in("not the password at all", ana.email),
        Visitor(server).log_in("not the password at all", f"nobody-{ana.email}"),
        Visitor(server).log_in(PASSWORD, unconfirmed.email),
    ]
    bodies = [
        answer.body.replace(email, "somebody")
        for answer, email in zip(answers, (ana.email, f"nobody-{ana.email}", unconfirmed.email), strict=True)
    ]
    assert {answer.status for answer in answers} == {200}
    assert bodies[0] == bodies[1] == bodies[2]


def test_log_in_is_slowed_down_for_who_guesses_and_for_nobody_else(strict: Server, elsewhere: str) -> None:
    ana = Visitor(strict, "Ana").sign_up()
    otto = Visitor(strict, "Otto", address=elsewhere)
    for _ in range(5):
        assert "don’t match" in otto.log_in("not the password at all", ana.email).text
    limited = otto.log_in(PASSWORD, ana.email)
    assert "Please wait a few minutes" in limited.text
    # The same for an address that is nobody's.
    for _ in range(5):
        otto.log_in("not the password at all", "nobody@example.org")
    unknown = otto.log_in(PASSWORD, "nobody@example.org")
    assert limited.body.replace(ana.email, "x") == unknown.body.replace("nobody@example.org", "x")
    assert Visitor(strict, "Ana", email=ana.email).log_in().path == "/"


def test_the_second_step_is_slowed_down(strict: Server, elsewhere: str) -> None:
    ana = Visitor(strict, "Ana").sign_up()
    add_an_app(ana)
    otto = Visitor(strict, "Ana", email=ana.email, address=elsewhere)
    assert otto.log_in().path == "/accounts/2fa/authenticate/"
    for code in range(5):
        otto.get("/accounts/2fa/authenticate/")
        assert "didn’t work" in otto.post("/accounts/2fa/authenticate/", code=f"00000{code}").text
    otto.get("/accounts/2fa/authenticate/")
    assert "Please wait a few minutes" in otto.post("/accounts/2fa/authenticate/", code="000009").text


def test_asking_for_a_new_password_answers_alike(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    answers = []
    for email in (ana.email, f"nobody-{ana.email}"):
        visitor = Visitor(server)
        visitor.get("/accounts/password/reset/")
        answers.append(visitor.post("/accounts/password/reset/", email=email))
    assert [answer.path for answer in answers] == ["/accounts/password/reset/done/"] * 2
    assert answers[0].body == answers[1].body
    assert all(mails_to(server, email) for email in (ana.email, f"nobody-{ana.email}"))


def test_a_flood_of_messages_stops_without_keeping_the_owner_out(server: Server, elsewhere: str) -> None:
    ana = Visitor(server, "Ana").sign_up()
    before = len(mails_to(server, ana.email))
    otto = Visitor(server, "Otto", address=elsewhere)
    for _ in range(8):
        otto.get("/accounts/password/reset/")
        assert otto.post("/accounts/password/reset/", email=ana.email).path == "/accounts/password/reset/done/"
    assert len(mails_to(server, ana.email)) == before + 5
    ana.get("/accounts/password/reset/")
    ana.post("/accounts/password/reset/", email=ana.email)
    assert len(mails_to(server, ana.email)) == before + 6


def test_invented_links_open_nothing(server: Server) -> None:
    otto = Visitor(server, "Otto")
    for path in (
        "/accounts/confirm-email/MQ:1abcde:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "/accounts/password/reset/key/00000000000040008000000000000000-abcdef-0123456789abcdef/",
    ):
        assert "no longer works" in otto.get(path).text


def test_wrong_invitations_and_codes_share_one_limit(strict: Server, elsewhere: str, far: str) -> None:
    otto = Visitor(strict, "Otto", address=elsewhere)
    bodies = {otto.get(f"/couple/invitation/{'A' * 20}{number:02}/").body for number in range(10)}
    assert len(bodies) == 1
    bodies = {otto.get(f"/join/{letter * 6}/").body for letter in "BCDFGHJKMN"}
    assert len(bodies) == 1
    for path in ("/couple/invitation/AAAAAAAAAAAAAAAAAAAAAA/", "/join/BCDFGH/"):
        answer = otto.get(path)
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) > 0

    ana = Visitor(strict, "Ana", address=far).sign_up()
    path = ana.invite()
    assert Visitor(strict, "Ben", address=far).get(path).status == 200  # nobody else waits


def test_signing_up_is_slowed_down(strict: Server, elsewhere: str) -> None:
    otto = Visitor(strict, "Otto", address=elsewhere)
    answers = [otto.ask_to_sign_up(email=f"otto-{number}@example.org").status for number in range(21)]
    assert answers == [200] * 20 + [429]
    assert Visitor(strict, "Ana").ask_to_sign_up().status == 200


def test_a_foreign_item_is_answered_as_one_that_does_not_exist(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    session = ana.start()
    otto = Visitor(server, "Otto").sign_up()
    absent = "00000000-0000-4000-8000-000000000000"
    pages = [otto.get(f"/sessions/{one}/") for one in (session, absent)]
    assert (pages[0].status, pages[0].body) == (pages[1].status, pages[1].body)
    answers = [call(server, "GET", f"sessions/{one}/", token=otto.key) for one in (session, absent)]
    assert (answers[0].status, answers[0].raw) == (answers[1].status, answers[1].raw)
