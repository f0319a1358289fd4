"""A new key in front is used at once; after rotating, the old one can go, and no byte is lost on the way."""

import uuid
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.login.adapter import SecondFactorAdapter
from accounts.models import (
    CareInvitation,
    CareLink,
    CareNotes,
    CheckInNotes,
    KeyCheck,
    PrivateNote,
    PushSubscription,
    Receipt,
    TherapistProfile,
    User,
    unsent_words,
)
from accounts.partners import couple_of
from cycleproject import encryption, key_check
from cycleproject.stored_keys import used_keys
from sessions.checkin.state import PARTNERS
from sessions.management.commands import rotate_field_keys
from sessions.models import Mark, Part, Round, Step
from sessions.store import load
from tests.store.test_sealing import CANARY, LITTLE, CheckIn, new_key, raw


def encrypted_columns() -> list[tuple[Any, str]]:
    """Return every column that holds something encrypted, of every table."""
    return [(field.model, field.name) for field in encryption.encrypted_fields()]


def all_raw() -> list[bytes]:
    """Return everything that is stored encrypted, but for the secrets of second factors."""
    return [token for model, column in encrypted_columns() for token in raw(model, column)]


class Full(CheckIn):
    """A check-in, another one in which one need is said, and what people keep beside them."""

    def __init__(self) -> None:
        self.with_a_need = CheckIn()
        self.reveal(self.with_a_need)
        assert self.with_a_need.ask("a", "need.say", round=1, text=CANARY) is None
        super().__init__()
        self.reveal(self)

    def reveal(self, check_in: CheckIn) -> None:
        """Reveal the first round, and leave its quiet behind."""
        for seat in PARTNERS:
            assert check_in.seal(seat, words=CANARY, share=["words"]) is None
        for seat in PARTNERS:
            assert check_in.ask(seat, "quiet.skip", round=1) is None


@pytest.fixture
def check_in(db: None) -> CheckIn:
    """Return a check-in with a round open."""
    return CheckIn()


@pytest.fixture
def keys(settings: Settings) -> Settings:
    """Return the settings whose FIELD_KEYS the test changes."""
    return settings


@pytest.fixture
def full(db: None) -> Full:
    """Return check-ins and people with something in every encrypted column."""
    check_in = filled()
    for model, column in encrypted_columns():
        assert raw(model, column), f"nothing stands in {column} of {model.__name__}"
    return check_in


def filled(whose: str = "a") -> Full:
    """Put something into every encrypted column."""
    check_in = Full()
    for seat in PARTNERS:
        assert check_in.ask(seat, "need.say", round=1, text=CANARY) is None
        assert check_in.ask(seat, "step.choose", round=1, text=CANARY) is None
    assert check_in.ask("b", "need.heard", round=1, words=CANARY) is None
    for part in Part.objects.filter(need__isnull=False):
        part.look_back = {"feeling": "doubt", "line": CANARY, "shared": False}
        part.save()
    assert check_in.ask("a", "round.open", after=1, moment=3) is None
    assert check_in.ask("a", "mark.seal", round=2, **LITTLE) is None
    assert check_in.ask("b", "pause.start", minutes=1) is None
    user = User.objects.get(id=check_in.logins["a"].user_id)
    secret = SecondFactorAdapter().encrypt(CANARY)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    PrivateNote.objects.create(user=user, kind="journal", content={"text": CANARY})
    PushSubscription.objects.create(user=user, session_key=f"{whose} login", target={"endpoint": CANARY})
    unsent_words.keep(f"{whose} browser and an address", {"text": CANARY})
    Receipt.objects.create(key=f"{whose} form", login=CANARY)
    said = dict.fromkeys(("approach", "pace", "can_see"), CANARY)
    tess = TherapistProfile.objects.create(user=User.objects.create_guest("Tess"), **said, confirmed=said).user
    couple = couple_of(user)
    assert couple
    link = CareLink.objects.create(therapist=tess, couple=couple, label=CANARY)
    CareNotes.objects.create(link=link, text=CANARY)
    CareInvitation.objects.create(inviter=tess, digest=whose * 64, label=CANARY)
    CheckInNotes.objects.create(
        therapist=tess, check_in=uuid.uuid4(), began_at=timezone.now(), label=CANARY, text=CANARY
    )
    return check_in


def test_a_new_key_in_front_is_used_at_once_and_the_old_one_still_opens(check_in: CheckIn, keys: Settings) -> None:
    assert check_in.seal("a") is None
    keys.FIELD_KEYS = [new_key(), *keys.FIELD_KEYS]
    assert not encryption.under_newest_key(raw(Mark, "seal")[0])
    assert check_in.seal("b") is None
    assert check_in.phase() == "revealed"


