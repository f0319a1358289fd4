"""What a program may do for one person: log in and out, pair and part, keep notes, take everything along, go."""

import json
import re
import time
from typing import Any

import pytest

from tests.support.cast.clients import Answer, Person, call, couple
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, code_for, in_a_check_in, paired
from tests.support.servers.cycle import Server


def log_in(visitor: Visitor, password: str = PASSWORD, **more: Any) -> Answer:
    """Log in by the API."""
    return call(visitor.server, "POST", "auth/login/", {"email": visitor.email, "password": password, **more})


def token_of(visitor: Visitor) -> str:
    """Return the token of a fresh login."""
    answer = log_in(visitor)
    assert answer.status == 200, answer.body
    token: str = answer.body["token"]
    return token


@pytest.fixture(scope="module")
def account(server: Server) -> Visitor:
    """Return Otto, who has an account and nobody to share it with."""
    return Visitor(server, "Otto").sign_up()


@pytest.fixture
def token(account: Visitor) -> str:
    """Return the token of a login of his."""
    return token_of(account)


# Logging in and out.


def test_a_password_opens_a_login_of_its_own(server: Server, account: Visitor) -> None:
    first, second = token_of(account), token_of(account)
    assert len({first, second, account.key}) == 3
    shown = call(server, "GET", "me/", token=first).body
    assert shown == {**shown, "first_name": "Otto", "email": account.email, "guest": False, "second_factor": False}
    assert set(shown) == {"id", "first_name", "email", "guest", "second_factor"}


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


# Two who pair, and part.


def test_two_pair_by_an_invitation_and_part(server: Server) -> None:
    ana, ben = (Visitor(server, name).sign_up() for name in ("Ana", "Ben"))
    hers, his = token_of(ana), token_of(ben)
    alone = call(server, "GET", "couple/", token=hers)
    assert (alone.status, alone.body["code"]) == (404, "item.not_found")
    invited = call(server, "POST", "couple/invitations/", token=hers)
    assert invited.status == 201
    assert set(invited.body) == {"url", "code", "expires"}
    assert invited.body["url"].endswith(f"/couple/invitation/{invited.body['code']}/")
    path = f"couple/invitations/{invited.body['code']}/accept/"
    assert call(server, "POST", path, token=hers).status == 404, "nobody pairs with themself"
    accepted = call(server, "POST", path, token=his)
    assert accepted.status == 200
    assert (accepted.body["seat"], accepted.body["partner"]) == ("b", {"first_name": "Ana"})
    again = call(server, "POST", path, token=his)
    assert (again.status, again.body["code"]) == (404, "code.not_found")
    shown = call(server, "GET", "couple/", token=hers).body
    assert (shown["id"], shown["seat"], shown["partner"]) == (accepted.body["id"], "a", {"first_name": "Ben"})
    assert call(server, "POST", "couple/invitations/", token=hers).body["code"] == "couple.not_free"

    started = call(server, "POST", "sessions/", token=hers)
    met = call(server, "POST", "sessions/", token=his)
    assert (started.status, met.status, met.body) == (201, 200, started.body)
    path = f"sessions/{met.body['session']}/join/"
    assert call(server, "POST", path, token=his).body["session"]["state"] == "live"

    assert call(server, "DELETE", "couple/", token=his).status == 204
    assert call(server, "DELETE", "couple/", token=his).status == 204
    assert call(server, "GET", "couple/", token=hers).status == 404
    assert call(server, "GET", f"sessions/{met.body['session']}/", token=hers).body["session"]["state"] == "ended"


def test_a_guest_invites_nobody(server: Server) -> None:
    ana, _ = couple(server)
    answer = call(server, "POST", "couple/invitations/", token=ana.token)
    assert (answer.status, answer.body["code"]) == (403, "account.needed")


def test_an_account_takes_the_seat_behind_a_code_as_who_it_is(server: Server, token: str) -> None:
    started = call(server, "POST", "start/", {"first_name": "Ana"}).body
    joined = call(server, "POST", f"join/{started['code']}/", {"first_name": "Otto"}, token)
    assert (joined.status, joined.body) == (201, {"token": token, "session": started["session"]})
    people = call(server, "GET", f"sessions/{started['session']}/", token=token).body["session"]["people"]
    assert [person["name"] for person in people] == ["Ana", "Otto"]
    call(server, "DELETE", "couple/", token=token)


def test_who_is_paired_starts_without_a_code(server: Server) -> None:
    ana, _ = paired(server)
    answer = call(server, "POST", "start/", {"first_name": "Ana"}, token_of(ana))
    assert (answer.status, answer.body["code"]) == (409, "couple.not_free")


