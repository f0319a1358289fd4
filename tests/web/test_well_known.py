"""What is looked for at fixed addresses: by search engines, who found a weakness, password managers, browsers."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from pytest_django import Settings

from cycleproject.setting_values import contact

BROWSER_DIALECT = "Mozilla/5.0"


def fields(text: str) -> dict[str, list[str]]:
    """Read a security.txt as RFC 9116 writes it: a field on each line, and comments."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, colon, value = line.partition(": ")
            assert colon, line
            found.setdefault(name, []).append(value)
    return found


def test_search_engines_are_shown_the_front_page_alone(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert lines == ["User-agent: *", "Allow: /$", "Allow: /static/", "Disallow: /"]
    # One who does not know `$` reads less, never more.
    rules = RobotFileParser()
    rules.parse(lines)
    for path in ("/join/BBBBBB/", "/couple/invitation/x/", "/safety/", "/sessions/", "/api/v1/"):
        assert not rules.can_fetch(BROWSER_DIALECT, f"https://cycle.example.org{path}")


def test_whoever_finds_a_weakness_learns_whom_to_tell(client: Client, settings: Settings) -> None:
    settings.CONTACT = "mailto:help@example.org"
    settings.TRUSTED_ORIGINS = ["https://cycle.example.org"]
    answer = client.get("/.well-known/security.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = fields(answer.content.decode())
    assert said["Contact"] == ["mailto:help@example.org"]
    assert said["Canonical"] == ["https://cycle.example.org/.well-known/security.txt"]
    assert said["Preferred-Languages"] == ["en"]
    [until] = said["Expires"]
    left = datetime.strptime(until, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365), "it must end, and within a year"


def test_there_is_no_security_txt_that_names_nobody(client: Client, settings: Settings) -> None:
    settings.CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_it_names_no_address_of_its_own_that_is_not_on_https(client: Client, settings: Settings) -> None:
    settings.CONTACT = "https://example.org/contact"
    settings.TRUSTED_ORIGINS = ["http://192.168.1.5:8000"]
    assert "Canonical" not in fields(client.get("/.well-known/security.txt").content.decode())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("help@example.org", "mailto:help@example.org"),
        ("mailto:help@example.org", "mailto:help@example.org"),
        ("https://example.org/contact", "https://example.org/contact"),
        ("", ""),
    ],
)
def test_a_contact_is_written_as_people_write_it(written: str, read: str) -> None:
    assert contact(written) == read


def test_a_password_manager_is_led_to_where_a_password_is_changed(client: Client) -> None:
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")
    # By this a password manager knows that the answer above means something.
    assert (
        client.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200").status_code == 404
    )


def test_a_browser_that_looks_for_an_icon_by_itself_finds_one(client: Client) -> None:
    led = client.get("/favicon.ico")
    assert led.status_code == 302
    icon = client.get(urlsplit(led["Location"]).path)
    assert icon.status_code == 200
    assert icon.content[:4] == b"\0\0\1\0", "an .ico, as browsers without SVG read it"


@pytest.mark.django_db
def test_everybody_finds_what_is_known_of_barriers_and_whom_to_tell(client: Client, settings: Settings) -> None:
    assert 'href="/accessibility/"' in client.get("/privacy/").content.decode()
    settings.CONTACT = "mailto:help@example.org"
    page = client.get("/accessibility/").content.decode()
    assert "<h1>Accessibility</h1>" in page
    assert '<a href="mailto:help@example.org">help@example.org</a>' in page
    settings.CONTACT = ""
    page = client.get("/accessibility/").content.decode()
    assert "mailto:" not in page
    assert "whoever gave you this address" in page
