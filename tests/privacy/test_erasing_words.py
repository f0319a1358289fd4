"""Erasing one's own words, and what stays when somebody has gone."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts import partners
from accounts.settings.deletion import delete_person
from sessions.models import Mark, Round
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
    for words in ("quince need", "quince heard"):
        assert words in text_of(phone_of(two.b).get(only_round(two)))
    assert api(phone_of(two.a), "")["results"][0]["own_words"] is False


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
