"""What versions stored that bound no value to a row opens until `rotate_field_keys` has finished, and then no more."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.login.adapter import CannotOpenSecret, SecondFactorAdapter
from accounts.models import KeyCheck, PrivateNote
from cycleproject import encryption, key_check
from cycleproject.stored_keys import BOUND_VERSION, VERSION, unbound_keys
from cycleproject.unreadable import Unreadable
from sessions.models import Mark, Round
from sessions.store import load
from tests.store.bound_values import opens, place_in, put, stored
from tests.store.test_changing_keys import Full, all_raw, filled, interrupt_rotating
from tests.store.test_sealing import CANARY, LITTLE, new_key, raw


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Let nothing be believed that another test's database has said."""
    encryption.forget_what_is_accepted()
    yield
    encryption.forget_what_is_accepted()


def as_before() -> None:
    """Store everything as versions before did, bound to columns alone."""
    for field in encryption.encrypted_fields():
        values = stored(field.model, field.column)
        for pk, token in values.items():
            row = field.model._default_manager.get(pk=pk)
            place = place_in(row, field)
            plaintext = encryption.decrypt(token, place)
            values[pk] = encryption.encrypt(plaintext if type(row) is Mark else plaintext.rstrip(), place.former)
        put(field.model, field.column, values)
    for own in Authenticator.objects.all():
        Authenticator.objects.filter(pk=own.pk).update(data=own.data)
    KeyCheck.objects.update(unbound=None)
    encryption.forget_what_is_accepted()


def versions() -> set[bytes]:
    """Return the versions of everything that is stored."""
    secrets = [base64.b64decode(data["secret"]) for data in Authenticator.objects.values_list("data", flat=True)]
    return {token[:1] for token in (*all_raw(), *secrets)}


@pytest.fixture
def old(db: None) -> Full:
    """Return a couple whose values name no row, once the version that binds them has been migrated to."""
    full = filled()
    as_before()
    assert versions() == {VERSION}
    key_check.accept_unbound()
    encryption.forget_what_is_accepted()
    return full


def all_open() -> bool:
    """Tell whether all that is stored opens in its row."""
    seen = [opens(field.model, field, pk) for field in encryption.encrypted_fields() for pk in keys_of(field)]
    assert seen
    return all(seen)


def keys_of(field: Any) -> list[Any]:
    """Return the keys of the rows with something in a column."""
    return list(field.model._default_manager.exclude(**{field.name: None}).values_list("pk", flat=True))


def test_what_was_stored_before_opens_and_is_bound_by_rotating(old: Full) -> None:
    before = load.state_of(old.id)
    assert all_open()
    assert before and before.round and before.earlier is None
    call_command("rotate_field_keys")
    assert versions() == {BOUND_VERSION}
    assert all_open() and load.state_of(old.id) == before
    assert SecondFactorAdapter().decrypt(Authenticator.objects.get().data["secret"]) == CANARY
    assert list(KeyCheck.objects.values_list("unbound", flat=True)) == [None]
    assert old.ask("b", "pause.resume") is old.ask("a", "pause.resume") is None
    assert old.ask("b", "mark.seal", round=2, **LITTLE) is None
    assert old.phase() == "revealed", "a mark that was sealed before opens with one that was sealed since"


def test_a_mark_sealed_before_opens_with_one_sealed_since_without_rotating(old: Full) -> None:
    assert old.ask("b", "pause.resume") is old.ask("a", "pause.resume") is None
    assert old.ask("b", "mark.seal", round=2, **LITTLE) is None
    assert old.phase() == "revealed"


def test_after_rotating_what_names_no_row_opens_no_more(old: Full) -> None:
    kept = {field: stored(field.model, field.column) for field in encryption.encrypted_fields()}
    secret = Authenticator.objects.values_list("data", flat=True).get()
    call_command("rotate_field_keys")
    for field, values in kept.items():
        put(field.model, field.column, values)
        assert not any(opens(field.model, field, pk) for pk in keys_of(field)), field
    Authenticator.objects.update(data=secret)
    with pytest.raises(CannotOpenSecret):
        SecondFactorAdapter().decrypt(Authenticator.objects.get().data["secret"])
    for own in Authenticator.objects.all():
        own.save()
    assert Authenticator.objects.values_list("data", flat=True).get() == secret, "refused, and not destroyed"


@pytest.mark.parametrize("claim", [b"", b"\x01" * 40, None], ids=["none", "made up", "of another column"])
def test_nobody_without_a_key_can_have_unbound_values_accepted_again(old: Full, claim: bytes | None) -> None:
    text = stored(Round, "text")
    call_command("rotate_field_keys")
    value = KeyCheck.objects.get().value
    KeyCheck.objects.update(unbound=bytes(value) if claim is None else claim)
    encryption.forget_what_is_accepted()
    put(Round, "text", text)
    assert isinstance(Round.objects.first().text, Unreadable)  # type: ignore[union-attr]
    KeyCheck.objects.all().delete()
    encryption.forget_what_is_accepted()
    assert isinstance(Round.objects.first().text, Unreadable)  # type: ignore[union-attr]


def test_under_a_new_key_not_even_an_old_proof_opens_what_names_no_row(old: Full, settings: Settings) -> None:
    text, proof = stored(Round, "text"), KeyCheck.objects.get().unbound
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    call_command("rotate_field_keys")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    KeyCheck.objects.update(unbound=proof)
    encryption.forget_what_is_accepted()
    put(Round, "text", text)
    assert isinstance(Round.objects.first().text, Unreadable)  # type: ignore[union-attr]


def test_a_rotation_that_was_killed_goes_on_and_refuses_nothing_before_its_end(
    old: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_rotating(monkeypatch, at=9)
    encryption.forget_what_is_accepted()
    assert versions() == {VERSION, BOUND_VERSION}, "this test means nothing unless it was in the middle"
    assert all_open()
    call_command("rotate_field_keys")
    assert versions() == {BOUND_VERSION} and all_open()


def test_what_is_saved_again_is_bound(old: Full) -> None:
    for note in PrivateNote.objects.all():
        note.save()
    assert {token[:1] for token in raw(PrivateNote, "content")} == {BOUND_VERSION}
    assert PrivateNote.objects.get().content == {"text": CANARY}


def test_a_database_that_never_had_such_values_accepts_none(db: None, settings: Settings) -> None:
    filled()
    key_check.accept_unbound()
    with connection.cursor() as cursor:
        assert unbound_keys(cursor, connection.vendor) == set()
    assert set(KeyCheck.objects.values_list("unbound", flat=True)) <= {None}


def test_what_is_bound_asks_the_database_nothing(db: None) -> None:
    full = filled()
    encryption.forget_what_is_accepted()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert load.state_of(full.id)
        assert [note.content for note in PrivateNote.objects.all()]
    assert not [query["sql"] for query in queries if "keycheck" in query["sql"]]
