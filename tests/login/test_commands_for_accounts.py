"""Two commands let an operator in: the first administrator, and whoever has lost their second step."""

import re
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command, get_commands
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
OPERATIONS = Path(__file__).resolve().parent.parent.parent / "docs" / "operations.md"
PASSWORD = "five plain words in a row"


def run(*command: str) -> str:
    """Run a command, and return what it says."""
    said = StringIO()
    call_command(*command, stdout=said)
    return said.getvalue()


def account(**fields: object) -> User:
    """Return Ana's account, with a confirmed address."""
    ana = User.objects.create_user("ana@example.org", PASSWORD, first_name="Ana", **fields)
    EmailAddress.objects.create(user=ana, email="ana@example.org", primary=True, verified=True)
    return ana


def test_the_first_administrator_is_made_with_a_link_to_choose_a_password() -> None:
    said = run("make_staff", "Admin@Example.org")
    assert "admin@example.org is staff." in said
    admin = User.objects.get(email="admin@example.org")
    assert admin.is_staff and admin.is_superuser and not admin.has_usable_password()
    assert EmailAddress.objects.get(user=admin).verified
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", said)
    assert link
    browser = Client()
    form = browser.get(link[1], follow=True)
    chosen = browser.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert chosen.status_code == 302
    browser.logout()
    entered = Client().post("/accounts/login/", {"login": "admin@example.org", "password": PASSWORD})
    assert entered.status_code == 302
    admin.refresh_from_db()
    assert admin.check_password(PASSWORD)
    assert "second step" in run("make_staff", "admin@example.org")


def test_an_account_that_is_there_keeps_its_password_and_name() -> None:
    ana = account()
    said = run("make_staff", "ana@example.org")
    assert "Next: log in, and turn on a second step at " in said
    assert run("make_staff", "ana@example.org") == said, "twice is once"
    ana.refresh_from_db()
    assert (ana.is_staff, ana.is_superuser, ana.first_name) == (True, True, "Ana")
    assert ana.check_password(PASSWORD)
    TOTP.activate(ana, generate_totp_secret())
    assert "/admin/" in run("make_staff", "ana@example.org")


def test_whoever_only_typed_the_address_gets_nothing() -> None:
    otto = User.objects.create_guest("Otto")
    EmailAddress.objects.create(user=otto, email="admin@example.org", verified=False)
    run("make_staff", "admin@example.org")
    otto.refresh_from_db()
    assert not otto.is_staff
    assert EmailAddress.objects.get(email="admin@example.org").user != otto


def test_a_second_step_is_taken_away_and_the_password_stays() -> None:
    ana = account()
    TOTP.activate(ana, generate_totp_secret())
    RecoveryCodes.activate(ana)
    said = run("reset_second_step", "Ana@example.org")
    assert "Next: " in said
    assert not Authenticator.objects.filter(user=ana).exists()
    entered = Client().post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert entered.headers["Location"] == "/"
    assert "has no second step" in run("reset_second_step", "ana@example.org")


def test_nobody_elses_second_step_is_touched() -> None:
    account()
    ben = User.objects.create_user("ben@example.org", PASSWORD, first_name="Ben")
    TOTP.activate(ben, generate_totp_secret())
    run("reset_second_step", "ana@example.org")
    assert Authenticator.objects.filter(user=ben).exists()


@pytest.mark.parametrize(
    ("command", "email", "reason"),
    [
        ("make_staff", "not an address", "is not an e-mail address"),
        ("reset_second_step", "nobody@example.org", "No account has the address nobody@example.org"),
        ("make_staff", "closed@example.org", "is closed"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(command: str, email: str, reason: str) -> None:
    User.objects.create_user("closed@example.org", PASSWORD, first_name="Dan", is_active=False)
    with pytest.raises(CommandError, match=reason) as refused:
        call_command(command, email)
    assert "\n" not in str(refused.value)
    assert not User.objects.filter(is_staff=True).exists()


def test_whatever_operations_tells_to_run_is_there() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", OPERATIONS.read_text(encoding="utf-8")))
    assert (
        {"make_staff", "reset_second_step", "sendtestemail", "rotate_field_keys"}
        <= named
        <= {*get_commands(), "version"}
    )
