"""Turning notices on and off, on the page and by the API: off by default, for oneself alone, ended with the login."""

import re
from typing import Any

import orjson
import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import NoticeWishes, PushSubscription, User
from accounts.notices import push, subscriptions
from accounts.notices.api import EXAMPLE
from cycleproject.configuration import read_settings
from tests.support.cast.api_world import fresh_login
from tests.support.cast.notices import set_up
from tests.support.cast.past import phone_of
from tests.support.servers.push_service import Browser

pytestmark = pytest.mark.django_db

PAGE = "/settings/notices/"
PASSWORD = "a password of five plain words"
QUIET = {"quiet_from": "22:00", "quiet_until": "07:00"}
TYPED = {"by_mail": "1", "wording": "list", **QUIET}
OFF = {"by_mail": False, "hour_before": False, "wording": "reminder", "quiet_from": None, "quiet_until": None}


@pytest.fixture
def ana() -> User:
    """Return Ana, who has an account."""
    return User.objects.create_user("ana@example.org", PASSWORD, first_name="Ana")


def api(token: str, method: str, path: str = "", body: Any = None) -> Any:
    """Ask the API."""
    sent = b"" if body is None else orjson.dumps(body)
    return Client().generic(
        method, f"/api/v1/me/notices/{path}", sent, "application/json", headers={"X-Session-Token": token}
    )


# The page.


def test_everything_is_off_until_it_is_asked_for(ana: User) -> None:
    page = phone_of(ana).get(PAGE).content.decode()
    assert not re.findall(r'type="checkbox"[^>]*checked', page)
    assert len(re.findall(r'type="radio"', page)) == 3
    assert "If somebody goes through your phone" in page, "what it costs stands where it is switched on"
    assert not NoticeWishes.objects.exists() and not PushSubscription.objects.exists()


def test_it_is_saved_shown_and_turned_off_without_scripts(ana: User) -> None:
    phone = phone_of(ana)
    phone.cookies["zone"] = "Europe/Berlin"
    assert phone.post(PAGE, TYPED).headers["Location"] == PAGE
    kept = NoticeWishes.objects.get(user=ana)
    assert (kept.by_mail, kept.hour_before, kept.wording, kept.zone) == (True, False, "list", "Europe/Berlin")
    page = phone.get(PAGE).content.decode()
    assert re.search(r'name="by_mail"[^>]*checked', page) and 'value="22:00"' in page
    phone.post(PAGE, {"wording": "list", "quiet_from": "", "quiet_until": ""})
    kept.refresh_from_db()
    assert (kept.by_mail, kept.quiet_from, kept.zone) == (False, None, "")


NO_ENDS = [{"quiet_from": "22:00"}, {"quiet_until": "7"}, {"quiet_from": "x", "quiet_until": "x"}]


@pytest.mark.parametrize("typed", NO_ENDS, ids=str)
def test_quiet_hours_without_an_end_are_said_so_beside_the_field(ana: User, typed: dict[str, str]) -> None:
    page = phone_of(ana).post(PAGE, {"wording": "note", **typed})
    assert page.status_code == 400 and 'id="quiet-error"' in page.content.decode()
    assert not NoticeWishes.objects.exists()


def test_a_guest_has_no_mail_and_may_have_a_push() -> None:
    guest = User.objects.create_guest("Cleo")
    phone = phone_of(guest)
    assert 'name="by_mail"' not in phone.get(PAGE).content.decode()
    phone.post(PAGE, TYPED)
    assert not NoticeWishes.objects.get(user=guest).by_mail
    phone.post(f"{PAGE}push/", Browser().named)
    assert PushSubscription.objects.get().user == guest


def test_a_browser_is_turned_on_listed_and_turned_off(ana: User) -> None:
    phone, other = phone_of(ana), phone_of(ana)
    phone.post(f"{PAGE}push/", Browser("one").named)
    one = PushSubscription.objects.get()
    assert "push-off" in phone.get(PAGE).content.decode()
    page = other.get(PAGE).content.decode()
    assert "push-on" in page and f"{PAGE}push/{one.pk}/off/" in page
    other.post(f"{PAGE}push/{one.pk}/off/")
    assert not PushSubscription.objects.exists()


def test_nobody_turns_off_what_is_anothers(ana: User) -> None:
    set_up(ana, Browser())
    ben = User.objects.create_user("ben@example.org", None, first_name="Ben")
    phone_of(ben).post(f"{PAGE}push/{PushSubscription.objects.get().pk}/off/")
    assert PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example.com/a"},
        {"endpoint": "https://127.0.0.1/a"},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "A" * 87},
        {"p256dh": "é" * 87},
        {"auth": "AAAA"},
        {"auth": "*" * 22},
    ],
)
def test_what_no_browser_names_is_refused(ana: User, wrong: dict[str, str]) -> None:
    named = {**EXAMPLE, **wrong}
    assert phone_of(ana).post(f"{PAGE}push/", named).headers["Location"] == PAGE
    answer = api(fresh_login(ana), "PUT", "push/", named)
    assert (answer.status_code, answer.json()["code"]) == (400, "frame.invalid")
    assert not PushSubscription.objects.exists()


def test_without_a_key_it_is_not_offered(ana: User, settings: Settings) -> None:
    settings.PUSH_KEY = ""
    phone, token = phone_of(ana), fresh_login(ana)
    assert "push-on" not in phone.get(PAGE).content.decode()
    phone.post(f"{PAGE}push/", EXAMPLE)
    assert api(token, "GET").json()["push_key"] is None
    assert api(token, "PUT", "push/", EXAMPLE).json()["code"] == "item.not_found"
    assert not PushSubscription.objects.exists()


