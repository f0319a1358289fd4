"""A link and its QR lead the other person's phone here, not to that phone itself."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from cycleproject.web.addresses import public_url

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
