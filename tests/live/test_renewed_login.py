"""A login that is renewed in a second tab ends the old one's socket with 4401, and is let back into the same seat."""

import re
import time
from collections.abc import Callable

import pytest

from tests.support.cast.clients import join_as
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, code_for, in_a_check_in
from tests.support.servers.cycle import Server

WITHIN = 2 * 2.0


def sign_up(ana: Visitor) -> None:
    """Sign up as who one is."""
    ana.ask_to_sign_up()


def sign_up_and_confirm(ana: Visitor) -> None:
    """Sign up, and open the link in the mail."""
    ana.ask_to_sign_up()
    ana.confirm()


def change_the_password(ana: Visitor) -> None:
    """Set a new password."""
    ana.show_it_is_me()
    ana.get("/accounts/password/change/")
    new = "another password of five words"
    answer = ana.post("/accounts/password/change/", oldpassword=PASSWORD, password1=new, password2=new)
    assert answer.path == "/settings/", answer.text


def show_it_is_me(ana: Visitor) -> None:
    """Give the password again, as deleting and exporting ask for."""
    ana.show_it_is_me()


def log_in_anew(ana: Visitor) -> None:
    """Log out, and in again."""
    ana.log_out()
    assert ana.log_in().path == "/"


def log_in_with_a_second_step(ana: Visitor) -> None:
    """Turn a second step on, log out, and log in with it."""
    secret = add_an_app(ana)
    ana.log_out()
    assert ana.log_in().path == "/accounts/2fa/authenticate/"
    ana.get("/accounts/2fa/authenticate/")
    assert ana.post("/accounts/2fa/authenticate/", code=code_for(secret, time.time() + 30)).path == "/"


def live_guests(server: Server) -> tuple[Visitor, str]:
    """Return Ana, a guest, in a live check-in with Ben."""
    ana = Visitor(server, "Ana")
    session = ana.start()
    link = re.search(r'href="[^"]*/join/([A-Z]+)/[^"]*" data-testid="join-link"', ana.get(f"/sessions/{session}/").text)
    assert link
    join_as(server, "Ben", link[1])
    return ana, session


@pytest.mark.parametrize(
    "renew",
    [sign_up, sign_up_and_confirm, show_it_is_me, change_the_password, log_in_anew, log_in_with_a_second_step],
)
def test_it_closes_4401_and_the_new_login_has_the_same_seat(server: Server, renew: Callable[[Visitor], None]) -> None:
    if renew in (sign_up, sign_up_and_confirm):
        ana, session = live_guests(server)
    else:
        ana, _, session = in_a_check_in(server)
    before = ana.in_room(session)
    line = before.connect()
    seat = line.until(lambda session: session["state"] == "live")["you"]["seat"]
    assert before.command("round.open", after=0, text="We came home tired.").status == 200

    renew(ana)
    assert line.closed(WITHIN) == 4401
    assert before.connect().closed() == 4401, "the old login stays out"
    after = ana.in_room(session)
    assert after.token != before.token
    again = after.connect()
    shown = again.until(lambda session: session["state"] == "live")
    assert (shown["you"]["seat"], shown["round"]["number"]) == (seat, 1)
    assert again.ask("mark.seal", round=1, reaction="anxious", intensity=3)["type"] == "ack"
    again.close()
