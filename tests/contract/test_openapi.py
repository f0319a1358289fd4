"""The OpenAPI document is whole, says the truth, and its examples work."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from drf_spectacular.validation import validate_schema

from sessions.checkin.refusals import REFUSALS
from sessions.contract.openapi import document, request_examples
from sessions.contract.problems import problem
from tests.contract.test_documents import references
from tests.contract.whose_addresses import paths_of
from tests.support.cast.api_world import PASSWORD, Role, World, undone
from tests.support.routes import ApiRoute, api_routes

OPERATIONS = api_routes()
WRITING = [route for route in OPERATIONS if route.method in ("POST", "PUT")]


def described(route: ApiRoute) -> dict[str, Any]:
    """Return what the document says of an operation."""
    path = route.filled(**{name: f"{{{name}}}" for name in route.parameters})
    found: dict[str, Any] = document()["paths"][path][route.method.lower()]
    return found


def test_it_is_written_without_a_warning() -> None:
    written = StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json", stdout=written)
    assert json.loads(written.getvalue())["paths"].keys() == document()["paths"].keys()


def test_it_is_served_to_anybody_as_it_is_written() -> None:
    answer = Client().get("/api/schema/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json"
    assert answer.json() == json.loads(json.dumps(document()))
    assert answer.json()["openapi"].startswith("3.1")
    validate_schema(answer.json())


def test_it_names_every_operation_and_no_other() -> None:
    named = [(method, path) for path, found in document()["paths"].items() for method in found]
    assert len(named) == len(OPERATIONS)
    identifiers = [described(route)["operationId"] for route in OPERATIONS]
    assert len(set(identifiers)) == len(identifiers)


def test_what_an_operation_takes_can_be_seen_in_it() -> None:
    """A body with DELETE is in no document, and some clients cannot send one: it is a second way at most."""
    for route in OPERATIONS:
        if route.method not in ("POST", "PUT"):
            taken = set(route.operation.takes.model_fields) - {"pad"}  # type: ignore[attr-defined]
            assert taken <= set(route.operation.asks.model_fields), route  # type: ignore[attr-defined]


def test_it_refers_to_what_is_there() -> None:
    whole = document()
    found = set(references(whole))
    assert found
    for reference in found:
        place = whole
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


@pytest.mark.parametrize("route", OPERATIONS, ids=str)
def test_it_says_what_is_given_and_what_is_refused(route: ApiRoute) -> None:
    said = described(route)
    assert said["summary"] and not said["summary"].endswith(".")
    assert {int(status) for status in said["responses"]} >= {400, 413, 415, 429, 503}
    assert any(int(status) < 300 for status in said["responses"])
    for status, answer in said["responses"].items():
        for example in answer.get("content", {}).get("application/problem+json", {}).get("examples", {}).values():
            assert example["value"] == problem(example["value"]["code"])
            assert REFUSALS[example["value"]["code"]].status == int(status)


def test_every_body_that_has_to_hold_something_has_an_example() -> None:
    for route in WRITING:
        assert request_examples(route.operation) or not described(route)["requestBody"]["required"], route  # type: ignore[arg-type]


# The examples work.


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


# A check-in is in one state, in which some commands are not accepted; the parser takes each of them all the same. And
# which day comes next of a rhythm is another one each week.
OF_ITS_TIME = ("commands", "skipNext")
NOT_NOW = (403, 404, 409)


@pytest.mark.django_db
@pytest.mark.parametrize("route", WRITING, ids=str)
def test_every_example_is_taken(world: World, route: ApiRoute) -> None:
    """Somebody, somewhere, is answered that it is done."""
    name = described(route)["operationId"]
    accepted = (200, 201, *NOT_NOW) if name in OF_ITS_TIME else (200, 201)
    for example, body in request_examples(route.operation).items():  # type: ignore[arg-type]
        answers = (
            answered(route, path, role, body)
            for role in [
                world.roles[asking] for asking in ("partner", "therapist", "outsider", "anonymous", "ex-partner")
            ]
            for path in paths_of(route, world, role)
            # The examples of notes are called as the kind that they are of.
            if "kind" not in route.parameters or f"/{example}/" in path
        )
        assert any(status in accepted for status in answers), example


def answered(route: ApiRoute, path: str, role: Role, body: Any) -> int:
    """Return the status that somebody is answered."""
    with undone():
        if "password" in body:
            _somebody_with_this_login(body)
        answer = Client().generic(
            route.method, path, json.dumps(body).encode(), "application/json", headers=role.headers
        )
    return answer.status_code


def _somebody_with_this_login(body: dict[str, str]) -> None:
    from accounts.models import User

    assert body["password"] == PASSWORD
    person = User.objects.get(email=body["email"])
    person.set_password(PASSWORD)
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
