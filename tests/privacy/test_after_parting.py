"""Once two have parted, each sees as much of it as they wish, and takes back all their words in one step."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.couple import pairing, retention
from accounts.models import Membership, User
from sessions.models import Mark, Part, Round, Step
from tests.support.cast.looking_back import api, text_of
from tests.support.cast.past import Pair, phone_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PAGES = ("/history/", "/history/change/", "/history/report/", "/api/v1/history/", "/api/v1/history/export/")
PLUMS = ("plum words", "plum thought", "plum need", "plum heard", "plum step", "plum old", "plum moment")


@pytest.fixture
def parted(two: Pair) -> Pair:
    """Return Ana and Ben, who have parted after a round of three days ago and one of half a year ago."""
    two.reveal(
        timezone.now() - 180 * DAY,
        {"reaction": "anxious", "words": "plum old", "share": ["words"]},
        moment=None,
        text="plum moment",
        opened_by="a",
    )
    pairing.unpair(two.a, leave_words=True)
    return two


def of(two: Pair, path: str, **more: Any) -> str:
    """Return the address of something about this couple."""
    return f"{path}?couple={two.couple.id}" + "".join(f"&{name}={value}" for name, value in more.items())


def rounds_seen(user: User) -> int:
    """Return how many rounds somebody is shown, which the summary counts alike."""
    phone = phone_of(user)
    seen = len(api(phone, "")["results"])
    assert api(phone, "summary/")["rounds"] == seen
    return seen


def needs_of(seat: str) -> list[str | None]:
    """Return the needs that one of them has said, as they are stored."""
    return [part.need for part in Part.objects.filter(seat=seat).order_by("id")]


def see(phone: Client, two: Pair, months: str) -> Any:
    """Choose how far back one sees."""
    return phone.post("/history/keeping/view/", {"couple": str(two.couple.id), "months": months})


@pytest.mark.parametrize(("months", "seen"), [("", 2), ("6", 2), ("3", 1), ("1", 1), ("0", 0)])
def test_one_sees_as_far_back_as_one_wishes_and_the_other_all(parted: Pair, months: str, seen: int) -> None:
    assert (rounds_seen(parted.a), rounds_seen(parted.b)) == (2, 2)
    assert see(phone_of(parted.b), parted, months).status_code == 302
    assert (rounds_seen(parted.a), rounds_seen(parted.b)) == (2, seen)
    assert Round.objects.count() == 2
    assert see(phone_of(parted.b), parted, "").status_code == 302
    assert rounds_seen(parted.b) == 2


def test_what_is_out_of_view_is_on_no_page_and_the_page_says_that_one_chose_it(parted: Pair) -> None:
    phone = phone_of(parted.b)
    assert "plum moment" in text_of(phone.get("/history/"))
    see(phone, parted, "3")
    listed = text_of(phone.get("/history/"))
    assert "You have chosen to see nothing from before" in listed and "Kept since" not in listed
    old = parted.rounds[-1]
    for path in (f"/history/{old.history_id}/", f"/api/v1/history/{old.history_id}/"):
        assert phone.get(path).status_code == 404
    see(phone, parted, "0")
    for path in (*PAGES, "/api/v1/me/export/"):
        answer = phone.get(path)
        assert "plum" not in answer.content.decode(), path
    assert "There is nothing from the time you have chosen to see." in text_of(phone.get("/history/"))


def test_it_is_for_those_who_have_parted_alone(two: Pair, cleo: User) -> None:
    phone = phone_of(two.a)
    assert see(phone, two, "0").status_code == 404
    assert phone.get(of(two, "/history/keeping/take-back/")).status_code == 404
    assert phone.delete(of(two, "/api/v1/history/words/")).status_code == 404
    view = of(two, "/api/v1/history/own-view/")
    assert phone.put(view, {"months": 0}, "application/json").status_code == 404
    pairing.unpair(two.a)
    others = phone_of(cleo)
    assert see(others, two, "0").status_code == 404
    assert others.delete(of(two, "/api/v1/history/words/")).status_code == 404
    assert others.put(view, {"months": 0}, "application/json").status_code == 404
    assert not Membership.objects.exclude(own_view_months=None).exists()


@pytest.mark.parametrize("months", ["-1", "121", "x", "1.5"])
def test_a_view_that_is_none_is_refused(parted: Pair, months: str) -> None:
    assert see(phone_of(parted.b), parted, months).status_code == 404
    assert rounds_seen(parted.b) == 2


def test_over_the_interface_it_is_the_same(parted: Pair) -> None:
    phone = phone_of(parted.b)
    address = of(parted, "/api/v1/history/own-view/")
    assert json.loads(phone.get(address).content) == {"months": None}
    assert json.loads(phone.put(address, {"months": 3}, "application/json").content) == {"months": 3}
    assert (json.loads(phone.get(address).content), rounds_seen(parted.b)) == ({"months": 3}, 1)


@pytest.mark.parametrize("way", ["page", "interface"])
def test_all_ones_words_are_taken_back_in_one_step(parted: Pair, way: str) -> None:
    shown = "".join(phone_of(parted.b).get(path).content.decode() for path in PAGES)
    assert "plum words" in shown and "plum moment" in shown
    phone = phone_of(parted.a)
    if way == "page":
        asked = text_of(phone.get(of(parted, "/history/keeping/take-back/")))
        assert "It is gone for both of you, at once." in asked
        assert needs_of("a") == ["plum need", None], "looking erases nothing"
        answer = phone.post("/history/keeping/take-back/", {"couple": str(parted.couple.id)})
        assert answer.status_code == 302
    else:
        addresses = [of(parted, "/api/v1/history/words/", op="taken-back-0123456789abcdef")] * 2
        assert [phone.delete(address).status_code for address in addresses] == [204, 204]
    for person in (parted.a, parted.b):
        everything = "".join(phone_of(person).get(path).content.decode() for path in (*PAGES, "/api/v1/me/export/"))
        assert not [word for word in PLUMS if word in everything]
        assert rounds_seen(person) == 2
    marks = [(mark.reaction, mark.details, mark.share) for mark in Mark.objects.filter(seat="a")]
    assert marks == [("anxious", {}, [])] * 2
    assert not Step.objects.filter(seat="a").exists()
    assert needs_of("b") == ["quince need", None]


def test_it_reaches_what_one_no_longer_sees(parted: Pair) -> None:
    phone = phone_of(parted.a)
    see(phone, parted, "0")
    phone.post("/history/keeping/take-back/", {"couple": str(parted.couple.id)})
    assert "plum" not in "".join(phone_of(parted.b).get(path).content.decode() for path in PAGES)


# What one wished for goes along.


def test_a_wish_belongs_to_its_person_and_goes_into_the_next_couple(two: Pair) -> None:
    retention.set_retention(two.a, two.couple, 3)
    pairing.unpair(two.a)
    cleo = User.objects.create_user("cleo@example.org", None, first_name="Cleo")
    anew = pairing.form_couple(User.objects.get(pk=two.a.pk), cleo)
    assert retention.own_retention(two.a, anew) == 3
    assert retention.retention_of(anew) == 3
    assert retention.own_retention(cleo, anew) == retention.DEFAULT_MONTHS
    # And what they wish for now changes nothing of what was.
    retention.set_retention(two.a, anew, 6)
    assert retention.own_retention(two.a, two.couple) == 3


def test_whoever_wished_for_nothing_begins_without_a_wish(two: Pair) -> None:
    pairing.unpair(two.a)
    anew = pairing.form_couple(two.b, User.objects.create_user("cleo@example.org", None, first_name="Cleo"))
    assert set(anew.memberships.values_list("retention_months", flat=True)) == {None}
