"""Whatever stands behind a question mark, or in an address, is answered: with a page, or as what cannot be read.

Nothing is listed by hand. Addresses come from the URL table; what each one reads behind the question mark is what it
was seen to read. Values are those at both ends of what can be written, just past them, and nonsense.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, override_settings
from django.urls import Resolver404, resolve
from django.utils.decorators import sync_only_middleware
from django.utils.http import urlencode

from accounts.logins import BACKEND
from sessions.history.query import FIELDS
from tests.support.cast.api_world import World
from tests.support.routes import LOOKED_AT, NOWHERE, Route, api_routes, everything_to_look_at, routes

pytestmark = pytest.mark.django_db


def cursor(text: str) -> str:
    """Return a place in the history as an address names it."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position(text: str) -> str:
    """Return a place in one of the other lists."""
    return base64.b64encode(urlencode({"p": text, "o": "0"}).encode()).decode()


HEX: Final = UUID(NOWHERE).hex
VALUES: Final = {
    # Days.
    "the first day": "0001-01-01",
    "before the first day": "0000-12-31",
    "the last day": "9999-12-31",
    "past the last day": "10000-01-01",
    "no such day": "2026-02-30",
    "a week": "2026-W01-1",
    "days without dashes": "20260101",
    "days of another script": "\u0662\u0660\u0662\u0666-01-01",
    "the last moment": "9999-12-31T23:59:59.999999-23:59",
    "the first moment": "0001-01-01T00:00:00+23:59",
    # Places in a list.
    "the first place": cursor(f"o 0001-01-01T00:00:00+00:00 {HEX} 0"),
    "before the first place": cursor(f"o 0001-01-01T00:00:00+14:00 {HEX} 0"),
    "the last place": cursor(f"n 9999-12-31T23:59:59+00:00 {HEX} {2**31 - 1}"),
    "past the last place": cursor(f"n 9999-12-31T23:59:59-12:00 {HEX} {2**31}"),
    "the first position": position("0001-01-01 00:00:00+14:00"),
    "the last position": position("9999-12-31 23:59:59-14:00"),
    "no position": position("yesterday"),
    "a position with nothing in it": position("\0"),
    # Numbers.
    "nought": "0",
    "below nought": "-1",
    "the largest number": str(2**31 - 1),
    "past the largest number": str(2**63),
    "a number of another script": "\uff11\uff12",
    "no number": "NaN",
    # Zones.
    "the first zone": "Etc/GMT-14",
    "the last zone": "Etc/GMT+12",
    "no zone": "Mars/Olympus_Mons",
    "a zone by a way": "../../etc/passwd",
    # Ids, words and nonsense.
    "nobody": NOWHERE,
    "nearly an id": NOWHERE[:-1],
    "empty": "",
    "a blank": " ",
    "nothing": "\0",
    "half a character": "\ud800",
    "long": "x" * 5000,
    "long in another script": "ﷺ" * 5000,
}


