"""The couple's rhythm by the API: every answer is the same to both, and what is no rhythm changes nothing."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.couple import rhythm_times as rules
from accounts.models import User
from tests.support.cast.acting import api
from tests.support.cast.past import Pair, pair
from tests.support.cast.rhythms import in_three_days, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben."""
    return pair()


def asked(user: User, method: str, path: str = "", body: Any = None) -> Any:
    """Ask about the rhythm."""
    return api(user, method, f"couple/rhythm/{path}", body)


OPERATIONS = (
    ("GET", "", None),
    ("PUT", "", {"day": 6, "time": "19:00", "zone": "Europe/Berlin"}),
    ("DELETE", "", None),
    ("PUT", "skip/", {"on": "2026-12-06"}),
    ("PUT", "pause/", {"weeks": 2}),
    ("DELETE", "pause/", None),
)


def test_every_answer_is_the_same_to_both(two: Pair) -> None:
    on = timezone.now().date() + timedelta(days=3)
    said = {"day": on.weekday(), "time": "19:00", "zone": "Europe/Berlin", "every": 2, "week": on.isoformat()}
    monday = rules.monday_of(on).isoformat()
    held = {**said, "week": monday}
    at = rules.instant(on, time(19), "Europe/Berlin").isoformat().replace("+00:00", "Z")
    nothing = {"rhythm": None, "asked": None, "next_time": None, "skipped": None, "paused_until": None}
    for who, method, path, body, expected in (
        (two.a, "GET", "", None, nothing),
        (two.a, "PUT", "", said, {"asked": {"by": "a", **held}, "next_time": None}),
        (two.b, "PUT", "", said, {"asked": None, "rhythm": held, "next_time": {"on": on.isoformat(), "at": at}}),
        (two.b, "PUT", "skip/", {"on": on.isoformat()}, {"skipped": on.isoformat()}),
        (two.a, "PUT", "skip/", {"on": on.isoformat()}, {"skipped": on.isoformat()}),
        (two.a, "PUT", "skip/", {"on": on.isoformat(), "skip": False}, {"skipped": None}),
        (two.b, "PUT", "pause/", {"weeks": 1}, {"skipped": None}),
        (two.a, "DELETE", "pause/", None, {"paused_until": None, "next_time": {"on": on.isoformat(), "at": at}}),
        (two.b, "DELETE", "", None, nothing),
        (two.a, "DELETE", "", None, nothing),
    ):
        told = asked(who, method, path, body)
        assert told.status_code == 200, told.json()
        assert {**told.json(), **expected} == told.json()
        assert [asked(one, "GET").json() for one in (two.a, two.b)] == [told.json()] * 2


@pytest.mark.parametrize(
    "body",
    [{"day": 7}, {"day": "6"}, {"time": "24:00"}, {"time": "19:00:00"}, {"zone": "Nowhere"}, {"zone": "../x"},
     {"every": 3}, {"every": 2}, {"week": "2026-12-07"}, {"every": 2, "week": "2026-02-30"}, {"every": 2, "week": 7}],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_is_refused(two: Pair, body: dict[str, Any]) -> None:
    answer = asked(two.a, "PUT", "", {"day": 6, "time": "19:00", "zone": "Europe/Berlin", **body})
    assert (answer.status_code, answer.json()["code"]) == (400, "frame.invalid")
    assert standing(two) == rules.Standing()


def test_only_the_next_one_can_be_skipped(two: Pair) -> None:
    on = in_three_days(two)
    for other in (on + timedelta(days=7), on + timedelta(days=1), date.min, date.max):
        answer = asked(two.a, "PUT", "skip/", {"on": other.isoformat()})
        assert (answer.status_code, answer.json()["code"]) == (409, "rhythm.not_next")
    assert standing(two).skipped is None


def test_for_a_guest_and_for_who_is_alone_there_is_none() -> None:
    guest = User.objects.create_guest("Ana")
    for person in (guest, User.objects.create_user("otto@example.org", None, first_name="Otto")):
        for method, path, body in OPERATIONS:
            assert asked(person, method, path, body).json()["code"] == "item.not_found"
