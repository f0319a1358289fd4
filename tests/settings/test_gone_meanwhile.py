"""Somebody deletes themselves while another request of theirs is on its way: it is answered as from nobody."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.logins import BACKEND
from accounts.models import User
from accounts.settings.deletion import delete_person
from tests.contract.whose_addresses import bodies, paths_of
from tests.repeats.beginning import Beginning
from tests.repeats.writes import Sender, Write, pages
from tests.support.cast.api_world import World
from tests.support.routes import ApiRoute, api_routes, everything_to_look_at

# Without a transaction around it: what a request has written is there for whoever deletes.
pytestmark = pytest.mark.django_db(transaction=True)

# How many moments of each request somebody is deleted at.
MOMENTS: Final = 4
FORMS: Final = [one for one in pages() if one.filled.who not in ("anonymous", "staff")]


@pytest.fixture(scope="module")
def beginning() -> Iterator[Beginning]:
    """Return the world, to be had again for each moment."""
    with closing(Beginning()) as beginning:
        yield beginning


class Statements:
    """Counts the statements of one request, and deletes its person before one of them."""

    def __init__(self, person: User, before: int | None) -> None:
        self.person, self.before = person, before
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Carry out a statement. Within a transaction of the request nobody else can get in between."""
        if not connection.in_atomic_block:
            self.seen += 1
            if self.seen == self.before:
                for person in User.objects.filter(pk=self.person.pk):
                    delete_person(person)
        return execute(*statement)


@contextmanager
def deleted_before(person: User, number: int | None) -> Iterator[Statements]:
    """Let a person be deleted before one of the statements of what is asked meanwhile."""
    cache.clear()
    statements = Statements(person, number)
    with connection.execute_wrapper(statements):
        yield statements


# Asks in a world, with its person deleted before a statement; returns the status of the answer, and what was counted.
Asked = Callable[[World, int | None], tuple[int, int]]


def failures(beginning: Beginning, asked: Asked) -> list[tuple[int, int]]:
    """Return before which statements a deletion makes a request fail; without one it must not."""
    status, seen = asked(beginning.again(), None)
    assert status < 500, status
    moments = sorted({1 + step * (seen - 1) // (MOMENTS - 1) for step in range(MOMENTS)}) if seen else []
    answers = [(number, asked(beginning.again(), number)[0]) for number in moments]
    return [(number, status) for number, status in answers if status >= 500]


@pytest.mark.parametrize("route", list(api_routes()), ids=str)
def test_an_operation_of_whoever_is_gone_is_refused(beginning: Beginning, route: ApiRoute) -> None:
    def ask(world: World, number: int | None) -> tuple[int, int]:
        role = world.roles["partner"]
        assert role.person
        client, path = Client(raise_request_exception=False), paths_of(route, world, role)[0]
        body = {} if (first := bodies(route)[0]) is None else {"data": json.dumps(first)}
        with deleted_before(role.person, number) as statements:
            answer = client.generic(route.method, path, content_type="application/json", headers=role.headers, **body)
        return answer.status_code, statements.seen

    assert failures(beginning, ask) == []


def test_a_page_of_whoever_is_gone_is_answered(beginning: Beginning) -> None:
    world = beginning.again()
    failed = {}
    for path in {*everything_to_look_at(world.session, [world.round])}:
        if path.startswith("/api/"):
            continue

        def look(world: World, number: int | None, path: str = path) -> tuple[int, int]:
            person = world.roles["partner"].person
            assert person
            client = Client(raise_request_exception=False)
            client.force_login(person, backend=BACKEND)
            with deleted_before(person, number) as statements:
                status = client.get(path).status_code
            return status, statements.seen

        if found := failures(beginning, look):
            failed[path] = found
    assert failed == {}


@pytest.mark.parametrize("write", FORMS, ids=str)
def test_a_form_of_whoever_is_gone_is_answered(beginning: Beginning, write: Write) -> None:
    def send(world: World, number: int | None) -> tuple[int, int]:
        write.filled.before(world)
        sender = Sender(world, write)
        person, named = sender.world_person(), sender.open()
        with deleted_before(person, number) as statements:
            answer = sender.send(named)
        return answer.status_code, statements.seen

    assert failures(beginning, send) == []
