"""Guests go with the last check-in that needs them, and leave their partner a history that can be read."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Couple, Membership, User
from accounts.partners import couple_of
from sessions.checkin.shown_round import Viewer
from sessions.checkin.snapshot import snapshot_for
from sessions.joining import start
from sessions.models import LiveSession, Mark, Part, Round, Seat, Step
from sessions.privacy import expiry
from sessions.store import load
from tests.privacy.test_purging import CANARY, DAY, CheckIn, claim

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def check_in(now: datetime) -> CheckIn:
    """Return a check-in that began now."""
    return CheckIn(now)


def test_two_guests_go_with_their_couple_and_everything_in_it(check_in: CheckIn, now: datetime) -> None:
    check_in.reveal()
    assert expiry.purge(now + DAY).guests == 2
    for model in (User, Couple, Membership, LiveSession, Seat, Round, Mark, Part, Step):
        assert model._default_manager.count() == 0, model


def test_a_guest_who_waits_alone_goes_with_the_room(now: datetime) -> None:
    guest = User.objects.create_guest("Ana")
    start.start_with_code(guest, now=now)
    expiry.purge(now + DAY + timedelta(minutes=1))
    assert not User.objects.exists()
    assert not LiveSession.objects.exists()


def test_a_guest_is_never_erased_during_a_check_in(check_in: CheckIn, now: datetime) -> None:
    User.objects.update(created_at=now - 3 * DAY)
    assert expiry.purge(now + timedelta(hours=1)).guests == 0
    check_in.does(check_in.ana, "round.open", after=0, moment=1)
    check_in.does(check_in.ana, "session.end")
    assert expiry.purge(now + timedelta(hours=1)).guests == 2


def test_a_guest_whose_partner_waits_for_them_stays(check_in: CheckIn, now: datetime) -> None:
    check_in.does(check_in.ana, "session.end")
    User.objects.update(created_at=now - 3 * DAY)
    claim(check_in.ana)
    couple = couple_of(check_in.ana)
    assert couple
    start.start_for_couple(check_in.ana, couple, now=now)
    assert expiry.purge(now + timedelta(hours=1)).guests == 0
    assert couple_of(check_in.ana) == couple


def test_an_account_is_never_purged(check_in: CheckIn, now: datetime) -> None:
    claim(check_in.ana)
    expiry.purge(now + 100 * DAY)
    assert [user.first_name for user in User.objects.all()] == ["Ana"]


def test_what_stays_for_the_partner_is_readable_with_a_neutral_gap(check_in: CheckIn, now: datetime) -> None:
    check_in.reveal()
    check_in.does(check_in.ben, "pattern.fit", round=1, fits=False)
    claim(check_in.ana)
    expiry.purge(now + DAY)
    assert not User.objects.filter(id=check_in.ben.id).exists()
    assert couple_of(check_in.ana) is None, "there is nobody on the other side"

    state = load.state_of(check_in.id)
    assert state and state.round and state.round.reveal and state.round.exchange
    own, others = state.round.reveal.marks["a"], state.round.reveal.marks["b"]
    assert (others.reaction, others.intensity, others.details, others.share) == ("avoidant", 4, {}, ())
    assert (own.reaction, own.details["words"], own.share) == ("anxious", CANARY, ("words",))
    assert state.round.reveal.pattern == "pursue_withdraw"
    assert state.round.reveal.fits["b"] is None
    assert set(state.round.exchange.steps) == {"a"}
    assert [person.name for person in state.people] == ["Ana", ""]
    assert Part.objects.get(seat="a").need == f"{CANARY} of Ana"
    assert Part.objects.get(seat="b").need is None
    shown = snapshot_for(state, Viewer("a"), now + DAY)
    assert shown["state"] == "ended"
    assert "Ben" not in str(shown)


def test_one_guest_who_cannot_be_erased_keeps_nobody_else(
    check_in: CheckIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = expiry.delete_person

    def fail_for_ana(person: User) -> None:
        if person == check_in.ana:
            raise RuntimeError
        erase(person)

    monkeypatch.setattr(expiry, "delete_person", fail_for_ana)
    assert expiry.purge(now + DAY).guests == 1
    assert [user.id for user in User.objects.all()] == [check_in.ana.id]