class Watched(QueryDict):
    """What stands behind a question mark, and which of it was looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read: set[str] = set()

    def _look(self, name: str) -> None:
        if hasattr(self, "read"):
            self.read.add(name)

    def get(self, key: str, *args: Any) -> Any:  # type: ignore[override]
        """Return a value."""
        self._look(key)
        return super().get(key, *args)

    def __getitem__(self, key: str) -> Any:
        self._look(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._look(str(key))
        return super().__contains__(key)

    def items(self) -> Any:  # type: ignore[override]
        """Return everything; whoever asks for that reads it as the history does."""
        self.read |= FIELDS
        return super().items()


looked_at: dict[str, set[str]] = {}


@sync_only_middleware
def watch(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Note what each page reads behind the question mark."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.GET = watched = Watched(request.META["QUERY_STRING"])  # type: ignore[assignment]
        try:
            return get_response(request)
        finally:
            looked_at.setdefault(request.path, set()).update(watched.read)

    return answer


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once; and look at each page once, to see what it reads."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        watching = [*settings.MIDDLEWARE, f"{__name__}.watch"]
        with override_settings(MIDDLEWARE=watching):
            for name in ("partner", "therapist"):
                for path in PAGES:
                    asked(browser(world, name), "GET", path)
        yield world
        transaction.set_rollback(True)


def asked(client: Client, method: str, path: str, **how: Any) -> Any:
    """Return an answer, as if nobody had asked before."""
    cache.clear()
    return client.generic(method, path, **how)


def browser(world: World, name: str) -> Client:
    """Return somebody at the pages. What raises is answered as it is in service."""
    client = Client(raise_request_exception=False)
    person = world.roles[name].person
    assert person
    client.force_login(person, backend=BACKEND)
    return client


def sent(values: dict[str, str]) -> str:
    """Return what stands behind the question mark; half a character goes as bytes that are none."""
    return urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in values.items()})


PAGES: Final = [path for path in everything_to_look_at(NOWHERE) if not path.startswith("/api/")]
OPERATIONS: Final = [route for route in api_routes() if route.method == "GET"]
WITH_PARAMETERS: Final = [route for route in routes() if route.parameters]


def parameters_of(operation: Any) -> list[str]:
    """Return what an operation says that it reads."""
    return [field.alias or name for name, field in operation.asks.model_fields.items()]


def test_there_is_something_to_read(world: World) -> None:
    print("\n", {path: sorted(found) for path, found in looked_at.items() if found})
    assert looked_at["/history/"] >= FIELDS and "page" in looked_at["/couple/care/opened/"]
    assert "before" in looked_at["/my-part/journal/"] and "as" in looked_at["/history/export/"]
    assert {"from", "to", "cursor", "tz"} <= {name for route in OPERATIONS for name in parameters_of(route.operation)}


def read_by_pages() -> dict[str, set[str]]:
    """Return what each page reads that is not read for all of them alike, in one place: that, only beside it."""
    count = Counter(name for path in PAGES for name in looked_at[path])
    for_all = {name for name, pages in count.items() if pages > len(PAGES) / 2}
    return {path: looked_at[path] for path in PAGES if looked_at[path] - for_all}


def test_what_is_read_for_every_page_is_asked_of_several(world: World) -> None:
    read = read_by_pages()
    assert set().union(*read.values()) == set().union(*(looked_at[path] for path in PAGES))
    assert len(read) >= 10 and {"/start/", "/join/BBBBBB/", "/history/", "/my-part/journal/"} <= read.keys()


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_page_fails_for_what_stands_behind_the_question_mark(world: World, value: str) -> None:
    partner = browser(world, "partner")
    for path, names in read_by_pages().items():
        for name in sorted(names):
            answer = asked(partner, "GET", f"{path}?{sent({name: value})}")
            assert answer.status_code < 500, (path, name)


@pytest.mark.parametrize("route", OPERATIONS, ids=str)
def test_no_operation_fails_for_what_stands_behind_the_question_mark(world: World, route: Any) -> None:
    role = world.roles["partner"]
    there = {"session_id": role.sessions[0], "history_id": world.round, "note_id": NOWHERE, "link_id": world.link}
    path = route.filled(**{name: there.get(name, "journal") for name in route.parameters})
    client = Client(raise_request_exception=False)
    for name in (*parameters_of(route.operation), "nonsense"):
        for about, value in VALUES.items():
            answer = asked(client, "GET", f"{path}?{sent({name: value})}", headers=role.headers)
            assert answer.status_code < 500, (name, about)
            assert answer.status_code == 200 or name != "nonsense" or is_problem(answer)
            assert answer.status_code == 200 or is_problem(answer), (name, about)


@pytest.mark.parametrize("route", WITH_PARAMETERS, ids=lambda route: route.pattern)
def test_no_address_fails_for_what_stands_in_it(world: World, route: Route) -> None:
    """Whatever its converter lets through."""
    partner = browser(world, "partner")
    for value in VALUES.values():
        quoted = sent({"": value})[1:].replace("+", "%20").replace("%2F", "/")
        path = route.filled(**dict.fromkeys(route.parameters, quoted))
        if not leads_to(unquote(path), route):
            continue
        for method in ("GET", "POST", "PUT", "DELETE"):
            answer = asked(partner, method, path)
            assert answer.status_code < 500, (method, path[:80])
            if path.startswith("/api/") and answer.status_code >= 400:
                assert is_problem(answer), (method, path[:80])


def leads_to(path: str, route: Route) -> bool:
    """Tell whether an address lets a value through to its view."""
    try:
        return resolve(path).route == route.pattern
    except Resolver404:
        return False


def is_problem(answer: Any) -> bool:
    """Tell whether an answer is a problem document."""
    media_type = answer.headers["Content-Type"].partition(";")[0]
    return media_type == "application/problem+json" and json.loads(answer.content)["status"] == answer.status_code


def test_every_converter_has_a_value_to_look_at() -> None:
    assert LOOKED_AT["uuid"] == (NOWHERE,)
