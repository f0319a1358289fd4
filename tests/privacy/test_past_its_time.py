"""Past its time is past its time, before the purge as after it; and an end that was told stays one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.couple import retention
from accounts.models import User
from sessions.history.readers import reader_for
from sessions.joining import seats, start
from sessions.models import LiveSession, Mark, Round, Step
from sessions.privacy import expiry
from sessions.store import execute, system_changes
from sessions.store.load import NotFound
from tests.privacy.test_purging import CANARY, DAY, CheckIn, claim
from tests.support.cast.past import pair, phone_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def check_in(now: datetime) -> CheckIn:
    """Return a check-in that began a day and an hour ago, in which Ana has sealed since."""
    check_in = CheckIn(now - DAY - timedelta(hours=1))
    check_in.does(check_in.ana, "round.open", after=0, moment=1)
    check_in.does(check_in.ana, "mark.seal", round=1, reaction="anxious", intensity=4)
    assert LiveSession.objects.get().ended_at is None
    return check_in


def by_command(check_in: CheckIn) -> None:
    """Ask for something."""
    with pytest.raises(AssertionError, match=r"session\.ended"):
        check_in.does(check_in.ben, "mark.seal", round=1, reaction="avoidant", intensity=4)


def by_page(check_in: CheckIn) -> None:
    """Open the room."""
    assert phone_of(check_in.ben).get(f"/sessions/{check_in.id}/").status_code == 200


def by_summary(check_in: CheckIn) -> None:
    """Open the summary."""
    assert phone_of(check_in.ben).get(f"/sessions/{check_in.id}/summary/").status_code == 200


def by_api(check_in: CheckIn) -> None:
    """Ask for the snapshot."""
    answer = phone_of(check_in.ben).get(f"/api/v1/sessions/{check_in.id}/")
    assert answer.json()["session"]["state"] == "ended"


@pytest.mark.parametrize("told", [by_command, by_page, by_summary, by_api], ids=lambda told: told.__name__)
def test_whoever_finds_it_over_writes_it_and_a_clock_that_goes_back_revives_nothing(
    check_in: CheckIn, told: Callable[[CheckIn], None]
) -> None:
    for person in (check_in.ana, check_in.ben):
        claim(person)
    began, check_in.now = check_in.now, timezone.now()
    told(check_in)
    assert LiveSession.objects.get().ended_at == began + DAY
    assert not Mark.objects.exists(), "its seals are destroyed then"
    check_in.now = began + timedelta(minutes=5)
    by_command(check_in)
    assert not Round.objects.filter(phase="revealed").exists()


def test_it_is_written_once(check_in: CheckIn) -> None:
    state = execute.execute(
        check_in.logins[check_in.ana.id], check_in.id, _sync(), now=check_in.now + timedelta(minutes=1)
    ).state
    system_changes.store_end(state, timezone.now())
    before = LiveSession.objects.values().get()
    system_changes.store_end(state, timezone.now())
    assert LiveSession.objects.values().get() == before


def _sync() -> Any:
    from sessions.checkin import wire

    return wire.command_from({"type": "sync", "op": "a"})


# A guest's day.


def test_a_guests_day_is_24_hours_on_every_page_and_not_until_the_next_purge(now: datetime) -> None:
    check_in = CheckIn(now - DAY + timedelta(minutes=1))
    check_in.reveal()
    check_in.does(check_in.ana, "session.end")
    claim(check_in.ana)
    ana = User.objects.get(pk=check_in.ana.pk)
    path = f"/sessions/{check_in.id}/summary/"
    assert f"{CANARY} of Ben" in phone_of(ana).get(path).content.decode()
    User.objects.filter(pk=check_in.ben.pk).update(created_at=now - DAY - timedelta(minutes=1))
    text = phone_of(ana).get(path).content.decode()
    assert f"{CANARY} of Ana" in text and f"{CANARY} of Ben" not in text and "Ben" not in text
    ben = User.objects.get(pk=check_in.ben.pk)
    assert reader_for(ben) is None
    assert phone_of(ben).get(path).status_code == 404
    with pytest.raises(NotFound):
        reader_for(ben, LiveSession.objects.get().couple_id)


def test_a_guest_in_a_check_in_has_its_day(now: datetime) -> None:
    check_in = CheckIn(now - timedelta(hours=1))
    check_in.reveal()
    User.objects.update(created_at=now - 2 * DAY)
    reader = reader_for(User.objects.get(pk=check_in.ana.pk))
    assert reader is not None and not reader.wordless


# A step that goes while a room is open.


def test_a_step_that_is_purged_under_an_open_room_is_gone() -> None:
    two, now = pair(), timezone.now()
    two.reveal(now - timedelta(days=20), steps=("one step", "another"))
    room = start.start_for_couple(two.a, two.couple).live_session
    seats.take_seat(two.b.id, room.id)
    ana = phone_of(two.a)
    [own] = [
        one for one in ana.get(f"/api/v1/sessions/{room.id}/").json()["session"]["follow_up"] if one["seat"] == "a"
    ]

    def tell(step: str) -> Any:
        body = {"type": "step.tried", "op": f"op-{step}", "step": step, "tried": "yes"}
        return ana.post(f"/api/v1/sessions/{room.id}/commands/", body, content_type="application/json")

    assert tell(str(Step.objects.get(seat="b").id)).json()["code"] == "seat.not_allowed"
    Round.objects.update(opened_at=now - timedelta(days=400))
    assert expiry.purge(now).rounds == 1
    answer = tell(own["id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "step.gone")
    assert retention.kept_since_of(two.couple.id, now) < now
