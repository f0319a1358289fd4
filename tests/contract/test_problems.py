"""Whatever goes wrong under /api/ is answered with a problem document, wherever on the way it goes wrong.

Nothing is listed by hand: the addresses come from the URL table.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from accounts.api.operation import Operation
from accounts.logins import BACKEND
from sessions.checkin.refusals import REFUSALS
from tests.support.cast.api_world import PASSWORD, World
from tests.support.routes import LOOKED_AT, PARAMETER, Route, under

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO")
# How a request can be wrong before anybody knows what it is about.
WRONG: dict[str, dict[str, Any]] = {
    "nothing": {},
    "bad JSON": {"data": b"{", "content_type": "application/json"},
    "a form": {"data": b"a=b", "content_type": "application/x-www-form-urlencoded"},
    "files without a boundary": {"data": b"a", "content_type": "multipart/form-data"},
    "an unknown charset": {"data": b"{}", "content_type": "application/json; charset=nonsense"},
    "another host": {"headers": {"Host": "elsewhere.example"}},
    "a host that is none": {"headers": {"Host": "a b"}},
    "a stale token": {"headers": {"X-Session-Token": "a" * 32}},
    "only pages": {"headers": {"Accept": "text/html"}},
}


def table() -> list[Route]:
    """Return every address under /api/, those included that answer to nobody."""
    return [one for one in under(get_resolver().url_patterns) if one.pattern.startswith("api")]


def paths() -> Iterator[str]:
    """Yield a path for every address, and paths where nothing is."""
    for route in table():
        found = {match["name"]: match for match in PARAMETER.finditer(route.pattern)}
        known = {
            name: (LOOKED_AT.get(f"{match['converter']}:{name}") or LOOKED_AT[match["converter"]])[0]
            for name, match in found.items()
        }
        yield route.filled(**known)
    yield from ("/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/me/", "/api/v1/me", "/api/%0A", "/api/v1/me/.")


PATHS = sorted({*paths()})


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def assert_problem(answer: Any, asked: str) -> None:
    """Check that a refusal is a problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json", asked
    if answer.request["REQUEST_METHOD"] == "HEAD":
        return
    said = json.loads(answer.content)
    assert said["status"] == answer.status_code, asked
    assert said["code"] in REFUSALS and said["detail"], asked


@pytest.mark.parametrize("wrong", WRONG)
def test_every_refusal_is_a_problem_document(world: World, wrong: str) -> None:
    # Every method where nothing else is wrong; else one that has a body and one that has none.
    methods = METHODS if wrong == "nothing" else ("GET", "POST")
    for who in ("anonymous", "partner") if wrong == "nothing" else ("partner",):
        for path in PATHS:
            for method in methods:
                cache.clear()
                how = dict(WRONG[wrong])
                headers = {**world.roles[who].headers, **how.pop("headers", {})}
                with transaction.atomic():
                    answer: Any = Client(raise_request_exception=False).generic(method, path, headers=headers, **how)
                    transaction.set_rollback(True)
                if answer.status_code >= 400:
                    assert_problem(answer, f"{who} {method} {path} with {wrong}: {answer.status_code}")


def test_a_cookie_without_the_token_of_a_page_is_refused_with_a_problem_document(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    ben = world.roles["partner"].person
    assert ben
    client.force_login(ben, backend=BACKEND)
    codes = set()
    for path in PATHS:
        for method in ("POST", "PUT", "DELETE"):
            cache.clear()
            answer: Any = client.generic(method, path, b"{}", "application/json")
            if answer.status_code == 301:
                continue  # to the same address with a slash
            assert_problem(answer, f"{method} {path}")
            codes.add(answer.json()["code"])
    assert "csrf.failed" in codes


def test_what_nobody_foresaw_is_a_problem_document(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Operation, "initial", fail)
    failed = 0
    for path in PATHS:
        answer: Any = Client(raise_request_exception=False).get(path)
        if answer.status_code == 500:
            failed += 1
            assert_problem(answer, path)
            assert "ZeroDivisionError" not in answer.content.decode()
    assert failed > 10


def test_a_page_that_fails_is_still_a_page() -> None:
    for answer, status in (
        (Client().get("/nothing/"), 404),
        (Client().get("/", headers={"Host": "elsewhere.example"}), 400),
    ):
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")


def test_the_second_step_is_refused_with_problem_documents(world: World) -> None:
    ana = world.ana
    ana.set_password(PASSWORD)
    ana.save()
    EmailAddress.objects.create(user=ana, email=ana.email, primary=True, verified=True)
    TOTP.activate(ana, generate_totp_secret())
    asked = {"email": ana.email, "password": PASSWORD}
    codes: list[str | None] = [None, "", "000000", "\u0662" * 6, "\0", "x" * 40, "²", "000001", "000002", "000003"]
    told = []
    for code in codes:
        body = asked if code is None else {**asked, "code": code}
        answer: Any = Client().post("/api/v1/auth/login/", body, "application/json")
        assert_problem(answer, repr(code))
        told.append(answer.json()["code"])
    assert {*told} == {"login.second_factor", "rate.limited"}
    Authenticator.objects.filter(user=ana).update(type=Authenticator.Type.WEBAUTHN)
    cache.clear()
    answer = Client().post("/api/v1/auth/login/", {**asked, "code": "000000"}, "application/json")
    assert_problem(answer, "a passkey alone")


def test_who_is_not_known_is_told_how_to_be(world: World) -> None:
    refused = [Client().get(path) for path in PATHS]
    unknown: list[Any] = [answer for answer in refused if answer.status_code == 401]
    unknown.append(Client().get("/api/v1/me/", headers={"X-Session-Token": "a" * 32}))
    unknown.append(Client().post("/api/v1/auth/login/", {"email": "a@b.example", "password": "x"}, "application/json"))
    assert len(unknown) > 5
    assert {answer.headers["WWW-Authenticate"] for answer in unknown} == {'X-Session-Token realm="Cycle"'}
    assert all("WWW-Authenticate" not in answer.headers for answer in refused if answer.status_code != 401)


def test_a_stale_token_is_as_good_as_none_where_none_is_needed(world: World) -> None:
    stale = {"X-Session-Token": "a" * 32}
    started: Any = Client().post("/api/v1/start/", {"first_name": "Ana"}, "application/json", headers=stale)
    assert started.status_code == 201
    path = f"/api/v1/join/{started.json()['code']}/"
    joined: Any = Client().post(path, {"first_name": "Ben"}, "application/json", headers=stale)
    assert (joined.status_code, joined.json()["session"]) == (201, started.json()["session"])
    for token in (started.json()["token"], joined.json()["token"]):
        assert Client().get("/api/v1/me/", headers={"X-Session-Token": token}).status_code == 200
