"""A moment is found again: the couple's last ones, and one's own stars, which the other never meets."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.settings.deletion import delete_person
from sessions.joining import start
from sessions.live.favourites import moments_of
from sessions.models import FavouriteMoment, LiveSession, Round
from sessions.privacy.export import favourites_of
from sessions.store.load import RECENT
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben, a couple."""
    return pair()


def give(client: Client, moment: int, star: str = "1") -> int:
    """Give a moment one's star, or take it away."""
    return client.post(f"/moments/{moment}/favourite/", {"star": star}).status_code


def listed(client: Client, live_session: LiveSession, name: str) -> str:
    """Return which moments the page of the room lists so."""
    found = re.search(f'data-{name}="([^"]*)"', client.get(f"/sessions/{live_session.id}/").content.decode())
    assert found, "the page offers no choice of a moment"
    return found[1]


def test_a_star_is_ones_own_and_given_once(two: Pair) -> None:
    ana, ben = phone_of(two.a), phone_of(two.b)
    for moment in (7, 3, 3):
        assert give(ana, moment) == 204
    assert favourites_of(two.a.id) == [3, 7]
    room = start.start_for_couple(two.a, two.couple).live_session
    assert listed(ana, room, "favourites") == "3 7"
    assert listed(ben, room, "favourites") == "", "what the other keeps is never shown"
    for _ in range(2):
        assert give(ana, 3, star="0") == 204
    assert listed(ana, room, "favourites") == "7"


def test_there_is_no_star_for_nobody_or_for_a_moment_that_is_not_there(two: Pair) -> None:
    assert give(Client(), 1) == 404
    assert give(phone_of(two.a), 9999) == 404
    assert phone_of(two.a).get("/moments/1/favourite/").status_code == 405
    assert not FavouriteMoment.objects.exists()


def test_stars_go_with_the_person_and_are_taken_along_before(two: Pair) -> None:
    give(phone_of(two.a), 5)
    give(phone_of(two.b), 5)
    delete_person(two.a)
    assert favourites_of(two.a.id) == []
    assert favourites_of(two.b.id) == [5]


def test_the_couples_last_moments_come_first_and_no_others(two: Pair) -> None:
    """Those in own words have no place in the library; another couple's are another couple's."""
    others = pair("Cleo", "Dan")
    _opened(others, 9)
    for day, moment in enumerate([1, 2, 3, 4, 5, 6, 7, 1, None]):
        _opened(two, moment, days_ago=20 - day)
    room = start.start_for_couple(two.a, two.couple).live_session
    found = moments_of(two.a, room, of_the_couple=True)["recent_moments"]
    assert found == [1, 7, 6, 5, 4, 3]
    assert len(found) == RECENT
    assert listed(phone_of(two.b), room, "recent") == " ".join(map(str, found))


def test_a_host_is_told_of_this_check_in_alone(two: Pair) -> None:
    _opened(two, 4)
    room = start.start_for_couple(two.a, two.couple).live_session
    assert moments_of(two.a, room, of_the_couple=False)["recent_moments"] == []
    Round.objects.create(live_session=room, number=1, moment=8, text="", opened_at=timezone.now())
    assert moments_of(two.a, room, of_the_couple=False)["recent_moments"] == [8]


def _opened(two: Pair, moment: int | None, days_ago: int = 1) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    told: dict[str, Any] = {"couple": two.couple, "created_at": at, "ended_at": at + timedelta(hours=1)}
    before = LiveSession.objects.create(**told)
    Round.objects.create(live_session=before, number=1, moment=moment, text="", phase="set_aside", opened_at=at)
