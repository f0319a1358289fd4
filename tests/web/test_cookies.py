"""Every cookie that is set over https belongs to this host alone, travels over https alone, and stays on the site."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from tests.contract.test_documents import ROOT

NAMED_BY_SETTINGS = ("SESSION_COOKIE", "CSRF_COOKIE", "BROWSER_COOKIE")
PAGES = ("/", "/join/BBBBBB/?device=practice", "/accounts/login/", "/accounts/signup/")


@pytest.fixture
def https(settings: Settings) -> Client:
    """Return a browser at an installation that is served over https."""
    settings.COOKIE_PREFIX = "__Host-"
    for name in NAMED_BY_SETTINGS:
        plain = getattr(settings, f"{name}_NAME").removeprefix("__Host-")
        setattr(settings, f"{name}_NAME", f"__Host-{plain}")
        setattr(settings, f"{name}_SECURE", True)
    return Client(headers={"host": "testserver"})


def test_every_cookie_is_for_this_host_and_https(db: None, https: Client) -> None:
    set_here = {}
    for page in PAGES:
        set_here.update(https.get(page, secure=True).cookies)
    assert {"__Host-csrf", "__Host-browser", "__Host-shared_device"} <= set(set_here)
    for name, cookie in set_here.items():
        assert name.startswith("__Host-"), name
        assert cookie["secure"] and cookie["httponly"], name
        assert cookie["samesite"] in {"Lax", "Strict"}, name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name


def test_a_device_stays_that_of_a_practice_under_both_names(db: None, https: Client) -> None:
    from accounts.person.shared_device import is_of_a_practice

    def asked(**cookies: str) -> bool:
        https.cookies.clear()
        for name, value in cookies.items():
            https.cookies[name] = value
        return is_of_a_practice(https.get("/", secure=True).wsgi_request)

    assert asked(**{"__Host-shared_device": "practice"})
    assert asked(shared_device="practice")
    assert not asked(shared_device="else")


def test_the_one_cookie_that_a_script_sets_is_as_strict(db: None) -> None:
    scripts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "static/js").rglob("*.js")}
    [setting] = [text for text in scripts.values() if "document.cookie" in text]
    assert '"__Host-zone"' in setting
    assert re.search(r"document\.cookie = .*SameSite=Lax.*; Secure", setting)
