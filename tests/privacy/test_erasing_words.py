"""Erasing one's own words, and what stays when somebody has gone."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import partners
from accounts.couple import pairing
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.models import Mark, Part, Round
from tests.support.cast.api_world import fresh_login
from tests.support.cast.looking_back import api, only_round, text_of
from tests.support.cast.past import Pair, phone_of

pytestmark = pytest.mark.django_db


# Erasing one's own words.


def test_the_author_erases_words_everywhere_and_the_pattern_stays(two: Pair) -> None:
    one = two.rounds[0]
    assert phone_of(two.a).post(reverse("history_erase", args=[one.history_id])).status_code == 302
    for phone in (phone_of(two.a), phone_of(two.b)):
        for path in ("/history/", only_round(two), "/history/report/", "/api/v1/history/"):
            page = text_of(phone.get(path))
            assert "plum" not in page, path
        assert "Pursue–withdraw" in text_of(phone.get(only_round(two)))
    mark = Mark.objects.get(seat="a")
    assert (mark.reaction, mark.intensity, mark.details, mark.share) == ("anxious", 4, {}, [])
    assert "quince need" in text_of(phone_of(two.b).get(only_round(two)))
    assert api(phone_of(two.a), "")["results"][0]["own_words"] is False


def everything_of(person: User, two: Pair) -> str:
    """Return all that somebody can open of the round: pages, the API and both exports."""
    phone, fresh = phone_of(person), Client(headers={"X-Session-Token": fresh_login(person)})
    pages = [phone.get(path) for path in ("/history/", only_round(two), "/history/report/", "/api/v1/history/")]
    exports = ("history/export/?as=csv", "history/export/?as=json", "me/export/")
    return "".join(text_of(page) for page in (*pages, *(fresh.get(f"/api/v1/{path}") for path in exports)))


@pytest.mark.parametrize("parts", [False, True], ids=["together", "parted"])
@pytest.mark.parametrize("how", ["words", "oneself"])
def test_what_the_other_heard_goes_with_the_need_and_what_one_heard_of_theirs_is_ones_own(
    two: Pair, parts: bool, how: str
) -> None:
    """In other words it says the same need once more; of Ben's own need nothing is lost."""
    assert "quince heard" in everything_of(two.a, two) and "quince heard" in everything_of(two.b, two)
    if parts:
        pairing.unpair(two.b, leave_words=True)
        assert "quince heard" in everything_of(two.a, two) and "quince heard" in everything_of(two.b, two)
    if how == "words":
        phone_of(two.a).delete(f"/api/v1/history/{two.rounds[0].history_id}/words/")
        assert "quince heard" not in everything_of(two.a, two)
    else:
        delete_person(two.a)
    left = everything_of(two.b, two)
    assert "quince heard" not in left and "quince need" in left
    assert set(Part.objects.values_list("seat", "heard_words", "heard")) == {
        ("a", None, True),
        ("b", None, True),
    }, "that it was heard is no word of anybody's"


def test_what_was_heard_of_a_need_that_is_not_kept_is_shown_to_nobody(two: Pair) -> None:
    """As it is stored where the need was erased and what was heard of it was left."""
    for gone in (None, ""):
        for part in Part.objects.filter(seat="a"):
            part.need = gone
            part.save()
        assert Part.objects.get(seat="b").heard_words == "quince heard"
        for person in (two.a, two.b):
            assert "quince heard" not in everything_of(person, two)
            assert "plum heard" in text_of(phone_of(person).get(only_round(two))), "of a need that is kept"


def test_erasing_twice_changes_nothing_more(two: Pair) -> None:
    path = f"/api/v1/history/{two.rounds[0].history_id}/words/"
    assert [phone_of(two.b).delete(path).status_code for _ in range(2)] == [204, 204]
    assert "plum need" in text_of(phone_of(two.a).get(only_round(two)))


def test_a_moment_in_own_words_goes_with_whoever_wrote_it(two: Pair, now: datetime) -> None:
    one = two.reveal(now - timedelta(days=1), moment=None, text="damson moment", opened_by="b")
    phone_of(two.a).delete(f"/api/v1/history/{one.history_id}/words/")
    assert Round.objects.get(pk=one.pk).text == "damson moment"
    phone_of(two.b).delete(f"/api/v1/history/{one.history_id}/words/")
    assert Round.objects.get(pk=one.pk).text == ""
    assert "A moment whose words are no longer kept" in text_of(phone_of(two.a).get("/history/"))


# When somebody has gone.


def test_deleting_an_account_leaves_the_others_history_readable(two: Pair) -> None:
    delete_person(two.a)
    phone = phone_of(two.b)
    page = text_of(phone.get(only_round(two)))
    assert "plum" not in page and "Ana" not in page
    assert "Former partner" in page and "Pursue–withdraw" in page and "quince thought" in page
    listed = text_of(phone.get("/history/"))
    assert "one of you has left Cycle" in listed and "very strong" in listed
    assert partners.couple_of(two.b) is None
    for path in ("/history/change/", "/history/report/", "/history/keeping/"):
        assert "plum" not in text_of(phone.get(path))


def test_what_is_past_its_time_is_not_shown_even_before_it_is_deleted(two: Pair, now: datetime) -> None:
    old = two.reveal(now - timedelta(days=400))
    assert Round.objects.filter(pk=old.pk).exists()
    assert len(api(phone_of(two.a), "")["results"]) == 1
    assert phone_of(two.a).get(reverse("history_round", args=[old.history_id])).status_code == 404
    assert api(phone_of(two.a), "summary/")["rounds"] == 1


def test_a_report_is_of_the_time_that_was_chosen(two: Pair, now: datetime) -> None:
    two.reveal(now - timedelta(days=60), moment=None, text="long ago")
    since, until = (now - timedelta(days=70)).date(), (now - timedelta(days=50)).date()
    page = text_of(phone_of(two.a).get(f"/history/report/?from={since}&to={until}"))
    assert "long ago" in page and "plum step" not in page
    assert "No round was revealed in this time." in text_of(
        phone_of(two.a).get("/history/report/?from=2020-01-01&to=2020-02-01")
    )
    assert date.fromisoformat("2020-01-01") < since, "this test means nothing if that time was theirs"
