"""A login lasts two weeks from its last use: who comes every day is never logged out, and who stays away is."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.logins import login_from_token, open_login
from accounts.models import User
from sessions.checkin.state import LIFETIME
from sessions.joining import start
from sessions.live import admission
from tests.support.cast.care_cast import account, device

pytestmark = pytest.mark.django_db

LASTS = timedelta(seconds=settings.SESSION_COOKIE_AGE)
PAGE = "/my-part/journal/"


@pytest.fixture
def ana(db: None) -> User:
    """Return Ana."""
    return account("Ana")


def pass_time(by: timedelta) -> None:
    """Let a login be older: what is stored of it ends so much sooner."""
    Session.objects.update(expire_date=F("expire_date") - by)


def left() -> timedelta:
    """Return how long the login still lasts."""
    return Session.objects.get().expire_date - timezone.now()


def test_two_weeks_are_what_is_promised() -> None:
    assert timedelta(weeks=2) == LASTS


def test_a_page_that_is_used_prolongs_the_login_and_its_cookie(ana: User) -> None:
    phone = device(ana)
    for _ in range(3):
        pass_time(timedelta(days=13))
        answer = phone.get(PAGE)
        assert answer.status_code == 200
        assert answer.cookies["session"]["max-age"] == settings.SESSION_COOKIE_AGE
        assert left() > LASTS - timedelta(minutes=1)


def test_who_stays_away_for_two_weeks_is_logged_out(ana: User) -> None:
    phone = device(ana)
    pass_time(timedelta(days=14, minutes=1))
    assert phone.get(PAGE).status_code == 302


def test_it_is_written_once_a_day_at_most(ana: User) -> None:
    phone = device(ana)
    pass_time(timedelta(hours=23))
    with CaptureQueriesContext(connection) as asked:
        assert phone.get(PAGE).status_code == 200
    assert not [one for one in asked.captured_queries if one["sql"].startswith("UPDATE")]
    pass_time(timedelta(hours=2))
    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            phone.get(PAGE)
    assert len([one for one in asked.captured_queries if one["sql"].startswith("UPDATE")]) == 1


def test_a_token_that_is_used_lasts_as_well(ana: User) -> None:
    token = open_login(ana)
    for _ in range(3):
        pass_time(timedelta(days=13))
        assert Client().get("/api/v1/me/", headers={"x-session-token": token}).status_code == 200
    pass_time(timedelta(days=15))
    assert login_from_token(token) is None


@pytest.mark.parametrize("door", ["page", "socket", "interface"])
def test_whoever_enters_a_check_in_with_hours_left_is_logged_in_until_long_after_its_end(ana: User, door: str) -> None:
    session = start.start_with_code(ana).id
    token = open_login(ana)
    pass_time(timedelta(days=13, hours=23))
    assert left() < timedelta(hours=2), "it would end while they are in there"
    match door:
        case "socket":
            login, place = admission.admit(token, session)
            assert login and place and place.seat
        case "interface":
            by_token = {"x-session-token": token}
            assert Client().get(f"/api/v1/sessions/{session}/", headers=by_token).status_code == 200
        case "page":
            phone = Client()
            phone.cookies["session"] = token
            assert phone.get(f"/sessions/{session}/").status_code == 200
    assert left() > LASTS - timedelta(minutes=1)
    pass_time(LIFETIME)
    assert login_from_token(token) is not None, "a check-in is over before its login is"


def test_nobody_who_is_not_logged_in_is_given_a_cookie_by_it(db: None) -> None:
    assert "session" not in Client().get("/").cookies
    assert not Session.objects.exists()


def test_a_login_that_has_ended_is_not_brought_back(ana: User) -> None:
    phone = device(ana)
    Session.objects.all().delete()
    assert phone.get(PAGE).status_code == 302
    assert not Session.objects.exists()
