"""A visitor names a host, a port, a dot or a proxy: every link, QR code and mail that comes of it leads here."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.api import shapes
from cycleproject.web.qr import qr_svg
from sessions.history import rounds
from tests.support.cast.care_cast import account
from tests.support.cast.hosts import confirmed_therapist
from tests.support.cast.past import Pair, phone_of

pytestmark = pytest.mark.django_db

OURS = "https://cycle.example.org"
CLAIMS = {
    "a foreign port": {"host": "cycle.example.org:9999"},
    "a dot at the end": {"host": "cycle.example.org."},
    "large letters, a dot and a port": {"host": "CYCLE.example.org.:9999"},
    "another name of ours": {"host": "below.cycle.example.org:81"},
    "a forwarded host": {"host": "cycle.example.org", "x-forwarded-host": "evil.example"},
    "a forwarded port": {"host": "cycle.example.org", "x-forwarded-port": "9999", "x-forwarded-server": "evil.example"},
    "forwarded": {"host": "cycle.example.org", "forwarded": 'host="evil.example";proto=http'},
    "an original host": {"host": "cycle.example.org", "x-original-host": "evil.example", "x-host": "evil.example"},
    "a rewritten address": {"host": "cycle.example.org", "x-original-url": "//evil.example/", "x-rewrite-url": "/evil"},
}
claims = pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)


@pytest.fixture(autouse=True)
def _served_as_ours(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [".example.org", "testserver"]
    settings.TRUSTED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = [OURS]


def origins_in(text: str) -> set[str]:
    """Return every origin that is named in a text, namespaces and where Quick exit leads aside."""
    found = set(re.findall(r"https?://[^/\s\"'<>\\]+", unescape(text)))
    return found - {"http://www.w3.org", "https://www.wikipedia.org", "https://schema.org"}


def link_in(page: str, part: str) -> str:
    """Return the link with this part in its path that a page shows."""
    found = re.search(rf'href="([^"]*{part}[^"]*)"', page)
    assert found, page
    return unescape(found[1])


@claims
def test_a_link_and_its_qr_code_to_a_check_in_lead_here(claim: dict[str, str]) -> None:
    phone = Client()
    room = phone.post("/start/", {"first_name": "Ana"}, headers=claim)["Location"]
    shown = phone.get(urlsplit(room).path, headers=claim).content.decode()
    link = link_in(shown, "/join/")
    assert link.startswith(f"{OURS}/join/")
    assert str(qr_svg(link)) in shown
    made = Client().post("/api/v1/start/", {"first_name": "Ana"}, content_type="application/json", headers=claim)
    assert made.json()["link"].startswith(f"{OURS}/join/")


@claims
@pytest.mark.parametrize(
    ("path", "part"), [("/couple/invite/", "/couple/invitation/"), ("/practice/invite/", "/care/invitation/")]
)
def test_an_invitation_and_its_qr_code_lead_here(claim: dict[str, str], path: str, part: str) -> None:
    person = confirmed_therapist("Tess") if "practice" in path else account("Ana")
    shown: Any = phone_of(person).post(path, headers=claim, follow=True)
    page = shown.content.decode()
    link = link_in(page, part)
    assert link.startswith(f"{OURS}{part}")
    if "practice" not in path:
        assert str(qr_svg(link)) in page


@claims
def test_a_mail_leads_here(claim: dict[str, str]) -> None:
    typed = {"first_name": "Ben", "email": "ben@example.org", "password1": "a password of five plain words"}
    Client().post("/accounts/signup/", typed, headers=claim)
    ana = account("Ana")
    Client().post("/accounts/password/reset/", {"email": ana.email}, headers=claim)
    assert len(mail.outbox) == 2, "premise"
    for one in mail.outbox:
        assert origins_in(str(one.body)) == {OURS}
        assert "evil" not in str(one.message())


@claims
def test_the_next_page_of_a_list_is_here(claim: dict[str, str], two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAGE_SIZE", 1)
    monkeypatch.setattr(shapes._Cursors, "page_size", 1)
    two.reveal(timezone.now())
    ana = phone_of(two.a)
    found = ana.get("/api/v1/history/", headers=claim).json()
    assert found["next"].startswith(f"{OURS}/api/v1/history/?")
    for words in ("It was quiet.", "It was loud."):
        kept = ana.put("/api/v1/me/private/journal/", {"text": words}, content_type="application/json", headers=claim)
        assert kept.status_code == 201, kept.content
    listed = ana.get("/api/v1/me/private/journal/", headers=claim).json()
    assert listed["next"].startswith(f"{OURS}/api/v1/me/private/journal/?")


def test_who_asks_this_machine_is_led_to_it(settings: Settings, two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAGE_SIZE", 1)
    settings.ALLOWED_HOSTS = ["localhost"]
    two.reveal(timezone.now())
    found = phone_of(two.a).get("/api/v1/history/", headers={"host": "localhost:8000"}).json()
    assert found["next"].startswith("http://localhost:8000/api/v1/history/?")


@claims
def test_no_page_names_another_address(claim: dict[str, str], two: Pair) -> None:
    for path in (
        "/",
        "/settings/",
        "/couple/",
        "/history/",
        "/accounts/login/",
        "/safety/",
        "/robots.txt",
        "/nowhere/",
    ):
        for browser in (Client(), phone_of(two.a)):
            answer: Any = browser.get(path, headers=claim)
            said = answer.content.decode() + " ".join(f"{name}: {value}" for name, value in answer.items())
            assert "evil" not in said and "9999" not in said, path
