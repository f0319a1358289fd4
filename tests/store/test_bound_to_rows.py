"""Whoever can write the database and has no key moves encrypted values about: none opens where it was not written.

What versions stored that bound no value to its row opens until `rotate_field_keys` has finished, and then no more.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.login.adapter import CannotOpenSecret, SecondFactorAdapter
from accounts.models import KeyCheck, PrivateNote, User
from cycleproject import encryption, key_check
from cycleproject.encryption import EncryptedJSONField, Unreadable
from cycleproject.stored_keys import BOUND_VERSION, VERSION, unbound_keys
from sessions.models import Mark, Part, Round, Step
from sessions.store import load
from sessions.store.sealing import SealedIn
from tests.privacy.test_who_reads_what import freshly_logged_in
from tests.store.test_changing_keys import Full, all_raw, encrypted_columns, filled
from tests.store.test_sealing import CANARY, LITTLE, new_key, raw

SEALS = {(Mark, "seal"): "mark", (Part, "need_seal"): "need"}
PAGES = ("/", "/history/", "/my-part/journal/", "/my-part/", "/settings/", "/api/v1/me/export/", "/api/v1/history/")


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Let nothing be believed that another test's database has said."""
    encryption.forget_what_is_accepted()
    yield
    encryption.forget_what_is_accepted()


@pytest.fixture
def two(db: None) -> tuple[Full, Full]:
    """Return two couples with something in every encrypted column."""
    return filled("a"), filled("b")


def stored(model: Any, column: str) -> dict[Any, bytes]:
    """Return a column as it is stored, by the key of the row as the database has it."""
    key = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {column} FROM {model._meta.db_table} WHERE {column} IS NOT NULL ORDER BY 1")
        return {pk: bytes(token) for pk, token in cursor.fetchall()}


def put(model: Any, column: str, values: dict[Any, bytes]) -> None:
    """Write values into a column, as whoever can write the database does."""
    with connection.cursor() as cursor:
        for pk, token in values.items():
            query = f"UPDATE {model._meta.db_table} SET {column} = %s WHERE {model._meta.pk.column} = %s"
            cursor.execute(query, [connection.Database.Binary(token), pk])


def place_in(row: Any, field: Any) -> encryption.Place:
    """Return where a value of a row stands."""
    if what := SEALS.get((type(row), field.name)):
        return SealedIn.of(row.round).place(what, row.seat)
    return field.place(encryption.row_of(row))


def opens(model: Any, field: Any, pk: Any) -> bool:
    """Tell whether what stands in a row opens, as its readers find it."""
    row = model._default_manager.get(pk=pk)
    value = getattr(row, field.name)
    if isinstance(field, EncryptedJSONField):
        return not isinstance(value, Unreadable)
    return encryption.opens(value, place_in(row, field))


def test_two_values_that_change_rows_do_not_open(two: tuple[Full, Full]) -> None:
    tried = 0
    for field in encryption.encrypted_fields():
        model, before = field.model, stored(field.model, field.column)
        (one, of_one), (other, of_other) = list(before.items())[:: max(1, len(before) - 1)][:2]
        assert one != other and opens(model, field, one) and opens(model, field, other), field
        put(model, field.column, {one: of_other, other: of_one})
        assert not opens(model, field, one) and not opens(model, field, other), field
        put(model, field.column, before)
        assert opens(model, field, one) and opens(model, field, other), field
        tried += 1
    assert tried == len(encrypted_columns()) > 15


def test_two_seats_of_one_round_do_not_open_each_others(two: tuple[Full, Full]) -> None:
    for model, column in ((Mark, "details"), (Mark, "share"), (Part, "need"), (Step, "text")):
        field, before = model._meta.get_field(column), stored(model, column)
        a, b = model._default_manager.filter(round__live_session=two[0].id, round__number=1).order_by("seat")
        keys = [pk for pk in before if str(pk).replace("-", "") in {str(one.pk).replace("-", "") for one in (a, b)}]
        assert len(keys) == 2, column
        put(model, column, {keys[0]: before[keys[1]], keys[1]: before[keys[0]]})
        assert not any(opens(model, field, one.pk) for one in (a, b)), column


def test_two_values_that_change_columns_do_not_open(two: tuple[Full, Full]) -> None:
    fields, tried = [field for field in encryption.encrypted_fields()], 0
    for field in fields:
        for other in fields:
            if other.model is field.model and other is not field:
                mine, theirs = stored(field.model, field.column), stored(field.model, other.column)
                both = [pk for pk in mine if pk in theirs]
                for pk in both[:1]:
                    put(field.model, field.column, {pk: theirs[pk]})
                    assert not opens(field.model, field, pk), (field, other)
                    put(field.model, field.column, {pk: mine[pk]})
                    tried += 1
    assert tried > 10


