"""What parting does to what two have shared: each keeps their own; the other's words go, unless they were left."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.couple import pairing
from accounts.models import Membership, User
from sessions.models import Mark, Part
from tests.support.cast.past import Pair, pair, phone_of, therapist_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben with a round in which both shared everything."""
    two = pair()
    words = ["words", "thought", "moves", "guess"]
    two.reveal(
        timezone.now() - timedelta(days=2),
        {
            "reaction": "anxious",
            "intensity": 4,
            "words": "plum",
            "moves": ["protest"],
            "guess": "avoidant",
            "share": words,
        },
        {
            "reaction": "avoidant",
            "intensity": 2,
            "words": "quince",
            "thought": "quince",
            "guess": "anxious",
            "share": words,
        },
        moment=None,
        text="plum moment",
        opened_by="a",
        needs=("plum need", "quince need"),
        heard_words=("plum heard", "quince heard"),
        steps=("plum step", "quince step"),
        back=timedelta(minutes=40),
    )
    return two


def everything_shown_to(user: User) -> str:
    """Return every page of the history and every answer of the API that somebody gets."""
    phone = phone_of(user)
    listed = phone.get("/api/v1/history/")
    ids = [one["id"] for one in json.loads(listed.content)["results"]]
    paths = ["/history/", "/history/change/", "/history/report/", "/history/keeping/", "/api/v1/history/summary/"]
    for found in ids:
        paths += [f"/history/{found}/", f"/api/v1/history/{found}/"]
    pages = [listed, *(phone.get(path) for path in paths)]
    assert {page.status_code for page in pages} == {200}
    pages.append(phone.post("/history/", {"q": "u"}))
    return "\n".join(page.content.decode() for page in pages)


def round_of(user: User) -> Any:
    """Return the only round as the API shows it to somebody."""
    return json.loads(phone_of(user).get("/api/v1/history/").content)["results"][0]


def test_together_each_reads_the_other(two: Pair) -> None:
    for person in (two.a, two.b):
        shown = everything_shown_to(person)
        assert "plum" in shown and "quince" in shown
    assert round_of(two.a)["reveal"]["read_each_other"] is True
    assert round_of(two.a)["heard_words"] == {"a": "plum heard", "b": "quince heard"}


def test_each_keeps_their_own_and_the_pattern_and_the_others_words_go(two: Pair) -> None:
    pairing.unpair(two.a)
    for person, own, other in ((two.a, "plum", "quince"), (two.b, "quince", "plum")):
        shown = everything_shown_to(person)
        assert own in shown and other not in shown
        assert "Pursue–withdraw" in shown and "the other’s words are not shown here" in shown
    one = round_of(two.b)
    assert one["reveal"]["marks"]["a"] == {"reaction": "anxious", "intensity": 4}
    assert (one["needs"]["a"], one["steps"]["a"], one["moment"]["text"]) == (None, None, "")
    assert one["heard_words"] == {"a": None, "b": "quince heard"}
    assert one["reveal"]["read_each_other"] is None
    assert round_of(two.a)["moment"]["text"] == "plum moment"


def test_whoever_unpairs_can_leave_their_words_and_it_says_nothing_about_the_others(two: Pair) -> None:
    phone = phone_of(two.a)
    assert 'name="leave_words"' in phone.get("/couple/unpair/").content.decode()
    phone.post("/couple/unpair/", {"leave_words": "1"})
    assert "plum" in everything_shown_to(two.b)
    assert "quince" not in everything_shown_to(two.a)
    assert set(Membership.objects.values_list("seat", "leaves_words")) == {("a", True), ("b", False)}


def test_words_are_not_left_unless_somebody_says_so(two: Pair) -> None:
    phone_of(two.a).post("/couple/unpair/")
    assert not Membership.objects.filter(leaves_words=True).exists()


def test_each_can_leave_them_later_and_take_them_back(two: Pair) -> None:
    pairing.unpair(two.a)
    phone = phone_of(two.b)
    phone.post("/history/keeping/words/", {"couple": str(two.couple.id), "leave": "1"})
    assert "quince" in everything_shown_to(two.a)
    phone.post("/history/keeping/words/", {"couple": str(two.couple.id), "leave": "0"})
    assert "quince" not in everything_shown_to(two.a)


def test_while_they_are_together_there_is_nothing_to_leave(two: Pair) -> None:
    answer = phone_of(two.b).post("/history/keeping/words/", {"couple": str(two.couple.id), "leave": "1"})
    assert answer.status_code == 404
    assert not Membership.objects.filter(leaves_words=True).exists()


def test_unpairing_neither_hides_nor_erases_ones_own(two: Pair) -> None:
    before = list(Mark.objects.order_by("id").values("details", "share")), list(Part.objects.values("need"))
    pairing.unpair(two.a)
    assert (list(Mark.objects.order_by("id").values("details", "share")), list(Part.objects.values("need"))) == before


def test_a_new_couple_begins_with_nothing_and_the_old_one_stays_reachable(two: Pair) -> None:
    pairing.unpair(two.a)
    cleo = User.objects.create_user("cleo@example.org", None, first_name="Cleo")
    pairing.form_couple(two.a, cleo)
    phone = phone_of(two.a)
    assert json.loads(phone.get("/api/v1/history/").content)["results"] == []
    former = f"/history/?couple={two.couple.id}"
    assert "plum moment" in phone.get(former).content.decode()
    page = phone.get("/history/").content.decode()
    assert former in page, "a way leads to what was before"
    assert phone_of(cleo).get(former).status_code == 404


def test_a_therapist_sees_nothing_from_then_on(two: Pair) -> None:
    tess = therapist_of(two, "history")
    address = f"/history/?couple={two.couple.id}"
    assert phone_of(tess).get(address).status_code == 200
    pairing.unpair(two.a)
    assert phone_of(tess).get(address).status_code == 404


def test_erasing_ones_words_works_after_parting_too(two: Pair) -> None:
    pairing.unpair(two.a, leave_words=True)
    assert "plum" in everything_shown_to(two.b)
    phone_of(two.a).delete(f"/api/v1/history/{two.rounds[0].history_id}/words/")
    assert "plum" not in everything_shown_to(two.b) + everything_shown_to(two.a)
