"""Forms about a login, sent twice: who changes a password or takes a second step is logged in by one tap and by two."""

from collections.abc import Iterator

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest

from accounts.models import Receipt, User
from tests.support.cast.browsers import Browser

PASSWORD = "a password of five plain words"
NEW = "another password of five words"
CHANGE = "/accounts/password/change/"
CHANGED = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
BOTH = pytest.mark.parametrize("lost", [True, False], ids=["the answer is lost", "a second tap"])


@pytest.fixture
def ana(db: None) -> Iterator[User]:
    """Return Ana, who has an account."""
    cache.clear()
    yield account("ana@example.org")
    cache.clear()


@pytest.fixture
def phone(ana: User) -> Browser:
    """Return her phone, on which she has just logged in."""
    phone = Browser()
    log_in(phone, ana)
    return phone


def account(email: str) -> User:
    """Return somebody with an account."""
    user = User.objects.create_user(email, PASSWORD, first_name=email.partition("@")[0].title())
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def log_in(phone: Browser, user: User) -> None:
    """Log somebody in who has just shown that it is them."""
    assert phone.fill_in("/accounts/login/", login=str(user.email), password=PASSWORD).url == "/"
    request = HttpRequest()
    request.session = phone.client.session
    record_authentication(request, user, "password", reauthenticated=True)
    request.session.save()


def twice(phone: Browser, path: str, fields: dict[str, str], lost: bool) -> tuple[str, str]:
    """Send a form twice; return where it led."""
    first = (phone.send_and_lose_the_answer if lost else phone.send)(path, fields)
    return first.url, phone.send(path, fields).url


@BOTH
def test_who_changes_the_password_twice_stays_logged_in(ana: User, phone: Browser, lost: bool) -> None:
    phone.look(CHANGE)
    assert twice(phone, CHANGE, phone.fields(**CHANGED), lost) == ("/settings/", "/settings/")
    assert phone.person == str(ana.pk)
    assert phone.look("/settings/").status_code == 200
    assert User.objects.get(pk=ana.pk).check_password(NEW)


@BOTH
def test_a_second_step_taken_twice_logs_in_once(ana: User, lost: bool) -> None:
    TOTP.activate(ana, generate_totp_secret())
    code = RecoveryCodes.activate(ana).get_unused_codes()[0]
    phone = Browser()
    path = phone.fill_in("/accounts/login/", login=str(ana.email), password=PASSWORD).url
    assert path == "/accounts/2fa/authenticate/"
    phone.look(path)
    fields = {"csrfmiddlewaretoken": phone.fields()["csrfmiddlewaretoken"], "code": code}
    assert twice(phone, path, fields, lost) == ("/", "/")
    assert phone.person == str(ana.pk)
    assert Session.objects.count() == 1
    assert len(RecoveryCodes(codes_of(ana)).get_unused_codes()) == 9


@BOTH
def test_new_codes_asked_for_twice_are_one_list(ana: User, phone: Browser, lost: bool) -> None:
    TOTP.activate(ana, generate_totp_secret())
    phone.look("/accounts/2fa/recovery-codes/generate/")
    fields = phone.fields()
    (phone.send_and_lose_the_answer if lost else phone.send)("/accounts/2fa/recovery-codes/generate/", fields)
    shown = RecoveryCodes(codes_of(ana)).get_unused_codes()
    assert phone.send("/accounts/2fa/recovery-codes/generate/", fields).url == "/accounts/2fa/recovery-codes/"
    assert RecoveryCodes(codes_of(ana)).get_unused_codes() == shown


def codes_of(user: User) -> Authenticator:
    """Return somebody's recovery codes."""
    return Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)


def test_a_login_that_has_ended_is_not_given_again(phone: Browser) -> None:
    phone.look(CHANGE)
    fields = phone.fields(**CHANGED)
    phone.send_and_lose_the_answer(CHANGE, fields)
    Session.objects.all().delete()
    assert phone.send(CHANGE, fields).url == "/settings/"
    assert phone.person is None
    assert phone.look("/settings/").status_code == 302


def test_no_row_tells_the_token_that_is_given_again(phone: Browser) -> None:
    phone.look(CHANGE)
    phone.send(CHANGE, phone.fields(**CHANGED))
    token = phone.client.cookies["session"].value
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {Receipt._meta.db_table}")
        stored = [bytes(one) if isinstance(one, memoryview) else one for row in cursor.fetchall() for one in row]
    assert Receipt.objects.latest("pk").login
    assert token not in repr(stored)


@pytest.mark.parametrize("cookie", ["short", "a" * 33, "\u00e9" * 32])
def test_a_cookie_that_opens_nothing_does_no_harm(ana: User, cookie: str) -> None:
    phone = Browser()
    phone.look("/accounts/password/reset/")
    phone.client.cookies["session"] = cookie
    fields = phone.fields(email=str(ana.email))
    assert twice(phone, "/accounts/password/reset/", fields, False) == ("/accounts/password/reset/done/",) * 2


def test_another_browser_is_given_nothing(phone: Browser) -> None:
    phone.look(CHANGE)
    fields = phone.fields(**CHANGED)
    phone.send_and_lose_the_answer(CHANGE, fields)
    another = Browser()
    another.look("/accounts/login/")
    # With the token of its own pages, or with that of the form.
    for sent in ({**fields, **another.fields()}, fields):
        assert another.send(CHANGE, sent).url.startswith("/accounts/login/")
    assert another.person is None


def test_whoever_is_logged_in_by_then_stays_it(phone: Browser) -> None:
    phone.look(CHANGE)
    fields = phone.fields(**CHANGED)
    phone.send_and_lose_the_answer(CHANGE, fields)
    ben = account("ben@example.org")
    phone.client.cookies.pop("session")
    log_in(phone, ben)
    phone.send(CHANGE, fields)
    assert phone.person == str(ben.pk)
    assert User.objects.get(pk=ben.pk).check_password(PASSWORD)


def test_a_form_that_was_refused_may_be_sent_again(ana: User, phone: Browser) -> None:
    phone.look(CHANGE)
    fields = phone.fields(**{**CHANGED, "oldpassword": NEW})
    for _ in range(2):
        assert phone.send(CHANGE, fields).status_code == 200
    assert phone.send(CHANGE, {**fields, **CHANGED}).url == "/settings/"
