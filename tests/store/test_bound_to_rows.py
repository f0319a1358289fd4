"""Whoever can write the database and has no key moves encrypted values about: none opens where it was not written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.login.adapter import CannotOpenSecret, SecondFactorAdapter
from accounts.models import PrivateNote, User
from cycleproject import encryption
from cycleproject.unreadable import Unreadable
from sessions.models import Mark, Part, Round, Step
from sessions.store import load
from tests.privacy.test_who_reads_what import freshly_logged_in
from tests.store.bound_values import opens, put, stored
from tests.store.test_changing_keys import Full, encrypted_columns, filled
from tests.store.test_sealing import CANARY

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
