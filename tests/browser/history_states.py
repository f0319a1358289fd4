"""Histories of every length, each of a couple of its own: nothing yet, one round, one evening, many, and old ones."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from tests.browser.history_scenes import Demo

PASSWORD: Final = "a password of five plain words"
# What fills the histories of these couples, in the server's own process.
FILL: Final = "from tests.browser.history_states import STATES, fill\nfor state in STATES: fill(state)"
PULLS: Final = (
    ("anxious", "avoidant"),
    ("avoidant", "anxious"),
    ("anxious", "anxious"),
    ("steady", "anxious"),
    ("both", "avoidant"),
    ("avoidant", "avoidant"),
)


def nothing(two: Any, now: datetime) -> None:
    """Leave it empty."""


def one_round(two: Any, now: datetime) -> None:
    """Let there be one round, which both have shared a lot of, with contact on the same day."""
    shared = {
        "words": "I looked at the phone again and again.",
        "moves": ["protest"],
        "underneath": ["hurt"],
        "share": ["words", "moves", "underneath"],
    }
    two.reveal(
        now - timedelta(days=2),
        {"reaction": "anxious", "intensity": 4, **shared},
        {"reaction": "avoidant", "intensity": 3},
        needs=("One word when it gets late.", "An hour to land."),
        heard_words=("That a pause is no no.", "That one word would do."),
        steps=("I ask once.", "I send one line."),
        back=timedelta(minutes=40),
    )


def one_evening(two: Any, now: datetime) -> None:
    """Let ten rounds be of one evening."""
    begun = now - timedelta(days=1, hours=2)
    first = two.reveal(begun, back=timedelta(minutes=5))
    for number in range(2, 11):
        one = two.reveal(
            begun + timedelta(minutes=10 * number), *_marks(number), back=timedelta(minutes=4), same_loop=number == 3
        )
        own = one.live_session
        one.live_session, one.number = first.live_session, number
        one.save()
        own.delete()


def four_hundred(two: Any, now: datetime) -> None:
    """Let there be a round a day for more than a year, the newest weaker."""
    chance = Random(17)
    for day in range(400, 0, -1):
        strength = 2 if day < 40 else chance.choice((3, 4, 4, 5))
        back = timedelta(minutes=chance.choice((20, 45, 90, 200))) if chance.random() < 0.8 else None
        marks = [{**mark, "intensity": strength} for mark in _marks(chance.randrange(6))]
        two.reveal(now - timedelta(days=day), *marks, back=back, size=chance.choice((1, 2)))


def before_when(two: Any, now: datetime) -> None:
    """Let there be rounds from before anybody was asked when a moment was."""
    for day in range(60, 0, -2):
        two.reveal(now - timedelta(days=day), *_marks(day), happened="", back=timedelta(hours=1), size=1)


STATES: Final[Mapping[str, Callable[[Any, datetime], None]]] = {
    "none": nothing,
    "one-round": one_round,
    "one-evening": one_evening,
    "400-rounds": four_hundred,
    "before-when": before_when,
}


def _marks(number: int) -> list[dict[str, Any]]:
    return [{"reaction": pull, "intensity": 2 + number % 3} for pull in PULLS[number % len(PULLS)]]


def fill(state: str) -> None:
    """Make a couple of two accounts with such a history."""
    from allauth.account.models import EmailAddress
    from django.db import transaction
    from django.utils import timezone

    from accounts.couple import pairing
    from accounts.models import User
    from tests.support.cast.past import Pair

    people = []
    with transaction.atomic():
        for name in ("Cleo", "Dan"):
            address = f"{name.lower()}.{state}@example.org"
            person = User.objects.create_user(address, PASSWORD, first_name=name, looks_back=True)
            EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
            people.append(person)
        STATES[state](Pair(*people, pairing.form_couple(*people)), timezone.now())


def make_all(demo: Demo) -> Demo:
    """Make these couples on the demo's server, where each Cleo logs in by the name of her state."""
    demo.server.manage("shell", "-v0", "-c", FILL)
    demo.logins |= {state: [f"cleo.{state}@example.org", PASSWORD] for state in STATES}
    return demo
