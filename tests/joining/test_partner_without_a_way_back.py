"""A partner without an account whose only login has ended: nobody is led into a check-in to wait for them."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from sessions.joining import join, start
from sessions.models import LiveSession
from tests.support.cast.browsers import Browser

PASSWORD = "a password of five plain words"

pytestmark = pytest.mark.django_db


@pytest.fixture
def phones() -> tuple[Browser, Browser]:
    """Return the phones of Ana and Ben, guests whose check-in has ended."""
    ana, ben = Browser(), Browser()
    ana.fill_in("/start/", first_name="Ana")
    code = LiveSession.objects.get().code
    ben.fill_in(f"/join/{code}/", first_name="Ben")
    LiveSession.objects.update(ended_at="2026-01-01T00:00Z")
    return ana, ben


def come_in_as_somebody_else(ben: Browser) -> None:
    """Lend the phone to Dan, who joins Cleo."""
    code = start.start_with_code(User.objects.create_guest("Cleo")).code
    ben.look(f"/join/{code}/?as=somebody-else")
    fields = {**ben.fields(first_name="Dan"), "as": "somebody-else"}
    assert ben.send(f"/join/{code}/", fields).status_code == 302


def log_in_as_somebody_else(ben: Browser) -> None:
    """Log in to an account."""
    otto = User.objects.create_user("otto@example.org", PASSWORD, first_name="Otto")
    EmailAddress.objects.create(user=otto, email="otto@example.org", verified=True, primary=True)
    assert ben.fill_in("/accounts/login/", login="otto@example.org", password=PASSWORD).url == "/"


@pytest.mark.parametrize("leave", [come_in_as_somebody_else, log_in_as_somebody_else])
def test_home_says_what_to_do_instead(phones: tuple[Browser, Browser], leave: object) -> None:
    ana, ben = phones
    assert b"start-again" in ana.look("/").content
    leave(ben)  # type: ignore[operator]
    page = ana.look("/").content.decode()
    assert "start-again" not in page
    assert "cannot come back as before" in page
    assert 'data-testid="start-check-in"' in page


def test_a_page_that_was_open_before_leads_to_a_check_in_that_somebody_can_enter(
    phones: tuple[Browser, Browser],
) -> None:
    ana, ben = phones
    ana.look("/")
    fields = ana.fields()
    log_in_as_somebody_else(ben)
    assert ana.send("/start/together/", fields).url == "/start/"
    ana.fill_in("/start/")
    started = LiveSession.objects.get(ended_at=None)
    assert started.code and join.join_by_code(User.objects.create_guest("Ben"), started.code) == started


def test_who_has_signed_up_has_a_way_back(phones: tuple[Browser, Browser]) -> None:
    ana, ben = phones
    signed_up = {"first_name": "Ben", "email": "ben@example.org", "password1": PASSWORD}
    assert ben.fill_in("/accounts/signup/", **signed_up).status_code == 302
    log_in_as_somebody_else(ben)
    assert b"start-again" in ana.look("/").content
