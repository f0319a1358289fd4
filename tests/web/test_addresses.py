"""A link and its QR lead the other person's phone here, not to that phone itself."""

import asyncio
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client, RequestFactory
from pytest_django import Settings

from cycleproject.asgi import TrustedSocket
from cycleproject.web.addresses import public_url
from tests.support.cast.care_cast import account

HOSTS = ["localhost", "127.0.0.1", "[::1]", "192.168.1.5", "[fd00::5]", "cycle.example.org"]


def link(host: str, *, secure: bool = False) -> str:
    """Return the link to a join page, asked for by this host."""
    return public_url(RequestFactory().get("/", headers={"host": host}, secure=secure), "/join/ABCDEF/")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_link_to_localhost_names_the_private_address(settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = HOSTS
    assert link(host) == "http://192.168.1.5:8000/join/ABCDEF/"


def test_it_keeps_the_scheme_and_a_missing_port(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = HOSTS
    assert link("localhost", secure=True) == "https://192.168.1.5/join/ABCDEF/"


@pytest.mark.parametrize("host", ["192.168.1.5:8000", "[fd00::5]:8000", "cycle.example.org"])
def test_it_keeps_a_host_that_others_can_reach(settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = HOSTS
    assert link(host) == f"http://{host}/join/ABCDEF/"


def test_it_writes_an_ipv6_address_in_brackets(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "[fd00::5]"]
    assert link("localhost:8000") == "http://[fd00::5]:8000/join/ABCDEF/"


def test_without_a_network_a_link_keeps_localhost(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    assert link("localhost:8000") == "http://localhost:8000/join/ABCDEF/"


def test_a_name_that_was_configured_comes_first(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = HOSTS
    settings.TRUSTED_ORIGINS = ["http://localhost:8000", "http://192.168.1.5:8000", "https://cycle.example.org"]
    assert link("localhost:8000") == "https://cycle.example.org/join/ABCDEF/"
    assert link("192.168.1.5:8000") == "http://192.168.1.5:8000/join/ABCDEF/"


MAILS = {
    "to confirm": ("/accounts/signup/", {"first_name": "Otto", "email": "otto@example.org"}),
    "signed up already": ("/accounts/signup/", {"first_name": "Otto", "email": "ben@example.org"}),
    "a new password": ("/accounts/password/reset/", {"email": "ben@example.org"}),
    "nobody signed up": ("/accounts/password/reset/", {"email": "nobody@example.org"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MAILS)
def test_no_mail_names_localhost(settings: Settings, kind: str) -> None:
    settings.ALLOWED_HOSTS = HOSTS
    ben = account("Ben")
    EmailAddress.objects.create(user=ben, email=ben.email, primary=True, verified=True)
    path, asked = MAILS[kind]
    Client().post(path, {**asked, "password1": "a password of five plain words"}, headers={"host": "localhost:8000"})
    [message] = mail.outbox
    links = re.findall(r"https?://[^/\s]+", str(message.body))
    assert links and {*links} == {"http://192.168.1.5:8000"}


# The same machine has a third name.


def handshake(host: str, origin: str) -> bool:
    """Tell whether a socket with a cookie is let through from a page's origin."""
    let_in = []

    async def inner(*_: Any) -> None:
        let_in.append(True)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(_: dict[str, Any]) -> None:
        return

    headers = [(b"host", host.encode()), (b"origin", origin.encode()), (b"cookie", b"session=a")]
    asyncio.run(TrustedSocket(inner)({"scheme": "ws", "headers": headers}, receive, send))
    return bool(let_in)


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8000", "localhost", "localhost:8000", "127.0.0.1:8000"])
def test_a_socket_opens_from_every_name_of_this_machine(host: str) -> None:
    assert handshake(host, f"http://{host}")
    assert not handshake(host, "http://[::1]:9")
    assert not handshake("[fd00::5]:8000", "http://[fd00::5]:8000"), "not one of ours"


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["[::1]", "[::1]:8000"])
def test_a_page_opens_by_the_ipv6_name_of_this_machine(host: str) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"host": host})
    page = browser.get("/start/").content.decode()
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    asked = {"first_name": "Ana", "csrfmiddlewaretoken": found[1]}
    started: Any = browser.post("/start/", asked, headers={"origin": f"http://{host}", "host": host})
    assert started.status_code == 302


# Passkeys belong to a name.


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "leads_to"),
    [
        ("127.0.0.1:8000", "http://localhost:8000"),
        ("[::1]:8000", "http://localhost:8000"),
        ("127.0.0.1", "http://localhost"),
        ("192.168.1.5:8000", ""),
        ("localhost:8000", None),
        ("cycle.example.org", None),
    ],
)
def test_a_page_with_passkeys_leads_to_where_they_work(settings: Settings, host: str, leads_to: str | None) -> None:
    settings.ALLOWED_HOSTS = HOSTS
    page = Client().get("/accounts/login/", headers={"host": host}).content.decode()
    assert ("needs-name" in page) == (leads_to is not None)
    if leads_to:
        assert f'<a href="{leads_to}">' in page
