"""A host's account goes, or the couple's: what is left is what belongs to whoever is left."""

import uuid
from typing import Any

import pytest

from accounts.logins import login_from_token, open_login
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.checkin import wire
from sessions.checkin.state import SessionState
from sessions.hosting import host_rights
from sessions.joining import join
from sessions.models import LiveSession, Round, Seat
from sessions.store import execute, load
from tests.support.cast.hosts import confirmed_therapist

pytestmark = pytest.mark.django_db(transaction=True)

MOMENT = "The zebra in the hall"


class Room:
    """Tess, Ana and Ben in one check-in, with a round open and one mark sealed."""

    def __init__(self) -> None:
        self.tess = confirmed_therapist()
        self.ana, self.ben = (User.objects.create_guest(name) for name in ("Ana", "Ben"))
        live_session = host_rights.start_hosted(self.tess)
        self.id = live_session.id
        for person in (self.ana, self.ben):
            join.join_by_code(person, live_session.code or "", agrees_to_host=True)
        self.ask(self.tess, "round.open", after=0, text=MOMENT)
        self.ask(self.ana, "mark.seal", round=1, reaction="anxious", intensity=3)

    def ask(self, person: User, type: str, **fields: Any) -> None:
        """Carry out one command."""
        login = login_from_token(open_login(person))
        assert login
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        assert execute.execute(login, self.id, command).code is None

    def state(self) -> SessionState:
        """Return how it stands."""
        state = load.state_of(self.id)
        assert state
        return state


@pytest.fixture
def room() -> Room:
    """Return a hosted check-in."""
    return Room()


def test_deleting_oneself_as_host_looks_like_leaving(room: Room) -> None:
    assert room.state().hosted
    delete_person(room.tess)
    state = room.state()
    assert (state.hosted, state.ended_at) == (False, None)
    assert state.round and state.round.sealed == {"a"}, "the open round is theirs to finish"
    host = Seat.objects.get(live_session=room.id, name="host")
    assert (host.user, host.first_name, host.left_at is None) == (None, "", False)
    room.ask(room.ben, "mark.seal", round=1, reaction="steady", intensity=1)
    assert (latest := room.state().round) and latest.reveal


def test_a_check_in_is_deleted_once_both_partners_are(room: Room) -> None:
    delete_person(room.ana)
    assert Round.objects.get().text == MOMENT, "it is Ben's as well"
    delete_person(room.ben)
    assert not LiveSession.objects.exists()
    assert User.objects.filter(pk=room.tess.pk).exists()


def test_a_check_in_is_deleted_with_its_only_partner() -> None:
    tess, ana = confirmed_therapist(), User.objects.create_guest("Ana")
    live_session = host_rights.start_hosted(tess)
    join.join_by_code(ana, live_session.code or "", agrees_to_host=True)
    delete_person(ana)
    assert not LiveSession.objects.exists()


def test_a_seat_keeps_the_wording_of_its_consent_until_withdrawal(room: Room) -> None:
    seat = Seat.objects.get(live_session=room.id, user=room.ana)
    assert seat.host_wording == "room-1" and seat.host_agreed_at
    host_rights.withdraw_consent(room.ana, room.id)
    seat.refresh_from_db()
    assert (seat.host_wording, seat.host_agreed_at) == ("", None)
    assert Seat.objects.get(live_session=room.id, user=room.ben).host_agreed_at, "the other one's is untouched"


def test_a_partner_without_consent_is_not_seated(room: Room) -> None:
    live_session = host_rights.start_hosted(room.tess)
    with pytest.raises(join.ConsentMissing):
        join.join_by_code(User.objects.create_guest("Cleo"), live_session.code or "")
    assert [seat.name for seat in live_session.seats.all()] == ["host"]
