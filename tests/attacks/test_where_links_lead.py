"""A visitor names hosts, ports and ways on: no link, mail or redirect leads anywhere that was not configured."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from accounts.models import User
from cycleproject.web.addresses import public_url
from tests.support.cast.care_cast import account

pytestmark = pytest.mark.django_db
HOSTS = ["localhost", "192.168.1.5", ".example.org"]
PASSWORD = "a password of five plain words"
EVIL = (
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https://evil.example/",
    "https:evil.example/",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,evil",
    "/%2f%2fevil.example/",
    "%2f%2fevil.example/",
    "/%5cevil.example/",
    "\t//evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    " https://evil.example/",
    "\x00//evil.example/",
)


@pytest.fixture(autouse=True)
def _from_nothing() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ana() -> User:
    """Return somebody who can log in."""
    person = account("Ana")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=str(person.email), primary=True, verified=True)
    return person


def link(host: str, *, secure: bool = False) -> str:
    """Return the origin of a link that is made for a request to this host."""
    url = public_url(RequestFactory().get("/", headers={"host": host}, secure=secure), "/join/ABCDEF/")
    return url.removesuffix("/join/ABCDEF/")


@pytest.mark.parametrize(
    ("origins", "host", "secure", "origin"),
    [
        ([], "cycle.example.org:9999", False, "http://cycle.example.org"),
        ([], "cycle.example.org:8000", False, "http://cycle.example.org:8000"),
        ([], "cycle.example.org.", False, "http://cycle.example.org"),
        ([], "192.168.1.5:9000", False, "http://192.168.1.5:9000"),
        (["https://cycle.example.org"], "cycle.example.org", True, "https://cycle.example.org"),
        (["https://cycle.example.org"], "cycle.example.org:9999", True, "https://cycle.example.org"),
        (["https://cycle.example.org"], "cycle.example.org.", True, "https://cycle.example.org"),
        (["https://cycle.example.org"], "cycle.example.org", False, "https://cycle.example.org"),
        (["https://cycle.example.org"], "other.example.org", True, "https://cycle.example.org"),
        (["https://cycle.example.org:8443"], "cycle.example.org", True, "https://cycle.example.org:8443"),
    ],
)
def test_a_link_has_a_host_and_a_port_that_are_ours(
    settings: Settings, origins: list[str], host: str, secure: bool, origin: str
) -> None:
    settings.ALLOWED_HOSTS, settings.TRUSTED_ORIGINS = HOSTS, origins
    assert link(host, secure=secure) == origin


@pytest.mark.parametrize("host", ["cycle.example.org:9999", "cycle.example.org.", "CYCLE.example.org.:9999"])
def test_a_mail_and_a_qr_code_lead_here(settings: Settings, ana: User, host: str) -> None:
    settings.ALLOWED_HOSTS = [*HOSTS, "testserver"]
    settings.TRUSTED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = ["https://cycle.example.org"]
    Client().post("/accounts/password/reset/", {"email": ana.email}, headers={"host": host})
    links = re.findall(r"https?://[^/\s]+", str(mail.outbox[-1].body))
    assert links and {*links} == {"https://cycle.example.org"}
    starter = Client()
    room = starter.post("/start/", {"first_name": "Ana"}, headers={"host": host})["Location"]
    shown = starter.get(urlsplit(room).path, headers={"host": host}).content.decode()
    assert set(re.findall(r"https?://[^/\s\"<]+(?=/join/)", unescape(shown))) == {"https://cycle.example.org"}


def pages() -> list[str]:
    """Return every page that needs nothing in its address."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for one in patterns:
            path = before + str(one.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, path)
            elif "<" not in path and "(" not in path:
                yield f"/{path}"

    return sorted(set(walk(get_resolver().url_patterns, "")))


def leads_away(page: str, url: str) -> bool:
    """Tell whether a browser that follows a URL from a page leaves the site."""
    cleaned = re.sub(r"[\t\n\r]", "", url.strip("\x00 ")).replace("\\", "/")
    parts = urlsplit(urljoin(f"http://testserver{page}", cleaned))
    return (parts.scheme, parts.hostname) != ("http", "testserver")


def test_no_page_offers_a_way_on_that_a_visitor_made_up(ana: User, settings: Settings) -> None:
    settings.JOIN_RATE = 100_000
    somebody = Client()
    somebody.force_login(ana)
    assert len(pages()) > 40
    for page in pages():
        for client in (Client(), somebody):
            for evil in ("//evil.example/", "/\\evil.example/", "javascript:alert(1)", "https://evil.example/"):
                answer: Any = client.get(page, {"next": evil})
                if "Location" in answer:
                    assert not leads_away(page, answer["Location"]), (page, evil)
                if "text/html" in answer.get("Content-Type", ""):
                    offered = re.findall(r'(?:href|action|src|formaction)="([^"]*)"', answer.content.decode())
                    away = {unescape(url) for url in offered if leads_away(page, unescape(url))}
                    assert not {url for url in away if "evil" in url or "alert" in url}, (page, evil)


@pytest.mark.parametrize("evil", EVIL)
def test_logging_in_stays_on_the_site(ana: User, evil: str) -> None:
    for path in ("/accounts/login/", f"/accounts/login/?next={quote(evil)}"):
        answer = Client().post(path, {"login": ana.email, "password": PASSWORD, "next": evil})
        assert answer.status_code == 302
        assert not leads_away("/accounts/login/", answer["Location"]), answer["Location"]


@pytest.mark.parametrize("evil", EVIL)
def test_logging_out_and_confirming_stay_on_the_site(ana: User, evil: str) -> None:
    browser = Client()
    browser.force_login(ana)
    answer = browser.post("/accounts/logout/", {"next": evil})
    assert not leads_away("/accounts/logout/", answer["Location"])
    typed = {"first_name": "Ben", "email": "ben@example.org", "password1": PASSWORD, "next": evil}
    Client().post(f"{reverse('account_signup')}?next={quote(evil)}", typed)
    links = re.findall(r"https?://\S+", str(mail.outbox[-1].body)) if mail.outbox else []
    assert all(urlsplit(one).hostname == "testserver" for one in links)
    for one in links:
        confirmed = Client().post(one.removeprefix("http://testserver"))
        assert not leads_away("/", confirmed.get("Location", "/"))
