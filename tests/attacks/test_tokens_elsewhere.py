"""A token that somebody else has copied: it is worth nothing once rights have risen, or once its login is over."""

import time
from collections.abc import Callable

import pytest

from tests.support.cast.clients import Person, call
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, as_staff, code_for, in_a_check_in
from tests.support.servers.cycle import Server

WITHIN = 2 * 2.0
NEW_PASSWORD = "another password of five words"
ELSEWHERE = "127.0.0.2"
KNOWN = "/settings/"


def copied_by_otto(person: Visitor) -> Visitor:
    """Return Otto's browser, at an address of his own, with a copy of somebody's cookies."""
    otto = person.copied()
    return Visitor(person.server, "Otto", ELSEWHERE, person.email, otto.cookies)


def opens(thief: Visitor, path: str = KNOWN) -> bool:
    """Tell whether a private page opens with what a browser holds."""
    page = thief.get(path)
    return (page.path, page.status) == (path, 200)


def log_in(person: Visitor) -> None:
    """Log in from the log-in page, on a browser that has a login already."""
    person.log_out()
    assert person.log_in().path == "/"


def sign_up(person: Visitor) -> None:
    """Make an account of a guest."""
    person.sign_up()


def show_it_is_me(person: Visitor) -> None:
    """Give the password again."""
    assert person.show_it_is_me().status == 200


def change_the_password(person: Visitor) -> None:
    """Set a new password."""
    person.get("/accounts/password/change/")
    asked = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert person.post("/accounts/password/change/", **asked).path == KNOWN


def turn_on_a_second_step(person: Visitor) -> None:
    """Turn codes from an app on."""
    add_an_app(person)


def become_staff(person: Visitor) -> None:
    """Be made staff, and do what the admin then asks for."""
    as_staff(person.server, person)
    add_an_app(person)
    assert person.get("/admin/").path == "/admin/"


RISES = [log_in, show_it_is_me, change_the_password, turn_on_a_second_step, become_staff]


@pytest.mark.parametrize("rise", RISES)
def test_a_copy_is_worth_nothing_once_rights_have_risen(server: Server, rise: Callable[[Visitor], None]) -> None:
    ana = Visitor(server, "Ana").sign_up()
    otto = copied_by_otto(ana)
    token = ana.key
    assert opens(otto), "premise"
    rise(ana)
    assert ana.key != token
    assert opens(ana)
    assert not opens(otto)
    assert call(server, "GET", "me/", token=token).status == 401


def test_the_copy_of_a_guest_does_not_grow_into_the_account(server: Server) -> None:
    ana = Visitor(server, "Ana")
    session = ana.start()
    otto = copied_by_otto(ana)
    assert opens(otto, f"/sessions/{session}/"), "premise"
    sign_up(ana)
    assert opens(ana)
    assert not opens(otto)
    assert not opens(otto, f"/sessions/{session}/")


def test_the_second_step_makes_a_token_that_the_password_alone_had_not(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    secret = add_an_app(ana)
    ana.log_out()
    assert ana.log_in().path == "/accounts/2fa/authenticate/"
    halfway, otto = ana.key, copied_by_otto(ana)
    ana.get("/accounts/2fa/authenticate/")
    assert ana.post("/accounts/2fa/authenticate/", code=code_for(secret, time.time() + 30)).path == "/"
    assert ana.key != halfway
    assert not opens(otto)
    assert call(server, "GET", "me/", token=halfway).status == 401


def test_showing_it_again_keeps_the_login_in_its_list(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    before = ana.get("/accounts/sessions/").text.count('data-testid="login"')
    show_it_is_me(ana)
    assert ana.get("/accounts/sessions/").text.count('data-testid="login"') == before == 1


def test_a_token_in_two_places_ends_in_both(server: Server) -> None:
    ana, _, session = in_a_check_in(server)
    otto = copied_by_otto(ana)
    assert opens(otto), "premise"
    token = otto.key
    lines = [ana.in_room(session).connect(), otto.in_room(session).connect()]
    for line in lines:
        line.until(lambda session: session["state"] == "live")
    ana.log_out()
    assert [line.closed(WITHIN) for line in lines] == [4401, 4401]
    assert not opens(otto)
    assert Person(server, "Otto", token, session).connect().closed() == 4401
    assert call(server, "GET", "me/", token=token).status == 401


def test_what_decides_who_gets_in_asks_whoever_holds_a_copy(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    otto = copied_by_otto(ana)
    show_it_is_me(ana)
    for path in ("/accounts/2fa/totp/activate/", "/settings/leave/", "/accounts/email/"):
        assert not opens(otto, path), path
