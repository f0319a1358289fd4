"""What is somebody's looks like what is nobody's: every operation, asked by everybody, about what is not theirs."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from sessions.contract.openapi import document
from tests.contract.whose_addresses import bodies, ids_of, names_something, paths_of
from tests.support.cast.api_world import ABSENT, CANARY, PRIVATE_CANARY, Role, World, undone
from tests.support.routes import ApiRoute, api_routes

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "guest", "partner", "ex-partner", "outsider", "therapist", "revoked therapist", "staff")
# Who may read what Ana and Ben revealed: he, and the therapist to whom both agree.
TOLD = ("partner", "therapist")
OPERATIONS = api_routes()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


Asked = Callable[..., HttpResponse]


@pytest.fixture(scope="module")
def ask(world: World) -> Asked:
    """Return how to ask once, as if nobody had asked before; what was asked already has the same answer."""
    answers: dict[tuple[str, str, str], HttpResponse] = {}

    def answer(route: ApiRoute, role: Role, path: str, body: Any = None) -> HttpResponse:
        sent = b"" if body is None else json.dumps(body).encode()
        place = (role.name, f"{route.method} {path}", sent.decode())
        if place not in answers:
            with undone():
                asked = Client().generic(route.method, path, sent, "application/json", headers=role.headers)
                answers[place] = asked  # type: ignore[assignment]
        return answers[place]

    return answer


def compared(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """Return everything of an answer that somebody could compare."""
    return answer.status_code, answer.content, dict(answer.headers)


NAMING = [route for route in OPERATIONS if names_something(route)]
NAMELESS = [route for route in OPERATIONS if not names_something(route)]


def test_every_operation_is_asked_about() -> None:
    assert len(NAMING) >= 8 and len(NAMELESS) >= 12
    for route in OPERATIONS:
        assert not names_something(route) or ids_of(route)


@pytest.mark.parametrize("route", NAMING, ids=str)
def test_what_is_anothers_is_answered_as_what_is_not_there(world: World, ask: Asked, route: ApiRoute) -> None:
    for role in (world.roles[name] for name in ROLES):
        for fixed, name, ids in ids_of(route):
            _, foreign, absent = ids(world, role)
            for body in bodies(route):
                answers = [
                    ask(route, role, route.filled(**fixed, **{name: value}), body) for value in (foreign, absent)
                ]
                assert compared(answers[0]) == compared(answers[1]), (role.name, body)
                assert answers[0].status_code >= 400, (role.name, body)


@pytest.mark.parametrize("route", NAMING, ids=str)
def test_what_is_ones_own_is_answered_otherwise(world: World, ask: Asked, route: ApiRoute) -> None:
    """Without this the test above would hold for an operation that refuses everybody everything."""
    differ, succeed = 0, 0
    for role in (world.roles[name] for name in ROLES):
        for fixed, name, ids in ids_of(route):
            own, foreign, _ = ids(world, role)
            for body in bodies(route):
                refused = ask(route, role, route.filled(**fixed, **{name: foreign}), body)
                for value in own:
                    answer = ask(route, role, route.filled(**fixed, **{name: value}), body)
                    differ += compared(answer) != compared(refused)
                    succeed += answer.status_code < 300
    assert differ and succeed


# What is named behind the question mark or in the body.
ABOUT_A_COUPLE = [route for route in OPERATIONS if "couple" in route.operation.asks.model_fields]  # type: ignore[attr-defined]

PARTNERS_ALONE = {"/api/v1/history/export/", "/api/v1/history/own-view/", "/api/v1/history/words/"}
# Two who are together are told that there is nothing; tests/privacy/test_after_parting.py is about those who are not.
FOR_WHO_HAS_PARTED = {"PUT api/v1/history/own-view/", "DELETE api/v1/history/words/"}


def couples_of(world: World, role: str) -> tuple[list[str], str]:
    """Return the couple whose history the role may read, if any, and one of two others."""
    return ([world.couple], world.other_couple) if role in TOLD else ([], world.couple)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", ABOUT_A_COUPLE, ids=str)
def test_another_couple_is_answered_as_none(world: World, ask: Asked, route: ApiRoute, role: str) -> None:
    own, foreign = couples_of(world, role)
    body = next(iter(bodies(route)))
    theirs, absent, *answers = (
        ask(route, world.roles[role], f"{route.filled()}?couple={couple}", body) for couple in (foreign, ABSENT, *own)
    )
    assert compared(theirs) == compared(absent)
    assert theirs.status_code == (401 if role == "anonymous" else 404)
    refused = route.filled() in PARTNERS_ALONE if role == "therapist" else str(route) in FOR_WHO_HAS_PARTED
    for answer in answers:
        assert answer.status_code == (404 if refused else 200)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_starts_with_a_couple_that_is_not_theirs(world: World, ask: Asked, role: str) -> None:
    [route] = [one for one in OPERATIONS if str(one) == "POST api/v1/sessions/"]
    own, foreign = couples_of(world, role)
    theirs, absent, *answers = (
        ask(route, world.roles[role], route.filled(), {"hosted": True, "couple": couple})
        for couple in (foreign, ABSENT, *own)
    )
    assert compared(theirs) == compared(absent)
    assert theirs.status_code >= 400
    assert [answer.status_code for answer in answers if role == "therapist"] == ([201] if role == "therapist" else [])


def test_there_is_something_to_name() -> None:
    assert len(ABOUT_A_COUPLE) >= 3


@pytest.mark.parametrize("role", ROLES)
def test_nobody_else_is_told_a_word_of_theirs(world: World, ask: Asked, role: str) -> None:
    asks = world.roles[role]
    for route in OPERATIONS:
        for path in paths_of(route, world, asks):
            for body in bodies(route):
                answer = ask(route, asks, path, body)
                said = answer.content.decode()
                assert PRIVATE_CANARY not in said, (str(route), path)
                assert role in TOLD or CANARY not in said, (str(route), path)
                assert str(world.ana.id) not in said and "ana@example.org" not in said, (str(route), path)


def test_the_partner_does_see_what_they_share(world: World, ask: Asked) -> None:
    """Without this the words that are looked for might not be anywhere."""
    ben = world.roles["partner"]
    of_one = next(route for route in OPERATIONS if route.pattern.endswith("<uuid:session_id>/"))
    assert CANARY in ask(of_one, ben, of_one.filled(session_id=world.session)).content.decode()


@pytest.mark.parametrize("route", OPERATIONS, ids=str)
def test_whoever_is_not_logged_in_gets_nowhere_unless_it_is_meant(world: World, ask: Asked, route: ApiRoute) -> None:
    open_to_all = {"api/v1/start/", "api/v1/join/<str:code>/", "api/v1/auth/login/"}
    asks = world.roles["anonymous"]
    for path in paths_of(route, world, asks):
        for body in bodies(route):
            answer = ask(route, asks, path, body)
            if route.pattern not in open_to_all:
                code = json.loads(answer.content)["code"]
                # A body for another kind of note cannot be read; that comes before who asks.
                assert (answer.status_code, code) in ((401, "login.required"), (400, "frame.invalid"))


@pytest.mark.parametrize("route", OPERATIONS, ids=str)
def test_every_answer_is_one_that_the_schema_names(world: World, ask: Asked, route: ApiRoute) -> None:
    operation = document()["paths"][_path_in_document(route)][route.method.lower()]
    for role in (world.roles[name] for name in ROLES):
        for path in paths_of(route, world, role):
            for body in bodies(route):
                answer = ask(route, role, path, body)
                said = operation["responses"][str(answer.status_code)]
                if answer.status_code >= 400:
                    shown = said["content"]["application/problem+json"]["schema"]["allOf"][1]
                    assert json.loads(answer.content)["code"] in shown["properties"]["code"]["enum"]


def _path_in_document(route: ApiRoute) -> str:
    return route.filled(**{name: f"{{{name}}}" for name in route.parameters})
