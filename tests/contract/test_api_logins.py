"""Logging in and out by the API: tokens, second factors, limits, and cookies that come along."""

import re
import time

from tests.support.cast.api_logins import log_in, token_of
from tests.support.cast.clients import Person, call, couple
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, code_for, in_a_check_in
from tests.support.servers.cycle import Server


def test_a_password_opens_a_login_of_its_own(server: Server, account: Visitor) -> None:
    first, second = token_of(account), token_of(account)
    assert len({first, second, account.key}) == 3
    shown = call(server, "GET", "me/", token=first).body
    assert shown == {**shown, "first_name": "Otto", "email": account.email, "guest": False, "second_factor": False}
    assert set(shown) == {"id", "first_name", "email", "guest", "second_factor", "looks_back"}


def test_a_wrong_password_is_answered_as_an_address_that_is_nobodys(account: Visitor) -> None:
    wrong = log_in(account, "not the password at all")
    nobody = call(account.server, "POST", "auth/login/", {"email": "nobody@example.org", "password": PASSWORD})
    unconfirmed = Visitor(account.server, "Cleo")
    unconfirmed.ask_to_sign_up()
    assert (wrong.status, wrong.body["code"]) == (401, "login.required")
    assert wrong.raw == nobody.raw == log_in(unconfirmed).raw


def test_the_second_step_is_asked_for_and_counted(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    secret = add_an_app(ana)
    for more in ({}, {"code": "000000"}, {"code": ""}):
        answer = log_in(ana, **more)
        assert (answer.status, answer.body["code"]) == (401, "login.second_factor"), more
    missing, wrong = log_in(ana).body["detail"], log_in(ana, code="000000").body["detail"]
    assert missing.startswith("Please add the code") and "not right" in wrong
    assert log_in(ana, "not the password at all", code="000000").body["code"] == "login.required"
    # An app's code works once, and the one that turned it on is used up.
    code = code_for(secret, time.time() + 30)
    answers = [log_in(ana, code=code) for _ in range(2)]
    opened = [answer.body["token"] for answer in answers if answer.status == 200]
    assert len(opened) == 1
    assert call(server, "GET", "me/", token=opened[0]).body["second_factor"] is True
    limited = [log_in(ana, code=f"00000{number}") for number in range(8)]
    assert limited[-1].status == 429
    assert int(limited[-1].headers["retry-after"]) > 0


def test_guessing_is_slowed_down_for_who_guesses(server: Server) -> None:
    otto = Visitor(server, "Otto").sign_up()
    answers = [log_in(otto, f"not the password {number}") for number in range(6)]
    assert [answer.status for answer in answers] == [401] * 5 + [429]
    assert answers[-1].body["code"] == "rate.limited"
    assert log_in(otto).status == 429, "the right password is no better then"


def test_a_cookie_that_comes_along_is_neither_used_nor_changed(server: Server, account: Visitor) -> None:
    ana, _ = couple(server)
    body = {"email": account.email, "password": PASSWORD}
    answer = call(server, "POST", "auth/login/", body, Cookie=f"session={ana.token}")
    assert answer.status == 200
    assert "set-cookie" not in answer.headers
    assert call(server, "GET", "me/", token=ana.token).body["first_name"] == "Ana"


def test_logging_out_ends_this_login_alone(server: Server, account: Visitor, token: str) -> None:
    other = token_of(account)
    assert call(server, "POST", "auth/logout/", token=token).status == 204
    assert call(server, "GET", "me/", token=token).body["code"] == "login.required"
    assert call(server, "POST", "auth/logout/", token=token).status == 401
    assert call(server, "GET", "me/", token=other).status == 200


def test_logging_out_closes_what_is_open_with_it(server: Server) -> None:
    ana, _, session = in_a_check_in(server)
    person = Person(server, "Ana", token_of(ana), session)
    line, beside = person.connect(), ana.in_room(session).connect()
    line.until(lambda session: session["state"] == "live")
    assert call(server, "POST", "auth/logout/", token=person.token).status == 204
    assert line.closed(2 * 2.0) == 4401
    assert beside.ask("sync")["type"] == "ack"
    line.close()
    beside.close()


def test_a_login_stands_in_the_list_and_is_ended_there(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    token = token_of(ana)
    page = ana.get("/accounts/sessions/")
    assert page.text.count('data-testid="login"') == 2
    path = page.text.split('data-testid="end-login"')[0].rsplit('action="', 1)[1].split('"')[0]
    ana.post(path)
    assert call(server, "GET", "me/", token=token).status == 401
    assert ana.get("/accounts/sessions/").text.count('data-testid="login"') == 1


def test_a_cookie_needs_the_token_of_a_page(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    cookie = f"session={ana.key}"
    assert call(server, "GET", "me/", Cookie=cookie).status == 200
    refused = call(server, "POST", "auth/logout/", Cookie=cookie)
    assert (refused.status, refused.body["code"]) == (403, "csrf.failed")
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', ana.get("/settings/").text)
    csrf = next(one.value for one in ana.cookies if one.name == "csrf")
    assert found
    both = {"Cookie": f"{cookie}; csrf={csrf}", "X_CSRFToken": found[1]}
    assert call(server, "POST", "auth/logout/", **both).status == 204
    assert call(server, "GET", "me/", Cookie=cookie).status == 401
