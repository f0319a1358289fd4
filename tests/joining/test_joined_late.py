"""A room that is joined in the last minute of the wait has a day from then on, and no wait lasts longer by it."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from sessions.joining import join, seats, start
from sessions.models import LiveSession
from sessions.privacy import expiry
from sessions.store import load
from tests.support.cast.past import pair

pytestmark = pytest.mark.django_db(transaction=True)

DAY, MINUTE = timedelta(hours=24), timedelta(minutes=1)


@pytest.fixture
def waiting(now: datetime) -> LiveSession:
    """Return the room in which Ana has waited since now."""
    return start.start_with_code(User.objects.create_guest("Ana"), now=now)


def open_at(now: datetime) -> bool:
    """Tell whether the room goes on, which every way to ask says alike."""
    found = LiveSession.objects.get()
    going_on = LiveSession.objects.going_on(now).exists()
    assert going_on != LiveSession.objects.run_out(now).exists()
    state = load.state_of(found.id)
    assert state and state.ended(now) != going_on
    assert going_on == (now < found.expires_at)
    return going_on


def test_whoever_waits_alone_waits_for_a_day(waiting: LiveSession, now: datetime) -> None:
    assert open_at(now + DAY - MINUTE)
    assert not open_at(now + DAY)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=3), DAY - MINUTE])
def test_with_both_in_it_lasts_a_day_from_then(waiting: LiveSession, now: datetime, late: timedelta) -> None:
    assert waiting.code
    join.join_by_code(User.objects.create_guest("Ben"), waiting.code, now=now + late)
    assert open_at(now + late + DAY - MINUTE)
    assert not open_at(now + late + DAY)


def test_the_purge_ends_it_when_that_day_is_over_and_no_sooner(waiting: LiveSession, now: datetime) -> None:
    assert waiting.code
    joined = now + DAY - MINUTE
    join.join_by_code(User.objects.create_guest("Ben"), waiting.code, now=joined)
    assert expiry.purge(joined + 2 * MINUTE).check_ins == 0
    assert User.objects.count() == 2, "a guest stays while they sit in it"
    assert expiry.purge(joined + DAY).check_ins == 1


def test_a_planned_one_lasts_a_day_from_when_both_are_in_too(now: datetime) -> None:
    two = pair()
    plan = start.start_for_couple(two.a, two.couple, now, starts_at=now + 7 * DAY).live_session
    joined = plan.opens_at + DAY - MINUTE
    assert open_at(joined)
    seats.take_seat(two.b.id, plan.id, joined)
    assert open_at(joined + DAY - MINUTE)
    assert not open_at(joined + DAY)
    assert expiry.purge(joined + 2 * MINUTE).check_ins == 0
    assert expiry.purge(joined + DAY).check_ins == 1


def test_nobody_comes_in_after_the_wait(waiting: LiveSession, now: datetime) -> None:
    assert waiting.code
    with pytest.raises(join.UnknownCode):
        join.join_by_code(User.objects.create_guest("Ben"), waiting.code, now=now + DAY)
