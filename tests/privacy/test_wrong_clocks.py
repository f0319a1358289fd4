"""What a wrong clock does to what is kept: nothing, until it is looked at again or somebody says that it is right."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.logins import open_login
from accounts.models import ClockCheck, Invitation, User
from sessions.models import LiveSession, Round
from sessions.privacy import erasure, expiry, unusual
from tests.support.cast.past import Pair, pair

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben with three rounds of this year, and a purge that was an hour ago."""
    two = pair()
    for age in (10, 100, 300):
        two.reveal(timezone.now() - age * DAY)
    User.objects.update(created_at=timezone.now() - 400 * DAY)
    LiveSession.objects.update(created_at=timezone.now() - 10 * DAY)
    ClockCheck.objects.create(seen_at=timezone.now() - HOUR)
    assert expiry.purge_if_the_clock_is_right(timezone.now() - HOUR) == expiry.Purged(0, 0, 0)
    return two


def purge_at(at: Any) -> expiry.Purged:
    """Purge by a clock that says this."""
    return expiry.purge_if_the_clock_is_right(at)


def test_a_start_ten_years_ahead_deletes_nothing_and_says_so(two: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_guest("Guest")
    ahead = timezone.now() + 3653 * DAY
    assert "Nothing is deleted" in purge_at(ahead).waits
    assert "Nothing is deleted" in purge_at(ahead + HOUR).waits, "an hour of the same wrong clock proves nothing"
    assert (Round.objects.count(), User.objects.count()) == (3, 3)
    # Put right, it goes on as if nothing had been.
    assert purge_at(timezone.now()).waits == ""
    assert ClockCheck.objects.get().doubted_at is None
    assert Round.objects.count() == 3


def test_whoever_has_looked_says_that_it_is_right(two: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    LiveSession.objects.update(created_at=timezone.now() - 500 * DAY)
    Round.objects.update(opened_at=timezone.now() - 500 * DAY)
    ClockCheck.objects.update(seen_at=timezone.now() - 30 * DAY)
    call_command("purge_expired")
    assert "purge_expired --now" in capsys.readouterr().out
    assert Round.objects.count() == 3
    call_command("purge_expired", "--now")
    assert "Deleted 3 rounds" in capsys.readouterr().out
    assert purge_at(timezone.now()).waits == ""


@pytest.mark.parametrize(("gap", "wait"), [(DAY, HOUR), (9 * HOUR, timedelta()), (90 * DAY, DAY)])
def test_a_server_that_was_off_goes_on_after_a_second_look(two: Pair, gap: timedelta, wait: timedelta) -> None:
    back = ClockCheck.objects.get().seen_at + gap
    assert bool(purge_at(back).waits) == bool(wait)
    at = back
    while at + HOUR < back + wait:
        at += HOUR
        assert purge_at(at).waits
    assert purge_at(back + wait + timedelta(minutes=1)).waits == ""


def test_a_second_look_counts_only_when_the_clock_went_on_steadily(two: Pair) -> None:
    assert purge_at(timezone.now() + 100 * DAY).waits
    assert purge_at(timezone.now() + 4000 * DAY).waits, "it jumped again"
    assert purge_at(timezone.now() + 200 * DAY).waits
    assert Round.objects.count() == 3


def test_a_month_behind_ends_nothing_and_moves_nothing(two: Pair) -> None:
    seen = ClockCheck.objects.get().seen_at
    for behind in (31 * DAY, 31 * DAY - HOUR, HOUR):
        assert purge_at(timezone.now() - HOUR - behind).waits
        assert ClockCheck.objects.get().seen_at == seen
    assert purge_at(timezone.now()).waits == ""
    assert Round.objects.count() == 3


def test_a_little_back_is_what_time_services_do(two: Pair) -> None:
    seen = ClockCheck.objects.get().seen_at
    assert purge_at(seen - timedelta(minutes=2)).waits == ""
    assert ClockCheck.objects.get().seen_at == seen, "never back by that"


def test_a_clock_that_had_been_ahead_is_believed_again_after_a_day(two: Pair) -> None:
    ClockCheck.objects.update(seen_at=timezone.now() + 30 * DAY)
    now = timezone.now()
    for hours in range(24):
        assert purge_at(now + hours * HOUR).waits
    assert purge_at(now + DAY).waits == ""
    assert ClockCheck.objects.get().seen_at == now + DAY


def test_without_a_time_last_seen_the_database_tells_one() -> None:
    two = pair()
    two.reveal(timezone.now() - DAY)
    assert purge_at(timezone.now() + 3653 * DAY).waits
    assert Round.objects.count() == 1


def test_more_than_usual_is_announced_an_hour_before_it_goes(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unusual, "USUAL", 2)
    Round.objects.update(opened_at=timezone.now() - 500 * DAY)
    now = timezone.now()
    assert "3 of 3 rounds are past their retention" in purge_at(now).waits
    assert purge_at(now + 50 * timedelta(minutes=1)).waits
    assert Round.objects.count() == 3
    assert purge_at(now + HOUR).rounds == 3


def test_readyz_says_that_the_clock_is_in_doubt(two: Pair, client: Client) -> None:
    assert "clock" not in client.get("/readyz").json()
    purge_at(timezone.now() + 3653 * DAY)
    answer = client.get("/readyz")
    assert answer.json()["clock"] == "in doubt"
    assert answer.status_code == 200, "it serves all the same"


def test_two_purges_at_once_count_once(two: Pair) -> None:
    Round.objects.update(opened_at=timezone.now() - 500 * DAY)
    LiveSession.objects.create(created_at=timezone.now() - 2 * DAY)
    counted: list[tuple[int, int]] = []

    def run() -> None:
        try:
            now = timezone.now()
            counted.append((erasure.delete_expired_rounds(now), expiry._end_expired_check_ins(now)))
        finally:
            connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [sum(column) for column in zip(*counted, strict=True)] == [3, 1]


def test_guests_who_came_while_the_clock_was_behind_have_their_day_from_when_it_was_put_right(two: Pair) -> None:
    now = timezone.now()
    assert purge_at(now - 31 * DAY).waits
    guest = User.objects.create_guest("Guest")
    begun = LiveSession.objects.create(created_at=now - 31 * DAY + HOUR)
    User.objects.filter(pk=guest.pk).update(created_at=now - 31 * DAY + HOUR)
    assert purge_at(now) == expiry.Purged(0, 0, 0)
    assert LiveSession.objects.get(pk=begun.pk).ended_at is None
    assert purge_at(now + DAY - HOUR).waits, "a gap of a day"
    assert purge_at(now + DAY + HOUR).guests == 1
    assert not User.objects.filter(pk=guest.pk).exists()


def test_whose_day_ended_while_the_server_was_off_gains_none(two: Pair) -> None:
    now = timezone.now()
    User.objects.filter(pk=User.objects.create_guest("Guest").pk).update(created_at=now - 20 * HOUR)
    assert purge_at(now + 20 * DAY).waits
    assert expiry.purge_if_the_clock_is_right(now + 20 * DAY, at_once=True).guests == 1


def test_what_was_made_while_the_clock_was_ahead_stays_no_longer_than_its_day(two: Pair) -> None:
    now = timezone.now()
    ahead = now + 3653 * DAY
    guest = User.objects.create_guest("Guest")
    open_login(guest)
    User.objects.filter(pk=guest.pk).update(created_at=ahead)
    begun = LiveSession.objects.create(created_at=ahead, both_in_at=ahead)
    Invitation.objects.create(inviter=two.a, digest="d" * 64, created_at=ahead)
    Session.objects.update(expire_date=ahead + 14 * DAY)
    assert purge_at(now) == expiry.Purged(0, 0, 0)
    later = now
    for _ in range(3):
        later += 9 * HOUR
        purge_at(later)
    assert not User.objects.filter(pk=guest.pk).exists()
    assert not Invitation.objects.exists()
    assert LiveSession.objects.get(pk=begun.pk).ended_at == now + DAY
    assert not Session.objects.filter(expire_date__gt=now + 15 * DAY).exists()