def test_rounds_that_change_check_ins_take_nothing_along(two: tuple[Full, Full]) -> None:
    """Not the values are moved but what they hang from: by a round's own key its marks would go to another couple."""
    ours, theirs = (Round.objects.get(live_session=one.id, number=1) for one in two)
    Round.objects.filter(pk=ours.pk).update(number=9)
    Round.objects.filter(pk=theirs.pk).update(live_session=two[0].id, number=1)
    moved = Round.objects.get(pk=theirs.pk)
    assert moved.live_session_id == two[0].id
    assert isinstance(moved.text, Unreadable)
    for mark in moved.marks.all():
        assert isinstance(mark.details, Unreadable)
    for part in moved.parts.all():
        assert isinstance(part.need, Unreadable)


def test_a_note_that_is_given_to_somebody_else_does_not_open_for_them(two: tuple[Full, Full]) -> None:
    [note, other] = PrivateNote.objects.order_by("created_at")
    assert note.content == {"text": CANARY}
    PrivateNote.objects.filter(pk=note.pk).update(user=other.user_id)
    assert isinstance(PrivateNote.objects.get(pk=note.pk).content, Unreadable)


def test_every_page_is_answered_while_all_values_stand_in_another_row(two: tuple[Full, Full]) -> None:
    for field in encryption.encrypted_fields():
        before = stored(field.model, field.column)
        put(field.model, field.column, dict(zip(before, [*list(before.values())[1:], *before.values()], strict=False)))
    for check_in in two:
        for seat in ("a", "b"):
            phone: Client = freshly_logged_in(User.objects.get(id=check_in.logins[seat].user_id))
            for path in PAGES:
                answer = phone.get(path, follow=True)
                assert answer.status_code == 200, path
                shown = b"".join(answer) if answer.streaming else answer.content
                assert CANARY not in shown.decode(), path
        assert load.state_of(check_in.id), "the check-in goes on"
        assert check_in.ask("a", "session.leave") is None


def test_two_second_factors_that_change_people_do_not_open(two: tuple[Full, Full]) -> None:
    [one, other] = Authenticator.objects.order_by("pk").values_list("pk", "data")
    decrypt = SecondFactorAdapter().decrypt
    assert {decrypt(own.data["secret"]) for own in Authenticator.objects.all()} == {CANARY}
    Authenticator.objects.filter(pk=one[0]).update(data=other[1])
    Authenticator.objects.filter(pk=other[0]).update(data=one[1])
    for own in Authenticator.objects.all():
        with pytest.raises(CannotOpenSecret):
            decrypt(own.data["secret"])
        before = Authenticator.objects.values_list("data", flat=True).get(pk=own.pk)
        own.record_usage()
        own.save()
        assert Authenticator.objects.values_list("data", flat=True).get(pk=own.pk) == before, "written over by nothing"


# What was stored before.


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
    rewrap, calls = encryption.rewrap, iter(range(100))

    def interrupted(token: bytes, purpose: encryption.Place) -> bytes:
        if next(calls) == 9:
            raise KeyboardInterrupt
        return rewrap(token, purpose)

    with monkeypatch.context() as patched:
        patched.setattr(encryption, "rewrap", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate_field_keys")
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


# What a length says.


def test_lengths_say_next_to_nothing(two: tuple[Full, Full]) -> None:
    around = encryption.HEADER_LENGTH + 16
    for field in encryption.encrypted_fields():
        for token in stored(field.model, field.column).values():
            assert len(token) - around in encryption.LENGTHS, field


@pytest.mark.parametrize(
    "text", ["", "No.", "\U0001f30a" * 280, '"\\' * 140], ids=["empty", "short", "wide", "escaped"]
)
def test_whatever_has_at_most_280_characters_has_one_length(text: str) -> None:
    field: Any = Part._meta.get_field("need")
    bound = field.bound(text, ["a check-in", 1, "a"])
    assert len(bound) == encryption.HEADER_LENGTH + 16 + encryption.LENGTHS[0]
    assert field.opened(bound, ["a check-in", 1, "a"]) == text


@pytest.mark.parametrize(("length", "class_"), [(1280, 1280), (1281, 8192), (8193, 32768), (32769, 65536)])
def test_longer_ones_are_of_few_lengths(length: int, class_: int) -> None:
    place = encryption.Place("somewhere", ("a row",), "somewhere")
    plaintext = json.dumps("x" * (length - 2)).encode()
    token = encryption.encrypt(plaintext, place)
    assert len(token) == encryption.HEADER_LENGTH + 16 + class_
    assert json.loads(encryption.decrypt(token, place)) == json.loads(plaintext)
