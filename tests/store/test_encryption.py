"""What is asked of an encrypted value without handing out anything of it: is its key one of ours, does it open."""

import pytest
from pytest_django import Settings

from cycleproject import encryption
from cycleproject.encryption import (
    EncryptedTextField,
    decrypt,
    encrypt,
    encrypted_fields,
    has_key,
    opens,
    rewrap,
    under_newest_key,
)
from cycleproject.stored_keys import KEY_ID_LENGTH
from cycleproject.unreadable import CannotOpen, Unreadable, came_upon_unreadable, need_readable
from sessions.models import Round
from tests.store.test_sealing import new_key

MARKS = "marks"


def test_a_key_is_known_by_the_beginning_of_what_it_encrypted(settings: Settings) -> None:
    token = encrypt(b"A word.", MARKS)
    assert has_key(token) and has_key(memoryview(token))
    assert not has_key(b"?" + token[1:]), "of another version"
    assert not has_key(token[:1] + b"?" * KEY_ID_LENGTH + token[1 + KEY_ID_LENGTH :])
    settings.FIELD_KEYS = [new_key()]
    assert not has_key(token)


def test_one_key_may_be_named_that_is_not_the_newest(settings: Settings) -> None:
    old = encryption.key_ids()[0]
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    assert encrypt(b"A word.", MARKS)[1 : 1 + KEY_ID_LENGTH].hex() == encryption.key_ids()[0] != old
    assert encrypt(b"A word.", MARKS, under=old)[1 : 1 + KEY_ID_LENGTH].hex() == old


def test_a_value_is_encrypted_anew_where_its_key_is_not_the_newest(settings: Settings) -> None:
    old, before = list(settings.FIELD_KEYS), encrypt(b"A word.", MARKS)
    assert under_newest_key(before) and under_newest_key(memoryview(before))
    assert rewrap(memoryview(before), MARKS) == before  # type: ignore[arg-type]
    settings.FIELD_KEYS = [new_key(), *old]
    assert not under_newest_key(before)
    after = rewrap(before, MARKS)
    assert under_newest_key(after)
    assert decrypt(after, MARKS) == b"A word."
    with pytest.raises(CannotOpen):
        rewrap(before, "needs")
    settings.FIELD_KEYS = old
    with pytest.raises(CannotOpen):
        decrypt(after, MARKS)


def test_every_encrypted_column_is_found_and_none_that_only_remembers_keys() -> None:
    found = {field.model._meta.label.rpartition(".")[2] + f".{field.name}" for field in encrypted_fields()}
    assert {"Mark.seal", "Part.need_seal", "Round.text", "PrivateNote.content"} <= found
    assert not [name for name in found if name.startswith("KeyCheck")]


def test_a_value_opens_for_its_own_purpose(settings: Settings) -> None:
    token = encrypt(b"A word.", MARKS)
    assert opens(token, MARKS) is True
    assert opens(token, "needs") is False
    settings.FIELD_KEYS = [new_key()]
    assert opens(token, MARKS) is False


def test_what_cannot_be_read_must_not_be_written_over() -> None:
    need_readable("", None, "A word.", 7)
    with pytest.raises(CannotOpen):
        need_readable("A word.", Unreadable())


def test_a_request_that_met_what_cannot_be_read_knows_it(settings: Settings) -> None:
    field = Round._meta.get_field("text")
    assert isinstance(field, EncryptedTextField)
    token = encrypt(b'"A word."', field.place(["a check-in", 1]))
    seen = came_upon_unreadable.set(False)
    try:
        assert field.opened(token, ["a check-in", 1]) == "A word."
        assert came_upon_unreadable.get() is False
        settings.FIELD_KEYS = [new_key()]
        assert isinstance(field.opened(token, ["a check-in", 1]), Unreadable)
        assert came_upon_unreadable.get() is True
    finally:
        came_upon_unreadable.reset(seen)
