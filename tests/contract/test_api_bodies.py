"""Every operation reads bodies strictly: what is not asked for, cannot be read, or is too much, changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from sessions.contract.openapi import request_examples
from tests.contract.whose_addresses import paths_of
from tests.support.cast.api_world import World
from tests.support.routes import ApiRoute, api_routes

pytestmark = pytest.mark.django_db

OPERATIONS = api_routes()
WRITING = [route for route in OPERATIONS if route.method in ("POST", "PUT")]
each_writing = pytest.mark.parametrize("route", WRITING, ids=str)

# What somebody would add who hopes that it is taken over.
MORE: dict[str, Any] = {
    "revealed": True,
    "user": "00000000-0000-4000-8000-000000000000",
    "user_id": 1,
    "version": 99,
    "is_staff": True,
    "seat": "b",
    "couple_id": 1,
    "created_at": "2026-01-01T00:00:00Z",
    "__class__": "x",
    "": 1,
}
UNREADABLE = {
    "bad JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a text": b'"x"',
    "NaN": b'{"pad": NaN}',
    "a key twice": b'{"pad": "", "pad": ""}',
    "too deep": b'{"pad": ' + b"[" * 9 + b"]" * 9 + b"}",
    "deeper than a stack": b"[" * 6000,
    "not UTF-8": b'{"pad": "\xff"}',
    "half a character": b'{"pad": "\\ud800"}',
    "a huge number": b'{"pad": ' + b"9" * 4000 + b"}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "nothing but blanks": b"   ",
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = World()
        # Made before anything is compared.
        assert found.plan != found.others_plan and found.opening != found.others_opening
        yield found
        transaction.set_rollback(True)


def path_to(route: ApiRoute, world: World) -> str:
    """Return where Ben would ask, about what is his where anything of that kind is."""
    return paths_of(route, world, world.roles["partner"])[0]


def ask(route: ApiRoute, world: World, body: bytes, content_type: str = "application/json", query: str = "") -> Any:
    """Ask once as Ben."""
    cache.clear()
    headers = world.roles["partner"].headers
    return Client().generic(route.method, path_to(route, world) + query, body, content_type, headers=headers)


def assert_refused(answer: HttpResponse, status: int, code: str) -> None:
    """Check that an answer is the problem that it should be."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, json.loads(answer.content)["code"]) == (status, code)


def everything() -> list[Any]:
    """Return every row there is."""
    return [list(model._default_manager.order_by("pk").values()) for model in apps.get_models()]


def an_example(route: ApiRoute) -> dict[str, Any]:
    """Return a body that the operation takes."""
    examples = request_examples(route.operation)  # type: ignore[arg-type]
    return dict(examples.get("mark.seal") or next(iter(examples.values()), {}))


@each_writing
def test_what_is_not_asked_for_is_refused(world: World, route: ApiRoute) -> None:
    before = everything()
    for name, value in MORE.items():
        assert_refused(ask(route, world, json.dumps({**an_example(route), name: value}).encode()), 400, "frame.invalid")
    assert everything() == before
    assert ask(route, world, json.dumps({**an_example(route), "pad": "x" * 99}).encode()).status_code != 400


@pytest.mark.parametrize("route", OPERATIONS, ids=str)
def test_what_is_not_asked_for_behind_the_question_mark_is_refused(world: World, route: ApiRoute) -> None:
    body = json.dumps(an_example(route)).encode() if route in WRITING else b""
    for query in ("?user=1", "?format=html", "?_method=DELETE", "?cursor=a&cursor=b"):
        assert_refused(ask(route, world, body, query=query), 400, "frame.invalid")


@each_writing
def test_what_cannot_be_read_is_refused(world: World, route: ApiRoute) -> None:
    before = everything()
    for name, body in UNREADABLE.items():
        answer = ask(route, world, body)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "frame.invalid"), name
    assert everything() == before


@each_writing
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/json"]
)
def test_what_is_not_said_to_be_json_is_refused(world: World, route: ApiRoute, content_type: str) -> None:
    assert_refused(ask(route, world, json.dumps(an_example(route)).encode(), content_type), 415, "content.type")


@each_writing
def test_what_is_too_large_is_refused(world: World, route: ApiRoute) -> None:
    largest = route.operation.largest_body  # type: ignore[attr-defined]
    body = json.dumps({**an_example(route), "pad": "x" * largest}).encode()
    assert_refused(ask(route, world, body), 413, "content.too_large")


KNOWN = [route for route in OPERATIONS if route.operation.authentication_classes]


@pytest.mark.parametrize("route", KNOWN, ids=str)
def test_too_much_at_once_is_told_when_to_come_again(world: World, route: ApiRoute, settings: Settings) -> None:
    settings.FRAME_RATE = 1
    headers = world.roles["partner"].headers
    cache.clear()
    assert {Client().get("/api/v1/me/", headers=headers).status_code for _ in range(3)} == {200}
    body = json.dumps(an_example(route)).encode() if route in WRITING else b""
    answer: Any = Client().generic(route.method, path_to(route, world), body, "application/json", headers=headers)
    assert_refused(answer, 429, "rate.limited")
    assert int(answer.headers["Retry-After"]) > 0
