"""Logins and what staff may open, in the run of isolation: every role, at every address that names one of them.

Staff are a role of their own: they close accounts and confirm therapists, and read no note, no label and no log.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.test import Client

from accounts.care import check_in_notes, labels, notes
from accounts.models import AuditEntry, User
from sessions.hosting.hosted_notes import as_check_in
from sessions.models import LiveSession
from tests.support.cast.care_cast import (
    CSRF,
    Three,
    account,
    both_agree,
    device,
    hosted,
    second_factor,
    therapist,
)
from tests.support.routes import NOWHERE, PARAMETER, _paths, _with_get, all_routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_has_guessed")]

CANARY = f"canary{uuid.uuid4().hex}"
NOBODY = 10**9
NOT_STAFF = ("anonymous", "guest", "ana", "ben", "outsider", "tess", "colleague")
ROLES = (*NOT_STAFF, "staff")


@dataclass
class World:
    """Ana, Ben and Tess, who has written of them; everybody else; and what there is to name."""

    cast: Three
    clients: dict[str, Client]
    session: LiveSession
    guest: User


@pytest.fixture
def world(cast: Three) -> World:
    """Return everybody, each with a device."""
    both_agree(cast)
    session = hosted(cast.tess, cast.couple, 1)
    notes.write(cast.tess, cast.link.id, f"{CANARY} on the two")
    check_in_notes.write(cast.tess, as_check_in(cast.tess, session), f"{CANARY} on that day")
    labels.call(cast.tess, cast.link.id, CANARY)
    staff = account("Staff", is_staff=True, is_superuser=True)
    second_factor(staff)
    guest = User.objects.create_guest("Guest")
    people = {
        "guest": guest,
        "ana": cast.ana,
        "ben": cast.ben,
        "outsider": account("Otto"),
        "tess": cast.tess,
        "colleague": therapist("Colleague"),
        "staff": staff,
    }
    return World(cast, {"anonymous": Client(), **{name: device(one) for name, one in people.items()}}, session, guest)


def compared(answer: HttpResponse, named: str) -> tuple[int, bytes, dict[str, str]]:
    """Return everything of an answer that somebody could compare, but for what it was asked about."""
    said = CSRF.sub(b"", answer.content).replace(named.encode(), b"<id>")
    headers = {
        name: value.replace(named, "<id>") for name, value in answer.headers.items() if name not in ("Date", "Expires")
    }
    return answer.status_code, re.sub(rb'data-csrf-token="[^"]+"', b"", said), headers


# Logins.


def a_login_of(person: User) -> UserSession:
    """Return a login at another device, as it is listed."""
    ip, data = "127.0.0.1", dict[str, str]()
    return UserSession.objects.create(user=person, session_key="k" * 32, ip=ip, user_agent="another", data=data)


@pytest.mark.parametrize("role", ROLES)
def test_anothers_login_is_ended_by_nobody_and_looks_like_none(world: World, role: str) -> None:
    theirs = account("Cleo")
    login = a_login_of(theirs)
    paths = [f"/accounts/sessions/{one}/end/" for one in (login.pk, NOBODY)]
    answers = [compared(world.clients[role].post(path), path) for path in paths]
    assert answers[0] == answers[1]
    # A guest has no list of logins to end one from.
    assert answers[0][0] == (302 if role in ("anonymous", "guest") else 404)
    assert UserSession.objects.filter(pk=login.pk).exists()


def test_ones_own_login_is_ended(world: World) -> None:
    """Without this the test above would hold for an address that ends none."""
    ana = world.clients["ana"]
    login = a_login_of(world.cast.ana)
    assert ana.post(f"/accounts/sessions/{login.pk}/end/").status_code == 302
    assert not UserSession.objects.filter(pk=login.pk).exists()


# The admin.


def of_admin() -> Iterator[tuple[str, bool]]:
    """Yield every address of the admin, and whether it names an object."""
    for route in all_routes():
        if route.pattern.startswith("admin/") and "(?P" not in route.pattern:
            yield "/" + route.pattern, bool(PARAMETER.search(route.pattern))


def naming(world: World) -> Iterator[tuple[str, str, str]]:
    """Yield each address of the admin with an object that there is, and with one that there is not."""
    objects = {
        "/admin/accounts/user/": str(world.cast.ana.pk),
        "/admin/accounts/therapistprofile/": str(world.cast.tess.therapist_profile.pk),
        "/admin/live_sessions/livesession/": str(world.session.pk),
    }
    for path, names in of_admin():
        one = next((pk for start, pk in objects.items() if path.startswith(start)), "")
        if names and one:
            absent = NOWHERE if "-" in one else str(NOBODY)
            yield path, PARAMETER.sub(one, path), PARAMETER.sub(absent, path)


def test_there_are_objects_to_name(world: World) -> None:
    assert len(list(naming(world))) >= 9


@pytest.mark.parametrize("role", NOT_STAFF)
def test_no_object_of_the_admin_is_told_from_none(world: World, role: str) -> None:
    client = world.clients[role]
    for pattern, theirs, absent in naming(world):
        for method in (client.get, client.post):
            one, none = (compared(method(path), path) for path in (theirs, absent))
            assert one == none, pattern
            assert one[0] in (302, 403), pattern
    assert User.objects.filter(pk=world.cast.ana.pk).exists()


def test_a_guest_is_none_to_staff(world: World) -> None:
    staff = world.clients["staff"]
    path = "/admin/accounts/user/{}/change/"
    one, none = (staff.get(path.format(pk)) for pk in (world.guest.pk, NOWHERE))
    assert one.status_code == none.status_code == 302
    assert one.headers["Location"] == none.headers["Location"] == "/admin/"
    assert staff.get(path.format(world.cast.ana.pk)).status_code == 200, "an account is one"


# Notes and the log.


def everything(world: World) -> Iterator[str]:
    """Yield every address there is, about these three wherever it can be, those of the admin among them."""
    for route in _with_get():
        for path in _paths(route, str(world.session.pk), ()):
            yield path.replace(NOWHERE, str(world.cast.link.pk)) if "link_id" in route.parameters else path
    yield from (theirs for _, theirs, _ in naming(world))
    yield from (path for path, names in of_admin() if not names)


@pytest.mark.parametrize("role", ROLES)
def test_what_a_therapist_notes_is_theirs_at_every_address(world: World, role: str) -> None:
    client = world.clients[role]
    told, opened = set(), 0
    for path in dict.fromkeys(everything(world)):
        if path == "/admin/logout/":
            continue
        answer = client.get(path)
        opened += answer.status_code == 200
        told |= {path} if CANARY.encode() in b"".join(answer) else set()
    assert opened > 5, "somebody is shown something"
    if role == "tess":
        places = (f"/practice/{world.cast.link.pk}/notes/", f"/practice/check-ins/{world.session.pk}/notes/")
        assert {*places, "/practice/"} <= told
        assert not {path for path in told if "admin" in path}
    else:
        assert told == set()
    read = set(AuditEntry.objects.values_list("role", flat=True))
    assert read == ({"therapist"} if role == "tess" else set()), "a therapist's reading is in the log, nobody else's"
