"""What is somebody's looks like what is nobody's: every operation, asked by everybody, about what is not theirs."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.my_part.api import KINDS
from sessions.contract.openapi import document, request_examples
from sessions.hosting import host_rights
from tests.support.cast.api_world import ABSENT, CANARY, PRIVATE_CANARY, Role, World, undone
from tests.support.routes import ApiRoute, api_routes

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "guest", "partner", "ex-partner", "outsider", "therapist", "revoked therapist", "staff")
# Who may read what Ana and Ben revealed: he, and the therapist to whom both agree.
TOLD = ("partner", "therapist")
OPERATIONS = api_routes()

Ids = Callable[[World, Role], tuple[list[str], str, str]]


def of_sessions(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the role's own check-ins, another's, and none."""
    theirs = world.session if role.name != "partner" else world.roles["outsider"].sessions[0]
    return role.sessions, theirs, ABSENT


def of_appointments(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return what the role's couple has planned, what another one has, and none."""
    if role.name != "partner":
        return [], world.plan, ABSENT
    return [world.plan], world.others_plan, ABSENT


def of_rounds(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the role's own revealed rounds, another couple's, and none."""
    own = {"partner": world.round, "therapist": world.round, "ex-partner": world.former_round}.get(role.name)
    return [own] if own else [], world.former_round if own == world.round else world.round, ABSENT


def of_notes(kind: str) -> Ids:
    """Return how to name notes of one kind: the role's own, another's, and none."""
    return lambda world, role: ([role.notes[kind]] if role.notes else [], world.anas_notes[kind], ABSENT)


def of_join_codes(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return a code that seats the role, the code of a couple that they are not, and one of nothing."""
    own = {"ex-partner": world.couples_code, "anonymous": world.roles["outsider"].code}.get(role.name, role.code)
    theirs = world.couples_code if role.name != "ex-partner" else world.roles["outsider"].code
    return [own] if own else [], theirs, "BBBBBB"


def of_invitations(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return an invitation, one that two others have used, and one of nothing."""
    return [world.invitation], world.used_invitation, "A" * 22


def of_consents(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the care link that the role may answer, another couple's, and none."""
    return role.answers, world.link if world.link not in role.answers else world.other_link, ABSENT


def of_hosted(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the check-in that the role hosts, one that somebody else sits in, and none."""
    return [world.hosted] if role.name == "therapist" else [], world.session, ABSENT


def of_care_notes(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the care link that the role keeps notes on, another therapist's, and none."""
    return role.cares_for, world.link if not role.cares_for else world.other_link, ABSENT


def of_care_invitations(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return an invitation, one that another couple has used, and one of nothing."""
    return [world.care_invitation], world.used_care_invitation, "A" * 22


# How the parameters of an address are filled in. Whoever adds an address with a new one says here whose it can be.
PARAMETERS: dict[str, tuple[str, Ids]] = {
    "api/v1/sessions/<uuid:session_id>/": ("session_id", of_sessions),
    "api/v1/sessions/<uuid:session_id>/appointment/": ("session_id", of_appointments),
    "api/v1/sessions/<uuid:session_id>/notes/": ("session_id", of_hosted),
    "api/v1/join/<str:code>/": ("code", of_join_codes),
    "api/v1/couple/invitations/<str:code>/": ("code", of_invitations),
    "api/v1/care/invitations/<str:code>/": ("code", of_care_invitations),
    "api/v1/care/<uuid:link_id>/consent/": ("link_id", of_consents),
    "api/v1/care/<uuid:link_id>/notes/": ("link_id", of_care_notes),
    "api/v1/history/<uuid:history_id>/": ("history_id", of_rounds),
}
NOTES = "api/v1/me/private/<kind_of_note:kind>/<uuid:note_id>/"


def ids_of(route: ApiRoute) -> list[tuple[dict[str, str], str, Ids]]:
    """Return what is fixed in an address, the name of what is not, and how to name one. Fails where nobody has said."""
    if route.pattern.startswith(NOTES):
        return [({"kind": kind}, "note_id", of_notes(kind)) for kind in KINDS]
    found = [start for start in PARAMETERS if route.pattern.startswith(start)]
    if not found:
        pytest.fail(f"whose can it be? Say so in PARAMETERS: {route.pattern}")
    name, ids = PARAMETERS[max(found, key=len)]
    assert route.parameters == (name,), "more than one thing to name"
    return [({}, name, ids)]


def names_something(route: ApiRoute) -> bool:
    """Tell whether an address names something that could be another's; the kind of a note is nobody's."""
    return bool(set(route.parameters) - {"kind"})


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        tess = made.roles["therapist"].person
        assert tess
        host_rights.start_hosted(tess)
        yield made
        transaction.set_rollback(True)


def bodies(route: ApiRoute) -> list[Any]:
    """Return every body that the documents show for an operation, or none."""
    return list(request_examples(route.operation).values()) or [None]  # type: ignore[arg-type]


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


def paths_of(route: ApiRoute, world: World, role: Role) -> list[str]:
    """Return every path to an operation that this role could take: to their own, to another's, to nothing."""
    if not names_something(route):
        return [route.filled(kind=kind) for kind in KINDS] if route.parameters else [route.filled()]
    paths = []
    for fixed, name, ids in ids_of(route):
        own, foreign, absent = ids(world, role)
        paths += [route.filled(**fixed, **{name: value}) for value in (*own, foreign, absent)]
    return paths


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
