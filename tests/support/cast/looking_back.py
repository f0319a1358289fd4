"""Ana and Ben with one round to look back on: what is in it, and what a page or the API shows of it."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.support.cast.past import Pair, pair

HER_WORDS = {
    "reaction": "anxious",
    "intensity": 4,
    "words": "plum words",
    "thought": "plum thought",
    "moves": ["listen"],
}
SHARED = "plum words"
UNSHARED = "plum thought"


def one_round_ago(now: datetime) -> Pair:
    """Return Ana and Ben with one round: she shares her words and not her thought."""
    two = pair()
    two.reveal(
        now - timedelta(days=3),
        {**HER_WORDS, "surface": ["resentful"], "share": ["words", "moves", "surface"]},
        {"reaction": "avoidant", "intensity": 2, "thought": "quince thought"},
        needs=("plum need", "quince need"),
        heard_words=("plum heard", "quince heard"),
        steps=("plum step", None),
        fits=(True, None),
        relief=(3, 1),
        back=timedelta(minutes=40),
    )
    return two


def pair_of_others() -> Pair:
    """Return Cleo and Dan with a round of theirs."""
    others = pair("Cleo", "Dan")
    others.reveal(timezone.now() - timedelta(days=1), {"reaction": "both", "words": "medlar", "share": ["words"]})
    return others


def only_round(two: Pair) -> str:
    """Return the page of the only round."""
    return reverse("history_round", args=[two.rounds[0].history_id])


def text_of(answer: HttpResponse) -> str:
    """Return a page."""
    assert answer.status_code == 200
    return answer.content.decode()


def api(phone: Client, path: str) -> Any:
    """Return what the API answers."""
    answer = phone.get(f"/api/v1/history/{path}")
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def many(two: Pair, number: int, now: datetime) -> None:
    """Store more rounds, one a day, the newest yesterday; every tenth of them is steady."""
    for day in range(number, 0, -1):
        steady = {"a": {"reaction": "steady"}, "b": {"reaction": "steady"}} if day % 10 == 0 else {}
        two.reveal(
            now - timedelta(days=day), moment=None, text=f"moment {day}", theme="plans" if day % 2 else "", **steady
        )
