"""On a home screen: what the manifest tells, and of what the service worker is made."""

import json
import re
from http import HTTPStatus

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_manifest_tells_nothing_of_what_cycle_is_for(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    described = json.loads(answer.content)
    assert described["name"] == described["short_name"] == "Cycle"
    assert set(described) == {
        "id", "name", "short_name", "start_url", "scope", "display", "background_color", "theme_color", "lang", "icons",
    }  # fmt: skip
    for icon in described["icons"]:
        assert client.get(icon["src"]).status_code == HTTPStatus.OK


def test_the_front_page_alone_names_it(client: Client) -> None:
    assert b'rel="manifest"' in client.get("/").content
    for path in ("/safety/", "/privacy/", "/start/", "/join/BBBBBB/"):
        assert b'rel="manifest"' not in client.get(path).content, path


def test_the_worker_and_its_page_are_the_same_for_everybody(client: Client) -> None:
    person = User.objects.create_guest("Ana")
    hers = Client()
    hers.force_login(person)
    for path in ("/offline/", "/service-worker.js", "/manifest.webmanifest"):
        assert client.get(path).content == hers.get(path).content, path


def test_the_worker_keeps_what_its_page_needs(client: Client) -> None:
    worker = client.get("/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    [kept] = re.findall(r"^const KEPT = (\[.*\]);$", worker.content.decode(), re.MULTILINE)
    page = client.get("/offline/").content.decode()
    needed = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert needed and {"/offline/", *needed} <= {*json.loads(kept)}
    for path in json.loads(kept):
        assert client.get(path).status_code == HTTPStatus.OK


def test_another_page_is_another_version(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def version() -> str:
        [found] = re.findall(
            r'^const VERSION = "(\w+)";$', client.get("/service-worker.js").content.decode(), re.MULTILINE
        )
        return str(found)

    before = version()
    assert version() == before
    monkeypatch.setattr("cycleproject.web.home_screen.render_to_string", lambda *_, **__: "another page")
    assert version() != before
