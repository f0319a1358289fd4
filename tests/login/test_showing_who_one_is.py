"""What a login is worth: a code from the app works once, a new login has a new token, and what matters asks again."""

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache

from accounts.models import User
from tests.support.cast.browsers import Browser

PASSWORD = "a password of five plain words"
HALF_A_MINUTE = 30
NOON = 1_800_000_000 // HALF_A_MINUTE * HALF_A_MINUTE


@pytest.fixture
def ana(db: None) -> Iterator[User]:
    """Return Ana, who has an account."""
    cache.clear()
    user = User.objects.create_user("ana@example.org", PASSWORD, first_name="Ana")
    EmailAddress.objects.create(user=user, email="ana@example.org", verified=True, primary=True)
    yield user
    cache.clear()


def log_in(phone: Browser) -> str:
    """Log Ana in as far as her password leads; return where that is."""
    path: str = phone.fill_in("/accounts/login/", login="ana@example.org", password=PASSWORD).url
    return path


def code_at(secret: str, moment: float) -> str:
    """Return what the app shows at a moment."""
    return format_hotp_value(hotp_value(secret, int(moment) // HALF_A_MINUTE))


@pytest.mark.parametrize("later", [1, 31, 59])
def test_a_code_from_the_app_logs_in_once_as_long_as_it_is_taken(
    ana: User, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ana, secret)
    code = code_at(secret, NOON)
    monkeypatch.setattr("time.time", lambda: float(NOON))
    phone, onlooker = Browser(), Browser()
    log_in(phone)
    phone.fill_in("/accounts/2fa/authenticate/", code=code)
    assert phone.person == str(ana.pk)
    monkeypatch.setattr("time.time", lambda: float(NOON + later))
    assert log_in(onlooker) == "/accounts/2fa/authenticate/"
    onlooker.fill_in("/accounts/2fa/authenticate/", code=code)
    assert onlooker.person is None
    following = code_at(secret, NOON + HALF_A_MINUTE)
    onlooker.fill_in("/accounts/2fa/authenticate/", code=following)
    assert onlooker.person == str(ana.pk), "the next one is as good as ever"


def test_a_program_cannot_use_what_a_browser_has_used(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ana, secret)
    monkeypatch.setattr("time.time", lambda: float(NOON))
    phone = Browser()
    log_in(phone)
    phone.fill_in("/accounts/2fa/authenticate/", code=code_at(secret, NOON))
    assert phone.person == str(ana.pk)
    monkeypatch.setattr("time.time", lambda: float(NOON + 45))
    sent = {"email": "ana@example.org", "password": PASSWORD, "code": code_at(secret, NOON)}
    answer = Browser().client.post("/api/v1/auth/login/", sent, content_type="application/json")
    assert answer.status_code in {401, 422, 403}
    assert "token" not in answer.json()


def test_a_new_login_has_a_new_token_and_the_old_one_opens_nothing(ana: User) -> None:
    phone = Browser()
    log_in(phone)
    first = phone.client.cookies["session"].value
    assert phone.person == str(ana.pk)
    phone.look("/accounts/logout/")
    phone.send("/accounts/logout/", phone.fields())
    log_in(phone)
    assert phone.client.cookies["session"].value != first
    onlooker = Browser()
    onlooker.client.cookies["session"] = first
    assert onlooker.person is None


def test_a_token_that_somebody_planted_is_not_that_of_the_login(ana: User) -> None:
    phone = Browser()
    phone.client.cookies["session"] = "planted" * 4 + "abcd"
    log_in(phone)
    assert phone.person == str(ana.pk)
    assert phone.client.cookies["session"].value != "planted" * 4 + "abcd"


@pytest.mark.parametrize("path", ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/settings/leave/"])
def test_what_decides_who_gets_in_asks_for_the_password_again(ana: User, path: str) -> None:
    phone = Browser()
    log_in(phone)
    assert phone.look(path).url.startswith("/accounts/reauthenticate/")
    phone.fill_in("/accounts/reauthenticate/", password=PASSWORD)
    assert phone.look(path).status_code == 200


def test_another_address_asks_for_the_password_again(ana: User) -> None:
    phone = Browser()
    log_in(phone)
    phone.look("/accounts/email/")
    answer = phone.send("/accounts/email/", phone.fields(action_add="", email="else@example.org"))
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="else@example.org").exists()


def test_the_code_that_turns_an_app_on_logs_nobody_in(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: float(NOON))
    phone, onlooker = Browser(), Browser()
    log_in(phone)
    phone.look("/accounts/2fa/totp/activate/")
    phone.fill_in("/accounts/reauthenticate/", password=PASSWORD)
    page = phone.look("/accounts/2fa/totp/activate/").content.decode()
    secret = page.split('data-testid="totp-secret">')[1].split("<")[0]
    code = code_at(secret, NOON)
    assert phone.send("/accounts/2fa/totp/activate/", phone.fields(code=code)).url == "/accounts/2fa/recovery-codes/"
    monkeypatch.setattr("time.time", lambda: float(NOON + 45))
    assert log_in(onlooker) == "/accounts/2fa/authenticate/"
    onlooker.fill_in("/accounts/2fa/authenticate/", code=code)
    assert onlooker.person is None
    onlooker.fill_in("/accounts/2fa/authenticate/", code=code_at(secret, NOON + 60))
    assert onlooker.person == str(ana.pk), "the next one is as good as ever"
