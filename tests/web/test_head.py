"""HEAD is answered wherever GET is, as GET is, and changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from accounts.logins import BACKEND
from accounts.models import User
from tests.support.cast.api_world import World
from tests.support.routes import everything_to_look_at, under

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def paths(world: World) -> Iterator[str]:
    """Yield every path that GET may be asked of, allauth's included."""
    yield from everything_to_look_at(world.session, [world.round])
    for route in under(get_resolver().url_patterns):
        if route.pattern.startswith("accounts/") and "<" not in route.pattern and "(" not in route.pattern:
            yield f"/{route.pattern}"


@pytest.mark.parametrize("who", ["anonymous", "partner", "therapist"])
def test_head_is_answered_as_get_is(world: World, who: str) -> None:
    asked, differing, people = 0, [], User.objects.count()
    for path in paths(world):
        answers = []
        for method in ("GET", "HEAD"):
            cache.clear()
            client = Client()
            if person := world.roles[who].person:
                client.force_login(person, backend=BACKEND)
            with transaction.atomic():
                answers.append(client.generic(method, path))
                assert User.objects.count() == people, f"{method} {path}"
                transaction.set_rollback(True)
        get, head = answers
        asked += 1
        if (get.status_code, get.headers.get("Location")) != (head.status_code, head.headers.get("Location")):
            differing.append(f"{path}: GET {get.status_code}, HEAD {head.status_code}")
        assert head.content == b"", path
    assert asked > 80
    assert differing == []
