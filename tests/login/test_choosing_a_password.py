"""Choosing a password: any characters and any length, but none that is among the first that somebody tries."""

import re

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.login.guessable_passwords import WORDS_OF_THIS_PLACE, is_guessable
from accounts.models import User
from tests.contract.test_documents import ROOT

LONG_AND_GUESSED = [
    "Password2026!",
    "sunshine123456",
    "123monkey456!!",
    "passwordpassword",
    "qwertyqwerty",
    "abcabcabcabca",
    "111111111111",
    "123456789012",
    "qwertyuiop123",
    "9876543210987",
    "1qaz2wsx3edc",
    "asdfghjklzxcvbnm",
    "cycle-check-in",
    "Cyclecouple2026",
    "together together",
    "admin-cycle-99",
]
CHOSEN = [
    "a password of five plain words",
    "correct horse battery staple",
    "a quiet lake before the rain",
    "cycle lanes by the harbour",
    "łódka na jeziorze o świcie",
    "🌊🌊 three waves and a gull",
    "kV7#pq9Zr!2m",
    "lettuceharbourglass",
]


@pytest.mark.parametrize("password", LONG_AND_GUESSED)
def test_one_short_thing_made_long_is_refused(password: str) -> None:
    assert len(password) >= 12
    with pytest.raises(ValidationError):
        validate_password(password)
    assert is_guessable(password)


@pytest.mark.parametrize("password", CHOSEN)
def test_anything_else_may_be_chosen_whatever_it_is_made_of(password: str) -> None:
    validate_password(password)


def test_it_may_be_as_long_as_somebody_likes_and_every_character_counts(db: None) -> None:
    long = "A quiet lake before the rain, and a heron that stands in it for hours "
    assert len(long) > 64
    validate_password(long)
    user = User.objects.create_user("ana@example.org", long, first_name="Ana")
    assert user.check_password(long)
    assert not user.check_password(long[:64])
    assert not user.check_password(long.lower())
    assert not user.check_password(long.strip())


def test_short_ones_are_refused_whatever_they_are_made_of() -> None:
    with pytest.raises(ValidationError, match="at least 12"):
        validate_password("kV7#pq9Zr!2")


def test_every_common_password_with_figures_behind_it_is_refused() -> None:
    words = [one for one in sorted(CommonPasswordValidator().passwords) if re.fullmatch("[a-z]{6,}", one)]
    assert len(words) > 3000
    assert [one for one in words if not is_guessable(f"{one}123456")] == []


def test_whoever_signs_up_is_told_beside_the_field(db: None, client: Client) -> None:
    fields = {"first_name": "Ana", "email": "ana@example.org", "password1": "cycle-check-in"}
    answer = client.post("/accounts/signup/", fields)
    assert "easy to guess" in answer.content.decode()
    assert not User.objects.exists()


def test_a_changed_and_a_new_password_are_looked_at_alike(db: None) -> None:
    user = User.objects.create_user("ana@example.org", "a quiet lake before the rain", first_name="Ana")
    phone = Client()
    phone.force_login(user)
    typed = {
        "oldpassword": "a quiet lake before the rain",
        "password1": "cycle-check-in",
        "password2": "cycle-check-in",
    }
    answer = phone.post("/accounts/password/change/", typed)
    assert "easy to guess" in answer.content.decode()
    assert User.objects.get(pk=user.pk).check_password("a quiet lake before the rain")


def test_who_changes_it_needs_the_old_one(db: None) -> None:
    user = User.objects.create_user("ana@example.org", "a quiet lake before the rain", first_name="Ana")
    phone = Client()
    phone.force_login(user)
    new = "a heron that stands for hours"
    phone.post("/accounts/password/change/", {"oldpassword": "not this one at all", "password1": new, "password2": new})
    assert User.objects.get(pk=user.pk).check_password("a quiet lake before the rain")
    phone.post("/accounts/password/change/", {"oldpassword": "", "password1": new, "password2": new})
    assert User.objects.get(pk=user.pk).check_password("a quiet lake before the rain")


def test_security_lists_the_words_of_this_place() -> None:
    listed = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("### Passwords")[2].partition("\n#")[0]
    assert set(re.findall(r"`([a-z]+)`", listed)) >= set(WORDS_OF_THIS_PLACE)


def test_fields_for_passwords_hide_what_is_typed_and_let_password_managers_in(client: Client) -> None:
    for page, kind in (("/accounts/signup/", "new-password"), ("/accounts/login/", "current-password")):
        [field] = re.findall(r'<input[^>]*type="password"[^>]*>', client.get(page).content.decode())
        assert f'autocomplete="{kind}"' in field
        assert "maxlength" not in field
        assert "onpaste" not in field
