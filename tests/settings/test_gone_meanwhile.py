"""Somebody deletes themselves while another request of theirs is on its way: it is answered as from nobody."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from accounts.settings.deletion import delete_person
from tests.contract.whose_addresses import bodies, paths_of
from tests.support.cast.api_world import Role, World, one_connection, undone
from tests.support.routes import ApiRoute, api_routes

pytestmark = pytest.mark.django_db

# How many moments of each request somebody is deleted at.
MOMENTS = 6


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return one world for all of these tests; each undoes what it does."""
    with django_db_blocker.unblock(), one_connection(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


class Statements:
    """Counts the statements of one request, and deletes its person before one of them."""

    def __init__(self, person: User, before: int | None) -> None:
        self.person, self.before = person, before
        self.seen = 0
        self.depth = len(connection.savepoint_ids)

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Carry out a statement. Within a transaction of the request nobody else can get in between."""
        if len(connection.savepoint_ids) == self.depth:
            self.seen += 1
            if self.seen == self.before:
                delete_person(User.objects.get(pk=self.person.pk))
        return execute(*statement)


@contextmanager
def deleted_before(person: User, number: int | None) -> Iterator[Statements]:
    """Let a person be deleted before one of the statements of what is asked meanwhile."""
    statements = Statements(person, number)
    with connection.execute_wrapper(statements):
        yield statements


def spread_over(statements: int) -> list[int]:
    """Return the first statement, the last, and some in between."""
    return sorted({1 + step * (statements - 1) // (MOMENTS - 1) for step in range(MOMENTS)})


def ask(route: ApiRoute, role: Role, path: str) -> int:
    """Send what an operation takes, and return the status of its answer."""
    client = Client(raise_request_exception=False)
    body = {} if (first := bodies(route)[0]) is None else {"data": json.dumps(first)}
    answer = client.generic(route.method, path, content_type="application/json", headers=role.headers, **body)
    return answer.status_code


@pytest.mark.parametrize("route", list(api_routes()), ids=str)
def test_whoever_is_gone_is_refused_and_nothing_fails(world: World, route: ApiRoute) -> None:
    role = world.roles["partner"]
    assert role.person
    path = paths_of(route, world, role)[0]
    with undone(), deleted_before(role.person, None) as whole:
        assert ask(route, role, path) < 500
    for number in spread_over(whole.seen):
        with undone():
            with deleted_before(role.person, number):
                status = ask(route, role, path)
            assert status < 500, (number, whole.seen)
