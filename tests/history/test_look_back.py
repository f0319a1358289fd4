"""A day later: asked only of those who wish it, private unless shared, and gone without a trace once taken back."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.couple import pairing
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.checkin.state import PARTNERS, Partner
from sessions.history.own.look_back import LookBack, shown_to
from sessions.models import Part, Round
from tests.support.cast.api_world import fresh_login
from tests.support.cast.looking_back import text_of
from tests.support.cast.past import Pair, pair, phone_of, therapist_of

pytestmark = pytest.mark.django_db

LINE = "Quince: lighter, and then unsure again."


@pytest.fixture
def two() -> Pair:
    """Return Ana, who wishes to look back, and Ben, with a round of yesterday."""
    couple = pair()
    couple.reveal(timezone.now() - timedelta(days=1))
    User.objects.filter(id=couple.a.id).update(looks_back=True)
    return couple


def page_of(one: Round) -> str:
    """Return the address of the page on which it is said."""
    return reverse("history_look_back", args=[one.history_id])


def say(phone: Client, one: Round, **fields: Any) -> int:
    """Say how it is a day later; return the status."""
    return phone.post(page_of(one), {"feeling": "both", "line": LINE, **fields}).status_code


def seen_by(person: User, one: Round) -> str:
    """Return everything that somebody is shown of a round: its page, the list, the API and both exports."""
    phone = phone_of(person)
    paths = (f"/history/{one.history_id}/", "/history/", "/history/report/", "/api/v1/history/")
    exports = ("history/export/?as=csv", "history/export/?as=json", "me/export/")
    fresh = Client(headers={"X-Session-Token": fresh_login(person)})
    pages = [phone.get(path) for path in paths] + [fresh.get(f"/api/v1/{path}") for path in exports]
    return "".join(text_of(answer) for answer in pages)


def plain(text: str) -> list[str]:
    """Return a page without what differs from one answer to the next: tokens, and when it was shown."""
    return [line for line in text.splitlines() if not any(one in line for one in ("token", "nonce", "data-shown-at"))]


def test_nobody_is_asked_who_did_not_wish_it(two: Pair) -> None:
    [one] = two.rounds
    assert not User().looks_back
    for person, asked in ((two.a, True), (two.b, False)):
        phone = phone_of(person)
        assert (page_of(one) in text_of(phone.get("/"))) is asked
        assert (page_of(one) in text_of(phone.get(f"/history/{one.history_id}/"))) is asked
        assert phone.get(page_of(one)).status_code == (200 if asked else 404)
    assert say(phone_of(two.b), one) == 404


def test_the_wish_is_set_and_taken_back_in_the_settings(two: Pair) -> None:
    phone = phone_of(two.b)
    for fields, wished in (({"looks_back": "1"}, True), ({}, False)):
        assert phone.post(reverse("set_look_back"), fields).status_code == 302
        assert User.objects.get(id=two.b.id).looks_back is wished
        assert phone.get("/api/v1/me/").json()["looks_back"] is wished


def test_it_is_asked_after_a_night_and_not_for_ever(two: Pair) -> None:
    [one] = two.rounds
    phone = phone_of(two.a)
    for ago, reminded, may in ((timedelta(hours=2), False, False), (timedelta(days=9), False, True)):
        Round.objects.filter(pk=one.pk).update(opened_at=timezone.now() - ago)
        assert (page_of(one) in text_of(phone.get("/"))) is reminded
        assert (phone.get(page_of(one)).status_code == 200) is may


def test_what_is_said_is_private_unless_shared(two: Pair) -> None:
    [one] = two.rounds
    ana = phone_of(two.a)
    assert say(ana, one) == 302
    assert LINE in seen_by(two.a, one) and LINE not in seen_by(two.b, one)
    assert page_of(one) not in text_of(ana.get("/")), "it is said"
    tess = therapist_of(two, "history")
    of_tess = f"/history/{one.history_id}/"
    assert LINE not in text_of(phone_of(tess).get(of_tess))
    assert phone_of(tess).get(page_of(one)).status_code == 404
    assert say(ana, one, shared="1") == 302
    told = phone_of(two.b).get(f"/api/v1/history/{one.history_id}/").json()["look_backs"]
    assert told == {"a": {"feeling": "both", "line": LINE, "shared": True}, "b": None}
    assert LINE in text_of(phone_of(two.b).get(f"/history/{one.history_id}/"))


@pytest.mark.parametrize("said", [{}, {"feeling": "relief", "line": ""}, {"feeling": "doubt"}])
def test_the_other_sees_the_same_whatever_was_kept_to_oneself(two: Pair, said: dict[str, str]) -> None:
    [one] = two.rounds

    before = plain(seen_by(two.b, one))
    assert say(phone_of(two.a), one, **said) == 302
    assert plain(seen_by(two.b, one)) == before


def test_it_is_taken_back_without_a_trace_also_by_who_wishes_it_no_more(two: Pair) -> None:
    [one] = two.rounds
    ana = phone_of(two.a)
    say(ana, one, shared="1")
    User.objects.filter(id=two.a.id).update(looks_back=False)
    assert page_of(one) in text_of(ana.get(f"/history/{one.history_id}/"))
    assert ana.post(page_of(one), {"take_back": "1"}).status_code == 302
    assert not Part.objects.exclude(look_back=None).exists()
    for person in (two.a, two.b):
        assert LINE not in seen_by(person, one)
    assert say(ana, one) == 404


def test_in_every_case_only_ones_own_and_what_is_shared_by_somebody_readable_is_shown() -> None:
    """Every way in which two have said it, for each reader, whoever's words they may read."""
    said: list[LookBack | None] = [
        None,
        *({"feeling": "both", "line": LINE, "shared": is_so} for is_so in (True, False)),
    ]
    readers: tuple[Partner | None, ...] = (None, "a", "b")
    shown = 0
    for of_a, of_b, own, readable in product(said, said, readers, ((), ("a",), ("b",), PARTNERS)):
        stored = {"a": of_a, "b": of_b}
        found = shown_to(stored, own, readable)  # type: ignore[arg-type]
        for seat, one in stored.items():
            may = one is not None and (seat == own or (one["shared"] and seat in readable))
            assert (found.get(seat) == one) if may else seat not in found  # type: ignore[call-overload]
            shown += may
    assert shown