def test_after_rotating_the_old_key_can_go(full: Full, keys: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    old = keys.FIELD_KEYS
    before = load.state_of(full.id)
    keys.FIELD_KEYS = [new_key(), *old]
    assert not any(encryption.under_newest_key(token) for token in all_raw())
    call_command("rotate_field_keys")
    said = capsys.readouterr().out
    assert f"Re-encrypted {len(all_raw()) + 1} values.\n" in said
    newest, unused = encryption.key_ids()
    assert f"In use: {newest}.\nNothing is stored under {unused} any more: you can remove it from FIELD_KEYS." in said
    assert not any(key in said for key in keys.FIELD_KEYS), "a key is never said"
    keys.FIELD_KEYS = keys.FIELD_KEYS[:1]
    assert start() is None, "it starts without the old key"
    with connection.cursor() as cursor:
        assert used_keys(cursor, connection.vendor, with_checks=True) == {newest}, "and so does a copy of it"
    assert load.state_of(full.id) == before
    assert {one.text for one in Round.objects.filter(number=1)} == {CANARY}
    assert {step.text for step in Step.objects.all()} == {CANARY}
    assert SecondFactorAdapter().decrypt(Authenticator.objects.get().data["secret"]) == CANARY
    assert full.ask("b", "pause.resume") is full.ask("a", "pause.resume") is None
    assert full.ask("b", "mark.seal", round=2, **LITTLE) is None
    assert full.phase() == "revealed"
    assert full.with_a_need.ask("b", "need.say", round=1, text="A little time.") is None
    assert set(Part.objects.exclude(need=None).values_list("need_seal", flat=True)) == {None}
    assert {note.content["text"] for note in PrivateNote.objects.all()} == {CANARY}


def test_what_is_under_the_newest_key_already_is_not_encrypted_again(keys: Settings) -> None:
    token = encryption.encrypt(b"words", "somewhere")
    assert encryption.rewrap(token, "somewhere") == token
    keys.FIELD_KEYS = [new_key(), *keys.FIELD_KEYS]
    again = encryption.rewrap(token, "somewhere")
    assert again != token and encryption.decrypt(again, "somewhere") == b"words"


def test_rotating_again_changes_no_byte(full: Full, keys: Settings) -> None:
    keys.FIELD_KEYS = [new_key(), *keys.FIELD_KEYS]
    call_command("rotate_field_keys")
    once = all_raw()
    call_command("rotate_field_keys")
    assert all_raw() == once


def interrupt_rotating(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Rotate, and stop in the middle as if killed."""
    rewrap, calls = encryption.rewrap, iter(range(100))

    def interrupted(token: bytes, purpose: str | encryption.Place) -> bytes:
        if next(calls) == at:
            raise KeyboardInterrupt
        return rewrap(token, purpose)

    with monkeypatch.context() as patched:
        patched.setattr(encryption, "rewrap", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate_field_keys")


def test_rotating_goes_on_where_it_was_interrupted(full: Full, keys: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.FIELD_KEYS = [new_key(), *keys.FIELD_KEYS]
    interrupt_rotating(monkeypatch, at=4)
    done = [encryption.under_newest_key(token) for token in all_raw()]
    assert True in done, "this test means nothing if nothing was done before"
    assert False in done
    call_command("rotate_field_keys")
    assert all(encryption.under_newest_key(token) for token in all_raw())


def test_rotating_works_batch_by_batch(full: Full, keys: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotate_field_keys, "BATCH", 1)
    keys.FIELD_KEYS = [new_key(), *keys.FIELD_KEYS]
    call_command("rotate_field_keys")
    assert all(encryption.under_newest_key(token) for token in all_raw())


def test_rotating_says_when_a_key_is_missing_and_leaves_those_values_as_they_are(
    full: Full, keys: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before, lost = all_raw(), encryption.key_ids()[0]
    keys.FIELD_KEYS = [new_key()]
    with pytest.raises(CommandError, match=f"^{len(before) + 1} values cannot be opened.* Put back {lost}"):
        call_command("rotate_field_keys")
    assert capsys.readouterr().out == "Re-encrypted 0 values.\n"
    assert all_raw() == before
    assert not KeyCheck.objects.exists()


def test_rotating_notices_keys_in_another_order_and_changes_nothing(full: Full, keys: Settings) -> None:
    assert start() is None
    keys.FIELD_KEYS = [*keys.FIELD_KEYS, new_key()]
    before = all_raw()
    with pytest.raises(CommandError, match=r"^FIELD_KEYS has to begin with its newest key"):
        call_command("rotate_field_keys")
    assert all_raw() == before


def test_before_everything_is_under_the_new_key_the_old_one_is_needed(full: Full, keys: Settings) -> None:
    assert start() is None
    old = encryption.key_ids()[0]
    keys.FIELD_KEYS = [new_key(), *keys.FIELD_KEYS]
    assert start() is None
    keys.FIELD_KEYS = keys.FIELD_KEYS[:1]
    assert old in (start() or "")


def test_a_loss_that_is_accepted_lets_it_start_again_and_keeps_every_byte(
    full: Full, keys: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start() is None
    lost, before = encryption.key_ids()[0], all_raw()
    keys.FIELD_KEYS = [new_key()]
    assert lost in (start() or "")
    call_command("rotate_field_keys", accept_loss=True)
    assert f"{len(before) + 1} values stay as they are, and nobody can read them." in capsys.readouterr().out
    assert all_raw() == before
    assert start() is None


def start() -> str | None:
    """Return why Cycle would not start with these keys; if it does, it knows them."""
    with connection.cursor() as cursor:
        found = key_check.problem(cursor, connection.vendor)
    key_check.write_down()
    return found


def test_rotating_shows_nobody_anything(full: Full, keys: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    version = full_version(full)
    keys.FIELD_KEYS = [new_key(), *keys.FIELD_KEYS]
    call_command("rotate_field_keys", verbosity=3)
    assert CANARY not in "".join(capsys.readouterr())
    assert full_version(full) == version


def full_version(check_in: CheckIn) -> int:
    """Return the internal version of a check-in."""
    state = load.state_of(check_in.id)
    assert state
    return state.version