# What one keeps for oneself.

NOTES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "journal": ({"text": "  One.  ", "learned": "At home."}, {"text": "One.", "learned": "At home."}),
    "triggers": ({"text": "A closed door."}, {"text": "A closed door."}),
    "wishes": ({"text": "A word."}, {"text": "A word."}),
    "drafts": ({"text": "Where were you?"}, {"text": "Where were you?", "opens_at": None}),
    "checks": ({"list": "signs", "ticked": ["stuck"]}, {"list": "signs", "ticked": ["stuck"]}),
}


@pytest.mark.parametrize("kind", NOTES)
def test_a_note_is_kept_shown_rewritten_and_deleted(server: Server, kind: str) -> None:
    ana, ben = couple(server)
    sent, expected = NOTES[kind]
    path = f"me/private/{kind}/"
    kept = call(server, "PUT", path, sent, ana.token)
    assert kept.status == 201
    note = kept.body["id"]
    assert kept.body == {**expected, "id": note, "created_at": kept.body["created_at"]}
    assert call(server, "GET", f"{path}{note}/", token=ana.token).body == kept.body
    other = {**sent, "ticked": []} if kind == "checks" else {**sent, "text": "Another."}
    rewritten = call(server, "PUT", f"{path}{note}/", other, ana.token)
    assert rewritten.status == 200
    assert rewritten.body["id"] == note and rewritten.body != kept.body
    assert call(server, "GET", path, token=ana.token).body["results"] == [rewritten.body]
    assert call(server, "GET", path, token=ben.token).body["results"] == []
    elsewhere = next(one for one in NOTES if one != kind)
    assert call(server, "GET", f"me/private/{elsewhere}/{note}/", token=ana.token).status == 404
    assert call(server, "DELETE", f"{path}{note}/", token=ana.token).status == 204
    assert call(server, "DELETE", f"{path}{note}/", token=ana.token).status == 404
    call(server, "PUT", path, sent, ana.token)
    assert call(server, "DELETE", path, token=ana.token).status == 204
    assert call(server, "GET", path, token=ana.token).body["results"] == []


def test_a_draft_that_is_put_away_says_only_when(server: Server) -> None:
    ana, _ = couple(server)
    kept = call(server, "PUT", "me/private/drafts/", {"text": "Where were you?", "hold": "1-hour"}, ana.token).body
    assert kept["text"] is None and kept["opens_at"]
    path = f"me/private/drafts/{kept['id']}/"
    assert "Where" not in call(server, "GET", path, token=ana.token).raw.decode()
    shown = call(server, "PUT", path, {}, ana.token).body
    assert shown["text"] == "Where were you?"
    assert call(server, "PUT", path, {"hold": "tomorrow"}, ana.token).body["text"] is None
    assert call(server, "PUT", "me/private/drafts/", {"hold": "tomorrow"}, ana.token).status == 400


def test_the_longest_entry_in_any_script_fits(server: Server) -> None:
    ana, _ = couple(server)
    for letter in ("a", "é", "愛", "🌱"):
        sent = {"text": letter * 5000, "learned": letter * 5000}
        body = json.dumps(sent, ensure_ascii=False).encode()
        assert call(server, "PUT", "me/private/journal/", body, ana.token).status == 201
        kept = call(server, "GET", "me/private/journal/", token=ana.token).body["results"][0]
        assert kept["text"] == sent["text"]
    assert call(server, "PUT", "me/private/journal/", {"text": "a" * 5001}, ana.token).status == 400


def test_a_long_list_comes_in_pages_both_ways(server: Server) -> None:
    ana, _ = couple(server)
    for number in range(60):
        assert call(server, "PUT", "me/private/wishes/", {"text": f"{number}"}, ana.token).status == 201
    pages, path = [], "me/private/wishes/"
    while path:
        page = call(server, "GET", path, token=ana.token).body
        pages.append(page)
        path = page["next"] and page["next"].partition("/api/v1/")[2]
    assert [len(page["results"]) for page in pages] == [50, 10]
    assert [note["text"] for page in pages for note in page["results"]] == [str(number) for number in range(59, -1, -1)]
    assert pages[0]["previous"] is None
    back = call(server, "GET", pages[1]["previous"].partition("/api/v1/")[2], token=ana.token).body
    assert back["results"] == pages[0]["results"]


