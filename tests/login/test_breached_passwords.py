"""A password that was in a leak can be chosen nowhere, where whoever runs Cycle has the file of such."""

import hashlib
import io
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from accounts.login.breached_passwords import is_breached
from accounts.models import User

LEAKED = "lettuceharbourglass"
KEPT = "a quiet lake before the rain"


def digest(password: str) -> str:
    """Return the first part of a password's line."""
    return hashlib.sha1(password.encode()).hexdigest().upper()


def written(passwords: list[str], ending: str = "\n", *, counts: bool = True) -> bytes:
    """Return a file of leaked passwords."""
    lines = sorted(digest(one) for one in passwords)
    ends = [f":{number * 7919 % 10**8}" if counts else "" for number in range(len(lines))]
    return "".join(f"{line}{end}{ending}" for line, end in zip(lines, ends, strict=True)).encode()


@pytest.fixture
def leak(tmp_path: Path, settings: Settings) -> Path:
    """Return the file of a server whose operator has one."""
    path = tmp_path / "leaked.txt"
    path.write_bytes(written([LEAKED, *(f"password {number}" for number in range(500))]))
    settings.BREACHED_PASSWORDS = str(path)
    return path


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("many", [1, 2, 3, 1000])
def test_every_one_in_the_file_is_found_and_no_other(many: int, counts: bool, ending: str) -> None:
    passwords = [f"password {number}" for number in range(many)]
    lines = io.BytesIO(written(passwords, ending, counts=counts))
    assert [one for one in passwords if not is_breached(one, lines)] == []
    assert [number for number in range(1000) if is_breached(f"another {number}", lines)] == []


def test_a_file_that_is_none_ends_the_search() -> None:
    for content in (b"", b"\n", b"\n" * 500, b"x" * 100_000, written([LEAKED]).strip()[:30]):
        assert not is_breached(KEPT, io.BytesIO(content))


def test_it_is_refused_where_there_is_a_file_and_only_there(leak: Path, settings: Settings) -> None:
    validate_password(KEPT)
    with pytest.raises(ValidationError, match="in a leak"):
        validate_password(LEAKED)
    settings.BREACHED_PASSWORDS = ""
    validate_password(LEAKED)


def test_whoever_signs_up_or_changes_it_is_told_beside_the_field(db: None, leak: Path) -> None:
    fields = {"first_name": "Ana", "email": "ana@example.org", "password1": LEAKED}
    assert "in a leak" in Client().post("/accounts/signup/", fields).content.decode()
    assert not User.objects.exists()
    user = User.objects.create_user("ana@example.org", KEPT, first_name="Ana")
    phone = Client()
    phone.force_login(user)
    typed = {"oldpassword": KEPT, "password1": LEAKED, "password2": LEAKED}
    assert "in a leak" in phone.post("/accounts/password/change/", typed).content.decode()
    user.refresh_from_db()
    assert user.check_password(KEPT)


def test_a_file_that_is_gone_keeps_nobody_out_and_is_said_in_the_log(
    leak: Path, caplog: pytest.LogCaptureFixture
) -> None:
    leak.unlink()
    validate_password(LEAKED)
    assert "cannot be read" in caplog.text and LEAKED not in caplog.text
