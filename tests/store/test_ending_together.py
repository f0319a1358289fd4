"""An end that was asked for comes by the server's clock, whoever finds it due, once, and stays one."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from sessions.checkin.state import ENDING
from sessions.joining import start
from sessions.models import LiveSession, Mark, Round
from sessions.privacy import expiry
from sessions.store import system_changes
from tests.privacy.test_past_its_time import by_api, by_command, by_page
from tests.privacy.test_purging import CheckIn
from tests.support.cast.past import phone_of

pytestmark = pytest.mark.django_db(transaction=True)

A_WHILE_AGO = timedelta(minutes=1)


@pytest.fixture
def check_in(now: datetime) -> CheckIn:
    """Return a check-in that Ana wanted to end a minute ago; every process that knew of it has stopped since."""
    check_in = CheckIn(now - A_WHILE_AGO)
    check_in.does(check_in.ana, "round.open", after=0, moment=1)
    check_in.does(check_in.ana, "mark.seal", round=1, reaction="anxious", intensity=4)
    check_in.does(check_in.ana, "session.end", soon=True)
    stored = LiveSession.objects.get()
    assert (stored.ending_by, stored.ended_at) == ("a", None)
    return check_in


def by_purge(check_in: CheckIn) -> None:
    """Let the purge come by."""
    expiry.purge(timezone.now())


@pytest.mark.parametrize("found", [by_command, by_page, by_api, by_purge], ids=lambda found: found.__name__)
def test_whoever_finds_it_due_writes_it_as_of_when_it_was_due(
    check_in: CheckIn, found: Callable[[CheckIn], None]
) -> None:
    due, check_in.now = check_in.now + ENDING, timezone.now()
    found(check_in)
    stored = LiveSession.objects.get()
    assert stored.ended_at == due
    assert (stored.ending_by, stored.ending_at) == ("", None), "who asked is kept by nobody"
    assert not Mark.objects.exists() and Round.objects.get().phase == "set_aside"
    # A clock that goes back revives nothing, and another who finds it writes nothing more.
    check_in.now = due - ENDING
    by_command(check_in)
    before = LiveSession.objects.values().get()
    by_page(check_in)
    assert LiveSession.objects.values().get() == before


def test_before_it_is_due_nobody_ends_it_and_staying_takes_all_of_it_back(check_in: CheckIn) -> None:
    check_in.now += ENDING - timedelta(seconds=1)
    assert system_changes.end([], check_in.now) == 0
    expiry.purge(check_in.now)
    check_in.does(check_in.ben, "session.stay")
    stored = LiveSession.objects.get()
    assert (stored.ending_by, stored.ending_at, stored.ended_at) == ("", None, None)
    check_in.now = timezone.now()
    check_in.does(check_in.ben, "mark.seal", round=1, reaction="avoidant", intensity=4)
    assert Round.objects.get().phase == "revealed"


def test_one_that_is_due_waits_for_nobody_on_the_first_page(check_in: CheckIn) -> None:
    assert not start.open_check_ins_of(check_in.ana).exists()
    assert start.open_check_ins_of(check_in.ana, check_in.now).exists(), "this test means nothing otherwise"
    assert f"/sessions/{check_in.id}/" not in phone_of(check_in.ana).get("/").content.decode()
