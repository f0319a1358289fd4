"""When a moment happened: said in the history where known, and what is measured only of those that were happening."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from sessions.history import countable
from sessions.history.readers import reader_for
from sessions.models import Part, Round
from tests.support.cast.looking_back import text_of
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.now() - timedelta(days=1)


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben, with nothing told yet."""
    return pair()


def test_a_round_says_when_its_moment_happened(two: Pair) -> None:
    for happened, words in (
        ("now", "as it was happening"),
        ("today", "earlier that day"),
        ("this_week", "earlier that week"),
        ("earlier", "some time before"),
    ):
        one = two.reveal(YESTERDAY, happened=happened)
        assert words in text_of(phone_of(two.a).get(f"/history/{one.history_id}/"))
    listed = text_of(phone_of(two.b).get("/history/"))
    assert all(words in listed for words in ("as it was happening", "earlier that week", "some time before"))


def test_a_time_to_contact_is_claimed_only_of_a_moment_that_was_happening(two: Pair) -> None:
    then = two.reveal(YESTERDAY, back=timedelta(minutes=20))
    others = [two.reveal(YESTERDAY, back=timedelta(minutes=20), happened=code) for code in ("", "today")]
    phone = phone_of(two.a)
    assert "Back in contact after 20 minutes" in text_of(phone.get(f"/history/{then.history_id}/"))
    for one in others:
        page = text_of(phone.get(f"/history/{one.history_id}/"))
        assert "Back in contact" in page and "20 minutes" not in page
    reader = reader_for(two.a)
    assert reader
    seen = {one.when: one.time_to_reconnect for one in countable.past_rounds(reader)}
    assert seen == {"now": timedelta(minutes=20), None: None, "today": None}
    found = phone.get("/api/v1/history/summary/").json()["intensity"]
    assert {one["when"]: one["contact_seconds"] for one in found} == {"now": 1200.0, None: None, "today": None}


def test_contact_that_came_back_on_another_day_is_told_by_its_day(two: Pair) -> None:
    began = YESTERDAY - timedelta(days=5)
    one = two.reveal(began, back=timedelta(days=5), reconnected_on=began.date() + timedelta(days=2))
    same_day = two.reveal(began, back=timedelta(days=5), reconnected_on=began.date())
    page = text_of(phone_of(two.a).get(f"/history/{one.history_id}/"))
    assert f"Back in contact on {date_format(one.reconnected_on)}" in page and "Back in contact after" not in page
    reader = reader_for(two.a)
    assert reader
    spells = {past.id: past.time_to_reconnect for past in countable.past_rounds(reader)}
    assert timedelta(days=1) <= (spells[one.history_id] or timedelta()) <= timedelta(days=2)
    assert spells[same_day.history_id] is None, "of the same day nothing more is known"


def test_the_same_loop_is_told_once_both_said_so_and_a_single_answer_to_its_author_alone(two: Pair) -> None:
    one = two.reveal(YESTERDAY)
    Part.objects.filter(round=one, seat="a").update(same_loop=False)
    Part.objects.filter(round=one, seat="b").update(same_loop=True)
    for person, own in ((two.a, False), (two.b, True)):
        found = phone_of(person).get("/api/v1/history/").json()["results"][0]
        assert (found["same_loop"], found["you_said_same"]) == (None, own)
        assert "same loop again" not in text_of(phone_of(person).get(f"/history/{one.history_id}/"))
    Round.objects.filter(pk=one.pk).update(same_loop=True)
    assert "same loop again" in text_of(phone_of(two.a).get(f"/history/{one.history_id}/"))