# The API.


def test_it_is_said_and_shown_by_the_api(ana: User) -> None:
    token = fresh_login(ana)
    assert api(token, "GET").json() == {**OFF, "tz": "UTC", "push": False, "push_key": push.public_key()}
    wanted = {"by_mail": True, "hour_before": True, "wording": "note", **QUIET, "tz": "Europe/Berlin"}
    assert api(token, "PUT", body=wanted).json() == {**wanted, "push": False, "push_key": push.public_key()}
    assert api(token, "PUT", "push/", EXAMPLE).json()["push"] is True
    assert api(fresh_login(ana), "GET").json()["push"] is False, "another login is another browser"
    assert api(token, "DELETE", "push/").status_code == 204
    assert api(token, "GET").json()["push"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**OFF, "wording": "My partner answered"},
        {**OFF, "quiet_from": "22:00"},
        {**OFF, "quiet_from": "24:00", "quiet_until": "07:00"},
        {**OFF, **QUIET, "tz": "Nowhere/Here"},
        {**OFF, "by_mail": 1},
    ],
    ids=str,
)
def test_what_cannot_be_wished_for_is_refused(ana: User, body: dict[str, Any]) -> None:
    answer = api(fresh_login(ana), "PUT", body=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "frame.invalid")
    assert not NoticeWishes.objects.exists()


def test_a_guest_is_told_that_mail_needs_an_account() -> None:
    answer = api(fresh_login(User.objects.create_guest("Cleo")), "PUT", body={**OFF, "by_mail": True})
    assert answer.json()["code"] == "account.needed"


# Browsers and logins.


def logged_in() -> Client:
    phone = Client(REMOTE_ADDR="198.51.100.1", HTTP_USER_AGENT="Mozilla/5.0 (Android) Firefox/140.0")
    phone.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    return phone


def confirmed(person: User) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)


@pytest.mark.django_db(transaction=True)
def test_it_is_listed_with_the_logins_and_ends_with_them(ana: User) -> None:
    confirmed(ana)
    phone, other = logged_in(), logged_in()
    phone.post(f"{PAGE}push/", Browser("one").named)
    assert other.get("/accounts/sessions/").content.decode().count("shows-notices") == 1
    login = UserSession.objects.get(session_key=PushSubscription.objects.get().session_key)
    other.post(f"/accounts/sessions/{login.pk}/end/")
    assert not PushSubscription.objects.exists()
    other.post(f"{PAGE}push/", Browser("two").named)
    assert PushSubscription.objects.exists()
    other.post("/accounts/logout/")
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_new_password_ends_it_everywhere(ana: User) -> None:
    confirmed(ana)
    phones = logged_in(), logged_in()
    for number, phone in enumerate(phones):
        phone.post(f"{PAGE}push/", Browser(str(number)).named)
    assert PushSubscription.objects.count() == 2
    ana.set_password("another password of plain words")
    ana.save()
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_showing_again_who_one_is_keeps_it(ana: User) -> None:
    confirmed(ana)
    phone = logged_in()
    phone.post(f"{PAGE}push/", Browser().named)
    before = PushSubscription.objects.get().session_key
    phone.post("/accounts/reauthenticate/", {"password": PASSWORD})
    kept = PushSubscription.objects.get()
    assert kept.session_key != before, "premise: its token is another"
    assert subscriptions.all_of(ana) == [kept] and "push-off" in phone.get(PAGE).content.decode()


def test_the_same_browser_named_twice_is_one(ana: User) -> None:
    phone, browser = phone_of(ana), Browser()
    for _ in range(2):
        phone.post(f"{PAGE}push/", browser.named)
    first = PushSubscription.objects.get()
    phone.post(f"{PAGE}push/", Browser("another").named)
    assert PushSubscription.objects.get().pk != first.pk


def test_where_a_browser_takes_notices_stands_nowhere_in_plain(ana: User) -> None:
    from django.db import connection

    set_up(ana, Browser("canary"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_pushsubscription")
        assert b"canary" not in repr(cursor.fetchall()).encode()


# Who runs the server.


def test_a_key_is_made_by_one_command(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    call_command("make_push_keys")
    line = capsys.readouterr().out.strip()
    name, _, key = line.partition("=")
    needed = {"SECRET_KEY": settings.SECRET_KEY, "FIELD_KEYS": ",".join(settings.FIELD_KEYS), "ALLOWED_HOSTS": "a.b"}
    assert read_settings({**needed, name: key})["PUSH_KEY"] == key
    settings.PUSH_KEY = key
    assert len(push.public_key()) == 87
    for wrong in ("x", key + key, "A" * 43, "_" * 43):
        with pytest.raises(SystemExit):
            read_settings({**needed, name: wrong})


def test_what_one_wishes_is_taken_along(ana: User) -> None:
    token = fresh_login(ana)
    api(token, "PUT", body={**OFF, **QUIET, "by_mail": True, "tz": "Europe/Berlin"})
    answer = Client().get("/api/v1/me/export/", headers={"X-Session-Token": token})
    assert orjson.loads(answer.getvalue())["notices"] == {**OFF, **QUIET, "by_mail": True, "tz": "Europe/Berlin"}