@pytest.mark.parametrize("cursor", ["x", "bm9uZQ==", "cD1ub3doZXJl", "cD0yMDI2LTAxLTAx" * 12, "", "%00"])
def test_a_cursor_that_was_made_up_leads_nowhere(server: Server, cursor: str) -> None:
    ana, _ = couple(server)
    answer = call(server, "GET", f"me/private/wishes/?cursor={cursor}", token=ana.token)
    assert (answer.status, answer.body.get("code", answer.body.get("results"))) in ((400, "frame.invalid"), (200, []))


# Taking everything along, and going.


def test_the_export_holds_ones_own_and_of_the_other_what_a_reveal_shows(server: Server) -> None:
    ana, ben, session = in_a_check_in(server)
    people = {visitor.name: Person(server, visitor.name, token_of(visitor), session) for visitor in (ana, ben)}
    hers, his = people.values()
    for person, type, fields in (
        (hers, "round.open", {"after": 0, "text": "We came home tired."}),
        (hers, "mark.seal", {"round": 1, "reaction": "anxious", "intensity": 4, "words": "hers", "thought": "alone"}),
        (his, "mark.seal", {"round": 1, "reaction": "steady", "intensity": 2, "words": "his", "share": ["words"]}),
        (hers, "quiet.skip", {"round": 1}),
        (his, "quiet.skip", {"round": 1}),
        (hers, "need.say", {"round": 1, "text": "her need"}),
        (his, "need.say", {"round": 1, "text": "his need"}),
        (his, "step.choose", {"round": 1, "text": "his step"}),
        (hers, "step.choose", {"round": 1, "text": "her step"}),
        (hers, "pattern.fit", {"round": 1, "fits": True}),
        (hers, "round.open", {"after": 1, "moment": 1}),
        (hers, "mark.seal", {"round": 2, "reaction": "both", "intensity": 5, "words": "still sealed"}),
    ):
        assert person.command(type, **fields).status == 200, type
    call(server, "PUT", "me/private/drafts/", {"text": "put away", "hold": "tomorrow"}, hers.token)
    answer = call(server, "GET", "me/export/", token=hers.token)
    assert answer.status == 200
    for word in ("his", "his need", "his step", "still sealed", "Ben", ben.email):
        assert f'"{word}' not in answer.raw.decode(), word
    (check_in,) = answer.body["check_ins"]
    first, second = check_in["rounds"]
    told = first["reveal"]
    assert told["your_mark"] == {
        "reaction": "anxious", "intensity": 4, "words": "hers", "thought": "alone", "share": [],
    }  # fmt: skip
    assert told["other_mark"] == {"reaction": "steady", "intensity": 2}
    assert (told["pattern"], told["your_need"], told["you_fit"]) == ("reach_respond", "her need", True)
    assert told["your_step"] == {"text": "her step", "tried": None}
    assert (second["state"], second["reveal"]) == ("open", None)
    assert answer.body["private"]["drafts"][0]["text"] == "put away"
    assert answer.body["me"]["email"] == ana.email


def test_taking_along_and_going_ask_for_a_fresh_log_in(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    token = token_of(ana)
    shell = (
        "import time; time.time = (lambda now: lambda: now() - 600)(time.time)\n"
        "from django.http import HttpRequest\n"
        "from accounts.login.token_logins import log_in\n"
        "request = HttpRequest(); request.META = {'REMOTE_ADDR': '127.0.0.1'}\n"
        f"print(log_in(request, {ana.email!r}, {PASSWORD!r}, None))"
    )
    old = server.manage("shell", "-v0", "-c", shell).strip().splitlines()[-1]
    for method, path in (("GET", "me/export/"), ("DELETE", "me/")):
        refused = call(server, method, path, token=old)
        assert (refused.status, refused.body["code"]) == (401, "login.not_fresh")
    assert call(server, "GET", "me/", token=old).status == 200
    assert call(server, "GET", "me/export/", token=token).status == 200
    assert call(server, "DELETE", "me/", token=token).status == 204
    assert call(server, "GET", "me/", token=old).status == 401
    assert log_in(ana).status == 401


def test_a_guest_goes_at_once_and_the_other_is_told_no_cause(ana: Person, ben: Person) -> None:
    at_ben = ben.connect()
    at_ben.until(lambda session: session["state"] == "live")
    assert call(ana.server, "DELETE", "me/", token=ana.token).status == 204
    assert at_ben.closed() in (4410, 4403)
    assert call(ana.server, "GET", "me/", token=ana.token).status == 401
    assert ben.snapshot()["state"] == "ended"
