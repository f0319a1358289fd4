"""A phone is not a person: every door, opened on a real phone that still knows somebody, and by that name or another.

The doors are those of ``tests/joining/doors.py``, whose tests find them in the URL table and asks them what no
screen shows. Here somebody stands before them with a thumb.
"""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.cast.hosted import in_shell
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

BEGIN: Final = """
from uuid import uuid4
from accounts.care import invitations as care_invitations
from accounts.couple import invitations, pairing
from accounts.logins import open_login
from accounts.models import User
from sessions.joining import join, start
from sessions.store import system_changes
from tests.support.cast.hosts import confirmed_therapist

def account(name):
    return User.objects.create_user(f"{{uuid4().hex}}@example.org", first_name=name)

def guest(ends):
    ana = User.objects.create_guest("Ana")
    room = start.start_with_code(ana)
    join.join_by_code(User.objects.create_guest("Ben"), room.code or "")
    if ends:
        system_changes.end([room.id])
    return ana

def paired():
    ana = account("Ana")
    pairing.form_couple(ana, account("Ben"))
    return ana

kind = {kind!r}
before = {{
    "none": lambda: None,
    "guest live": lambda: guest(False),
    "guest ended": lambda: guest(True),
    "account alone": lambda: account("Ana"),
    "account of a couple": paired,
    "therapist": lambda: confirmed_therapist("Ana"),
}}[kind]()
door = {{
    "start": lambda: "/start/",
    "start together": lambda: "/start/together/",
    "code": lambda: f"/join/{{start.start_with_code(User.objects.create_guest('Dan')).code}}/",
    "pairing": lambda: f"/couple/invitation/{{invitations.create(account('Otto'))[1]}}/",
    "care": lambda: f"/care/invitation/{{care_invitations.create(confirmed_therapist('Cleo'), as_therapist=True)[1]}}/",
    "sign up": lambda: "/accounts/signup/",
}}[{door!r}]()
answer = [door, open_login(before) if before else "", str(before.pk) if before else ""]
"""
EVERYBODY: Final = """
from accounts.models import Membership, User
from sessions.models import Seat
answer = [
    sorted(map(str, User.objects.values_list("pk", "first_name", "email"))),
    sorted(map(str, Membership.objects.values_list("user", "couple", "seat", "left_at"))),
    sorted(map(str, Seat.objects.values_list("live_session", "user", "name", "first_name", "left_at"))),
]
"""
WHO: Final = """
from accounts.session_store import SessionStore
answer = SessionStore.presented({token!r}).load().get("_auth_user_id") or ""
"""
KINDS: Final = ("none", "guest live", "guest ended", "account alone", "account of a couple", "therapist")
# Where somebody else is a new person at once; elsewhere they are nobody until they log in or sign up.
MAKES_A_GUEST: Final = ("/start/", "/join/")
DOORS: Final = ("start", "start together", "code", "pairing", "care", "sign up")


TYPED: Final = {"first_name": "Fay", "email": "fay@example.org", "password1": "five plain words here"}


def person_on(page: Page, server: Server) -> str:
    """Return the id of who this phone is logged in as, or nothing."""
    token = next((one.get("value", "") for one in page.context.cookies() if one.get("name") == "session"), "")
    return str(in_shell(server, WHO.format(token=token)))


def is_asked_for_a_name(page: Page) -> bool:
    """Tell whether a name is asked for; nobody else's stands there."""
    field = page.locator('main input[name="first_name"]')
    if field.count():
        expect(field).to_have_value("")
    return bool(field.count())


def come_in(page: Page) -> None:
    """Type what the form asks for, as Fay; where there is only a question, answer it."""
    for name, text in TYPED.items():
        field = page.locator(f'main input[name="{name}"]')
        if field.count():
            field.fill(text)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_else_comes_in_at_no_ones_cost(server: Server, open_device: OpenDevice, kind: str) -> None:
    for name in DOORS:
        path, token, known = in_shell(server, BEGIN.format(kind=kind, door=name))
        was = in_shell(server, EVERYBODY)
        page = open_device()
        if token:
            page.context.add_cookies([{"name": "session", "value": token, "url": server.url}])
        page.goto(server.url + path)
        assert person_on(page, server) == known, "it has been opened, and nothing more"
        asks_for_a_name = is_asked_for_a_name(page)
        question = hook(page, "somebody-else")
        if not question.count() and (known or not asks_for_a_name):
            # An invitation leads on to a log-in; who has an account and needs no other is led home.
            assert not asks_for_a_name, f"{name}: a name is asked for, and nobody asks who has this phone"
            continue
        if known:
            question.click()
            is_asked_for_a_name(page)
        as_a_guest = any(door in page.url for door in MAKES_A_GUEST)
        come_in(page)
        now = person_on(page, server)
        if as_a_guest:
            assert now not in ("", known), f"{name}: somebody new"
        else:
            assert now in ("", known), f"{name}: nobody until they say who they are"
        for before, after in zip(was, in_shell(server, EVERYBODY), strict=True):
            assert [one for one in before if one not in after] == [], f"{name}: renamed, parted or seated elsewhere"