def test_what_is_no_answer_is_kept_nowhere(two: Pair) -> None:
    [one] = two.rounds
    ana = phone_of(two.a)
    for wrong in ({"feeling": ""}, {"feeling": "joy"}, {"line": "x" * 281}, {"line": "a\x00b"}):
        assert say(ana, one, **wrong) == 400
    assert not Part.objects.exclude(look_back=None).exists()


def test_it_is_stored_encrypted_and_erased_with_ones_words_and_with_oneself(two: Pair) -> None:
    [one] = two.rounds
    ana = phone_of(two.a)
    say(ana, one, shared="1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT look_back FROM live_sessions_part WHERE look_back IS NOT NULL")
        [(stored,)] = cursor.fetchall()
    assert b"Quince" not in bytes(stored) and b"shared" not in bytes(stored)
    ana.post(reverse("history_erase", args=[one.history_id]))
    assert LINE not in seen_by(two.b, one) and not Part.objects.exclude(look_back=None).exists()
    say(ana, one, shared="1")
    delete_person(two.a)
    assert not Part.objects.exclude(look_back=None).exists()


def test_after_parting_the_other_reads_it_only_if_words_are_left(two: Pair) -> None:
    [one] = two.rounds
    say(phone_of(two.a), one, shared="1")
    pairing.unpair(two.a)
    assert LINE not in seen_by(two.b, one) and LINE in seen_by(two.a, one)
