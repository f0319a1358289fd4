"""Answering a question of consent, on its page and over the API: read first, own answer only."""

import json
from itertools import product
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.care import scopes
from accounts.care.consent_wording import CURRENT, WORDINGS
from accounts.couple import pairing
from accounts.models import SCOPES, Consent, User
from tests.support.cast.api_world import ABSENT
from tests.support.cast.care_cast import Three, account, both_agree, device

# The page.


def test_the_page_shows_the_words_that_are_kept_and_says_beforehand_what_others_see(cast: Three) -> None:
    page = device(cast.ana).get(f"/couple/care/{cast.link.id}/").content.decode()
    for scope in SCOPES:
        assert str(WORDINGS[CURRENT[scope]]) in page
    assert "If an active one stops, the others can see that it has" in page
    assert page.index("an active one stops") < page.index('name="agree"')


def test_a_partner_answers_on_the_page(cast: Three) -> None:
    scopes.agree(cast.ben, cast.link, SCOPES)
    ana, path = device(cast.ana), f"/couple/care/{cast.link.id}/"
    ana.get(path)
    assert ana.post(path, {"agree": "host-1"}).status_code == 302
    assert scopes.active_scopes(cast.link) == {"host"}
    ana.post(path, {"withdraw": "host"})
    assert scopes.active_scopes(cast.link) == frozenset()
    assert "Not agreed" in ana.get(path).content.decode()


@pytest.mark.parametrize("answer", [{"agree": "host-0"}, {"agree": "host"}, {"agree": "everything"}, {}, {"no": "x"}])
def test_nobody_agrees_to_words_they_have_not_read(cast: Three, answer: dict[str, str]) -> None:
    ana, path = device(cast.ana), f"/couple/care/{cast.link.id}/"
    assert ana.post(path, answer).status_code == 302
    assert not Consent.objects.exists()


def test_looking_agrees_to_nothing(cast: Three) -> None:
    for method, query in product(("get", "head"), ("", "?agree=host-1")):
        getattr(device(cast.ana), method)(f"/couple/care/{cast.link.id}/{query}")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("who", ["tess", "otto", "cleo", "staff"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_to_everybody_else_the_page_is_one_that_does_not_exist(cast: Three, who: str, method: str) -> None:
    cleo, dan = account("Cleo"), account("Dan")
    pairing.form_couple(cleo, dan)
    people: dict[str, User] = {"tess": cast.tess, "otto": account("Otto"), "cleo": cleo}
    people["staff"] = account("Staff", is_staff=True, is_superuser=True)
    client = device(people[who])
    asked = {"agree": "host-1"}
    theirs = getattr(client, method)(f"/couple/care/{cast.link.id}/", asked)
    missing = getattr(client, method)(f"/couple/care/{ABSENT}/", asked)
    assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)
    assert theirs.status_code == 404


# The API.


def ask(client: Client, method: str, path: str, body: Any = None) -> HttpResponse:
    """Ask the API as a browser does."""
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    answer: HttpResponse = getattr(client, method)(f"/api/v1/{path}", **sent)
    return answer


def test_a_partner_answers_over_the_api(cast: Three) -> None:
    scopes.agree(cast.ben, cast.link, SCOPES)
    ana, path = device(cast.ana), f"care/{cast.link.id}/consent/"
    shown = json.loads(ask(ana, "post", path, {"scope": ["host"]}).content)
    assert (shown["you"], shown["therapist"]["first_name"]) == ("partner", "Tess")
    assert shown["therapist"]["profile"]["approach"] == "Slow rounds."
    assert {scope: (one["agreed"], one["active"]) for scope, one in shown["scopes"].items()} == {
        "host": (True, True),
        "history": (False, False),
    }
    assert shown["scopes"]["host"]["wording"]["code"] == "host-1"
    assert scopes.active_scopes(cast.link) == {"host"}
    assert json.loads(ask(ana, "delete", path, {"scope": ["host"]}).content)["scopes"]["host"]["active"] is False
    ask(ana, "post", path, {"scope": ["host", "history"]})
    assert scopes.active_scopes(cast.link) == set(SCOPES)
    assert ask(ana, "delete", path).status_code == 200, "without a body everything is taken back"
    assert scopes.active_scopes(cast.link) == frozenset()


def test_the_therapist_sees_over_the_api_what_is_active(cast: Three) -> None:
    both_agree(cast, "history")
    (shown,) = json.loads(ask(device(cast.tess), "get", "care/").content)["results"]
    assert shown["you"] == "therapist"
    assert shown["couple"] == str(cast.couple.id)
    assert shown["partners"] == [{"seat": "a", "first_name": "Ana"}, {"seat": "b", "first_name": "Ben"}]
    assert shown["scopes"] == {"host": {"active": False}, "history": {"active": True}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scope": []},
        {"scope": "host"},
        {"scope": ["everything"]},
        {"scope": ["host"], "user": "x"},
        {"scope": ["host", "host", "host"]},
        ["host"],
    ],
)
def test_a_body_that_says_something_else_is_refused(cast: Three, body: Any) -> None:
    answer = ask(device(cast.ana), "post", f"care/{cast.link.id}/consent/", body)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "frame.invalid")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("who", ["tess", "otto", "staff"])
@pytest.mark.parametrize("method", ["post", "delete"])
def test_to_everybody_else_the_address_is_one_that_does_not_exist(cast: Three, who: str, method: str) -> None:
    staff = account("Staff", is_staff=True, is_superuser=True)
    client = device({"tess": cast.tess, "otto": account("Otto"), "staff": staff}[who])
    theirs, missing = (
        ask(client, method, f"care/{link_id}/consent/", {"scope": ["host"]}) for link_id in (cast.link.id, ABSENT)
    )
    assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)
    assert theirs.status_code == 404
