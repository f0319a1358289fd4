"""A check-in is of the day on which it took place, wherever it is remembered, not of the day that it was planned on."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.couple import retention
from sessions.checkin.state import OPEN_BEFORE
from sessions.history import rounds
from sessions.history.query import HistoryFilter
from sessions.history.readers import reader_for
from sessions.hosting.roster import meetings_with
from sessions.models import LiveSession, Round
from sessions.privacy import erasure
from sessions.privacy.export import check_ins_of
from tests.support.cast.api_world import fresh_login
from tests.support.cast.care_cast import Three, both_agree, device, hosted
from tests.support.cast.looking_back import api, only_round, text_of
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db


def planned(two: Pair, made_at: datetime, at: datetime, **mark: Any) -> Round:
    """Store a check-in that was planned long before it took place, with one round."""
    one = two.reveal(at, mark or None)
    LiveSession.objects.filter(rounds=one).update(created_at=made_at, starts_at=at)
    return one


@pytest.fixture
def today(now: datetime) -> tuple[Pair, Round]:
    """Return Ana and Ben, who keep a month, with a round of an hour ago that they planned six weeks ago."""
    two = pair()
    held = planned(two, now - timedelta(days=42), now - timedelta(hours=1), reaction="anxious", words="plum")
    retention.set_retention(two.a, two.couple, 1, timezone.now() - retention.NOTICE - timedelta(hours=1))
    return two, held


# Retention hides what is past its time, and nothing else.


def test_a_round_of_today_is_there_however_long_ago_it_was_planned(today: tuple[Pair, Round]) -> None:
    two, held = today
    assert "plum" in text_of(phone_of(two.a).get(only_round(two)))
    assert [one["id"] for one in api(phone_of(two.b), "")["results"]] == [str(held.history_id)]
    assert api(phone_of(two.a), "summary/")["rounds"] == 1
    assert text_of(phone_of(two.a).get("/history/"))


def test_own_words_in_it_can_be_taken_back(today: tuple[Pair, Round]) -> None:
    two, held = today
    answer = phone_of(two.a).delete(f"/api/v1/history/{held.history_id}/words/")
    assert answer.status_code == 204
    assert "plum" not in text_of(phone_of(two.a).get(only_round(two)))


def test_what_is_shown_is_what_the_purge_keeps(today: tuple[Pair, Round], now: datetime) -> None:
    two, held = today
    planned(two, now - timedelta(days=90), now - timedelta(days=35))
    reader = reader_for(two.a)
    assert reader
    shown = set(rounds.rounds_of(reader).values_list("pk", flat=True))
    erasure.delete_expired_rounds(now)
    assert set(Round.objects.values_list("pk", flat=True)) == shown == {held.pk}


# In the order in which things happened, and under their day.


def test_pages_go_by_when_it_took_place(now: datetime) -> None:
    two = pair()
    expected = []
    for day in range(1, 46):
        at = now - timedelta(days=day)
        # Every third one was planned in advance, one longer than the other.
        one = planned(two, at - timedelta(days=day * 7 % 30), at) if day % 3 == 0 else two.reveal(at)
        expected.append(one.history_id)
    reader = reader_for(two.a)
    assert reader
    found, cursor = [], None
    while True:
        page = rounds.page(reader, HistoryFilter(cursor=cursor))
        found += [seen.id for seen in page.rounds]
        cursor = page.older
        if cursor is None:
            break
    assert found == expected
    newer = rounds.page(reader, HistoryFilter(cursor=page.newer))
    assert [seen.id for seen in newer.rounds] == expected[20:40]
    assert [seen.id for seen in rounds.all_rounds(reader)] == expected


def test_the_page_and_the_exports_name_the_day_it_took_place(now: datetime) -> None:
    two = pair()
    made_at, at = datetime(now.year - 1, 12, 1, 12, tzinfo=now.tzinfo), now - timedelta(days=2)
    planned(two, made_at, at)
    page = text_of(phone_of(two.a).get("/history/"))
    assert f"{at:%Y-%m-%d}" in page and f"{made_at:%Y-%m-%d}" not in page
    [one] = check_ins_of(two.a.id, now)
    assert one["started_at"] == at
    answer = Client().get("/api/v1/me/export/", headers={"X-Session-Token": fresh_login(two.a)})
    assert answer.json()["check_ins"][0]["started_at"] == at.isoformat().replace("+00:00", "Z")


def test_a_planned_one_that_nobody_ended_is_over_when_its_day_is(now: datetime) -> None:
    two = pair()
    at = now - timedelta(hours=2)
    planned(two, now - timedelta(days=30), at)
    LiveSession.objects.update(ended_at=None)
    [one] = check_ins_of(two.a.id, now)
    assert one["ended_at"] is None, "it is going on"
    [one] = check_ins_of(two.a.id, now + timedelta(days=1))
    assert one["ended_at"] == at - OPEN_BEFORE + timedelta(days=1)


def test_nothing_took_place_after_its_end(now: datetime) -> None:
    """One that was put off before its day, or held early by an older version, ended before it was planned for."""
    two = pair()
    one = two.reveal(now - timedelta(days=2))
    LiveSession.objects.filter(rounds=one).update(starts_at=now + timedelta(days=5))
    live_session = LiveSession.objects.get()
    assert live_session.ended_at is not None
    assert live_session.took_place_at == live_session.ended_at
    assert f"{now + timedelta(days=5):%Y-%m-%d}" not in text_of(phone_of(two.a).get("/history/"))


# The therapist.


def test_the_last_check_in_is_the_last_that_took_place(cast: Three) -> None:
    both_agree(cast)
    now = timezone.now()
    met = hosted(cast.tess, cast.couple, 7)
    planned_for, put_off_at = now - timedelta(days=1), now - timedelta(days=3)
    put_off = hosted(cast.tess, cast.couple, 20, came=(), starts_at=planned_for, ended_at=put_off_at)
    nobody_came = hosted(cast.tess, cast.couple, 2, came=("a",))
    meetings = meetings_with(cast.tess, [cast.couple.id])[cast.couple.id]
    assert (meetings.last_id, meetings.last_at) == (met.id, met.created_at)
    page = text_of(device(cast.tess).get("/practice/"))
    assert str(put_off.id) not in page and str(nobody_came.id) not in page


def test_the_summary_is_of_the_day_it_took_place(cast: Three, now: datetime) -> None:
    both_agree(cast)
    at = now - timedelta(days=1)
    one = hosted(cast.tess, cast.couple, 60, starts_at=at, ended_at=at + timedelta(hours=1))
    assert f'datetime="{at:%Y-%m-%d}' in text_of(device(cast.ana).get(f"/sessions/{one.id}/summary/"))


def test_an_old_cursor_still_leads_on(now: datetime) -> None:
    """Clients keep addresses: what a cursor of an older version names is still a place."""
    two = pair()
    for day in range(30):
        two.reveal(now - timedelta(days=day + 1))
    following = json.loads(phone_of(two.a).get("/api/v1/history/").content)["next"]
    assert len(json.loads(phone_of(two.a).get(following).content)["results"]) == 10
