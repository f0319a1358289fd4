"""Pages leave as they are, unless it is written down why one may be compressed."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve

from accounts.logins import BACKEND
from cycleproject.web.compression import MAY_BE_COMPRESSED, compressed
from tests.support.cast.api_world import World
from tests.support.routes import everything_to_look_at
from tests.support.servers.cycle import ROOT

BROWSER = {"accept-encoding": "gzip, deflate, br, zstd"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def answer(name: str, content: bytes = b"a page " * 100, status: int = 200, accepts: str = "gzip") -> HttpResponse:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = accepts
    request.resolver_match = type("Match", (), {"url_name": name})()
    response = compressed(request, HttpResponse(content, status=status))
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.django_db
def test_of_every_address_only_those_that_are_listed_are_compressed(world: World) -> None:
    client = Client(headers=BROWSER)
    client.force_login(world.ben, backend=BACKEND)
    seen = {}
    for path in everything_to_look_at(world.session, [world.round]):
        response = client.get(path)
        if response.status_code == 200:
            seen[resolve(path).url_name] = response.headers.get("Content-Encoding")
    assert seen["home"] is None and seen["room"] == "gzip"
    assert {name for name, encoding in seen.items() if encoding} <= set(MAY_BE_COMPRESSED)


def test_a_compressed_page_is_the_page_and_never_twice_as_long() -> None:
    one, other = answer("room"), answer("room")
    assert gzip.decompress(one.content) == b"a page " * 100 == gzip.decompress(other.content)
    assert one.headers["Content-Length"] == str(len(one.content))
    assert one.headers["Vary"] == "Accept-Encoding"
    lengths = {len(answer("room").content) for _ in range(40)}
    assert len(lengths) > 1, "the length tells to the byte what is inside"


@pytest.mark.parametrize("accepts", ["", "br", "gzip;q=0", "x-gzip, identity"])
def test_a_page_stays_as_it_is_for_whoever_takes_nothing_else(accepts: str) -> None:
    response = answer("room", accepts=accepts)
    assert response.content == b"a page " * 100
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(("name", "status"), [("home", 200), ("history", 200), ("join", 200), ("room", 404)])
def test_other_pages_and_refusals_stay_as_they_are(name: str, status: int) -> None:
    assert answer(name, status=status).content == b"a page " * 100


def test_every_listed_address_is_there_and_is_told_of() -> None:
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert set(MAY_BE_COMPRESSED) <= names
    told = (ROOT / "SECURITY.md").read_text().partition("### Which pages are compressed")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", told, re.MULTILINE)) == set(MAY_BE_COMPRESSED)
