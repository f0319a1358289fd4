"""Loops on the page and in the API: which rounds they are made of, the same for both partners."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sessions.history.figures.cycles import VERSION
from tests.support.cast.looking_back import text_of
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben with a loop that came again, another that perhaps did, and one that goes on."""
    couple, now = pair(), timezone.now()
    couple.reveal(now - timedelta(days=30), back=timedelta(hours=2))
    couple.reveal(now - timedelta(days=20), back=timedelta(hours=3), same_loop=True, theme="home")
    couple.reveal(now - timedelta(days=10), theme="messages")
    return couple


def linked(person: Any) -> Any:
    """Return the cycles that the API tells somebody."""
    return phone_of(person).get("/api/v1/history/summary/").json()["cycles"]


def test_each_loop_names_its_rounds(two: Pair) -> None:
    ids = [str(one.history_id) for one in two.rounds]
    told = linked(two.a)
    assert (told["version"], told["count"], told["said"], told["enough"]) == (VERSION, 2, 1, False)
    assert told["linked"] == [
        {"rounds": ids[:1], "reconnected_by": ids[0], "repeated_by": ids[1], "link": "said"},
        {"rounds": ids[1:2], "reconnected_by": ids[1], "repeated_by": ids[2], "link": "perhaps"},
        {"rounds": ids[2:], "reconnected_by": None, "repeated_by": None, "link": None},
    ]
    assert linked(two.b) == told


def test_the_page_says_what_both_said_and_else_perhaps(two: Pair) -> None:
    page = text_of(phone_of(two.a).get("/history/change/"))
    loops = page[page.index('data-testid="loops"') :]
    loops = loops[: loops.index("</section>")]
    assert loops.count("It began") == 2 and loops.count("Back in contact") == 2
    assert loops.index("Perhaps again, by theme and time") < loops.index("Again, you both said")
    assert all(f"/history/{one.history_id}/" in loops for one in two.rounds)


def test_rounds_from_before_when_claim_no_loop_that_came_again(two: Pair) -> None:
    for one in two.rounds:
        one.happened, one.same_loop = "", False
        one.save()
    told = linked(two.a)
    assert told["count"] == 0 and [run["repeated_by"] for run in told["linked"]] == [None] * 3
    assert (
        "again"
        not in text_of(phone_of(two.a).get("/history/change/"))
        .partition('data-testid="loops"')[2]
        .partition("</section>")[0]
    )
