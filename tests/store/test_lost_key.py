"""A key is lost, and Cycle goes on: every page and operation answers, says so, and writes over nothing.

The same of commands: test_lost_key_and_commands.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as configured
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.care import therapists
from accounts.models import PrivateNote, TherapistProfile
from sessions.models import Step
from tests.contract.whose_addresses import bodies, paths_of
from tests.store.stored_rows import stored, written_over
from tests.store.test_sealing import new_key
from tests.support.cast.api_world import PASSWORD, Role, World, fresh_login, undone
from tests.support.routes import PARAMETER, ApiRoute, all_routes, api_routes

pytestmark = pytest.mark.django_db

SENTENCE = "cannot be opened right now"
ROLES = ("partner", "therapist", "staff", "outsider")
# What allauth's own addresses are asked about.
OTHERS = {"key": "MQ:abc", "uidb36": "1", "content_type_id": "1", "app_label": "accounts", "url": "x", "login_id": "1"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, with a second step of an app and recovery codes, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        for name in ROLES:
            person = made.roles[name].person
            assert person
            person.set_password(PASSWORD)
            person.save()
            Authenticator.objects.filter(user=person).delete()
            EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
            TOTP.activate(person, generate_totp_secret())
            RecoveryCodes.activate(person)
            made.roles[name].token = fresh_login(person)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def lost(world: World, settings: Settings) -> World:
    """Return the world once its key is gone."""
    # Words that still wait for their moment are not even tried.
    PrivateNote.objects.filter(kind="draft").update(opens_at=timezone.now())
    settings.FIELD_KEYS = [new_key()]
    return world


def browser(role: Role) -> Client:
    """Return the browser of somebody who is logged in."""
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = role.token
    return client


def page_paths(world: World, role: Role) -> Iterator[str]:
    """Yield the address of every page, with what is this person's own in it wherever there is such a thing."""
    own = {
        "session_id": [*role.sessions, world.session],
        "history_id": [world.round],
        "note_id": list(role.notes.values()),
        "link_id": [*role.answers, *role.cares_for] or [world.link],
        "code": ["drained", role.code or "BBBBBB"],
        "name": ["triggers", "wishes"],
        "token": [world.invitation],
        "object_id": [
            str(TherapistProfile.objects.values_list("pk", flat=True)[0]),
            str(role.person and role.person.pk),
        ],
        "pk": ["1"],
    }
    for route in all_routes():
        if route.pattern.startswith("api/") and not route.pattern.startswith("api/docs"):
            continue
        pattern = (
            re.sub(r"\^?\(\?P<(\w+)>.*?\)\$?(?=/|-|\$|$)", r"<\1>", route.pattern).replace("^", "").replace("$", "")
        )
        names = [found["name"] for found in PARAMETER.finditer(pattern)]
        for number in range(max([len(own.get(name, "x")) for name in names], default=1)):
            values = {n: (own.get(n) or [OTHERS.get(n, "1")])[number % len(own.get(n) or "x")] for n in names}
            yield "/" + PARAMETER.sub(lambda found, filled=values: filled[found["name"]], pattern)


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_page_is_answered(lost: World, name: str, method: str) -> None:
    role, before, told = lost.roles[name], stored(), set()
    for path in page_paths(lost, role):
        with undone():
            answer = browser(role).generic(method, path)
            # That its database holds what it cannot open is what makes it not ready.
            assert answer.status_code < 500 or path == "/readyz", path
            assert path.endswith("/erase/") or written_over(before) == [], path
            if not answer.streaming and SENTENCE in answer.content.decode(errors="replace"):
                told.add(path)
    if method == "GET":
        # Whoever has something kept is told where it would stand.
        draft = f"/my-part/practice/drafts/{role.notes['drafts']}/"
        assert {"/my-part/journal/", "/my-part/check/", "/my-part/lists/wishes/", draft} <= told
        assert name != "partner" or f"/history/{lost.round}/" in told
        assert name != "therapist" or {"/practice/profile/", f"/practice/{lost.link}/notes/"} <= told


@pytest.mark.parametrize(
    ("name", "path", "fields"),
    [
        ("partner", "/my-part/journal/{journal}/", {"text": "New words.", "learned": ""}),
        ("partner", "/my-part/practice/drafts/{drafts}/", {"text": "New words.", "hold": "1-hour"}),
        ("therapist", "/practice/{link}/notes/", {"text": "New words."}),
        ("therapist", "/practice/{link}/notes/", {"text": ""}),
        ("therapist", "/practice/profile/", {"approach": "New.", "pace": "New.", "can_see": "New."}),
        ("staff", "/admin/accounts/therapistprofile/{profile}/change/", {"may_host": "on", "read": "{digest}"}),
    ],
)
def test_what_cannot_be_opened_is_not_written_over(lost: World, name: str, path: str, fields: dict[str, str]) -> None:
    role, before = lost.roles[name], stored()
    profile = TherapistProfile.objects.get(user=lost.roles["therapist"].person)
    known = {**role.notes, "link": lost.link, "profile": profile.pk, "digest": therapists.words_digest(profile)}
    sent = {key: value.format(**known) for key, value in fields.items()}
    with undone():
        answer = browser(role).post(path.format(**known), sent)
        assert answer.status_code == 409
        assert SENTENCE in answer.content.decode()
        assert stored() == before


def test_what_cannot_be_opened_can_be_deleted_and_erased(lost: World) -> None:
    role = lost.roles["partner"]
    with undone():
        for note_id in role.notes.values():
            assert browser(role).post(f"/my-part/notes/{note_id}/delete/").status_code == 302
        assert not PrivateNote.objects.filter(user=role.person).exists()
        assert browser(role).post(f"/history/{lost.round}/erase/").status_code == 302
        assert not Step.objects.filter(round__history_id=lost.round, seat="b").exists()


def test_a_code_that_cannot_be_checked_is_said_to_be_so(lost: World) -> None:
    person = lost.roles["partner"].person
    assert person
    with undone():
        client = Client()
        asked = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
        assert asked.headers["Location"] == "/accounts/2fa/authenticate/"
        answer = client.post("/accounts/2fa/authenticate/", {"code": "123456"})
        assert answer.status_code == 200
        assert "Codes cannot be checked right now." in answer.content.decode()
        asked = {"email": person.email, "password": PASSWORD, "code": "123456"}
        told = Client().post("/api/v1/auth/login/", asked, content_type="application/json")
        assert (told.status_code, told.json()["code"]) == (409, "content.cannot_open")


@pytest.mark.parametrize("route", api_routes(), ids=str)
def test_every_operation_is_answered(lost: World, route: ApiRoute) -> None:
    before = stored()
    for role in (lost.roles[name] for name in ("partner", "therapist")):
        for path in paths_of(route, lost, role):
            for body in bodies(route):
                with undone():
                    sent = b"" if body is None else json.dumps(body).encode()
                    answer = Client().generic(route.method, path, sent, "application/json", headers=role.headers)
                    # A second mark waits until the first one opens: "saving is paused" (docs/protocol.md).
                    reveals = isinstance(body, dict) and body.get("type") == "mark.seal"
                    assert answer.status_code < 500 or (reveals and answer.status_code == 503), path
                    assert route.method == "DELETE" or written_over(before) == [], path
