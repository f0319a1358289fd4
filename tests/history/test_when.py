"""When a moment happened: said in the history where known, and what is measured only of those that were happening."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions.history import rounds
from sessions.history.readers import reader_for
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
    seen = {one.when: one.time_to_reconnect for one in rounds.past_rounds(reader)}
    assert seen == {"now": timedelta(minutes=20), None: None, "today": None}
    found = phone.get("/api/v1/history/summary/").json()["intensity"]
    assert {one["when"]: one["contact_seconds"] for one in found} == {"now": 1200.0, None: None, "today": None}
