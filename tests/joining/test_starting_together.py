"""A couple that is one already starts without a code, meets in one room, and nobody else gets in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import partners
from accounts.couple import pairing
from accounts.models import Couple, User
from accounts.person.rename import rename
from sessions.joining import join, seats, start
from sessions.models import LiveSession, Seat
from sessions.store import load, system_changes
from tests.support.cast.clients import Person, call
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.both_stacks


@pytest.fixture
def pair(db: None) -> tuple[User, User, Couple]:
    """Return Ana and Ben, a couple whose first check-in has ended."""
    ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
    first = start.start_with_code(ana)
    assert first.code
    first = join.join_by_code(ben, first.code)
    system_changes.end([first.id], timezone.now())
    assert first.couple
    return ana, ben, first.couple


def test_both_pressing_start_meet_in_one_room(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    one, other = start.start_for_couple(ben, couple), start.start_for_couple(ana, couple)
    assert (one.is_new, other.is_new) == (True, False)
    assert one.live_session == other.live_session
    assert [(seat.name, seat.user) for seat in one.live_session.seats.all()] == [("b", ben)], "seats last as the couple"
    seats.take_seat(ana.id, one.live_session.id)
    place = load.live_session_for(ana.id, one.live_session.id)
    assert not place.state.waiting()
    assert place.seat and place.seat.name == "a"


def test_a_couples_code_seats_only_its_own_two(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    started = start.start_for_couple(ana, couple).live_session
    assert started.code
    otto = User.objects.create_guest("Otto")
    for stranger in (otto, User.objects.create_guest("Ben")):
        with pytest.raises(join.UnknownCode):
            join.join_by_code(stranger, started.code)
        with pytest.raises(load.NotFound):
            seats.take_seat(stranger.id, started.id)
    anonymous = Client().get(f"/join/{started.code}/")
    assert anonymous.status_code == Client().get("/join/BBBBBB/").status_code == 404
    assert join.join_by_code(ben, started.code) == started
    assert {seat.user_id for seat in started.seats.all()} == {ana.id, ben.id}


def test_starting_after_24_hours_makes_a_new_check_in(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    first = start.start_for_couple(ana, couple).live_session
    later = first.created_at + timedelta(hours=24)
    second = start.start_for_couple(ben, couple, now=later)
    assert second.is_new
    first.refresh_from_db()
    assert first.ended_at is not None


def test_starting_anew_ends_a_couple_with_a_guest(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    together = start.start_for_couple(ana, couple).live_session
    anew = start.start_with_code(ben)
    assert anew.code
    cleo = User.objects.create_guest("Cleo")
    join.join_by_code(cleo, anew.code)
    together.refresh_from_db()
    assert together.ended_at is not None
    assert partners.couple_of(ana) is None
    now_together = partners.couple_of(ben)
    assert now_together and now_together == partners.couple_of(cleo)


def test_a_first_name_that_changes_is_shown_to_both(pair: tuple[User, User, Couple]) -> None:
    ana, _, couple = pair
    live_session = start.start_for_couple(ana, couple).live_session
    before = LiveSession.objects.get(id=live_session.id).version
    rename(ana, "Anouk")
    assert Seat.objects.get(live_session=live_session, user=ana).first_name == "Anouk"
    assert LiveSession.objects.get(id=live_session.id).version > before


def test_a_stranger_cannot_take_a_seat(server: Server, ana: Person, otto: Person) -> None:
    for session in (ana.session, str(uuid4())):
        answer = call(server, "POST", f"sessions/{session}/join/", {}, otto.token)
        assert (answer.status, answer.body["code"]) == (404, "session.not_found")
    assert [person["name"] for person in ana.snapshot()["people"]] == ["Ana", "Ben"]


def test_a_check_in_is_listed_for_the_people_in_it(ana: Person, ben: Person, otto: Person) -> None:
    for person in (ana, ben):
        listed = call(person.server, "GET", "sessions/", token=person.token).body["results"]
        assert [one["session"] for one in listed] == [person.session]
    listed = call(otto.server, "GET", "sessions/", token=otto.token).body["results"]
    assert [one["session"] for one in listed] == [otto.session]


def test_the_couple_meets_again_over_rest(ana: Person, ben: Person) -> None:
    assert call(ana.server, "POST", "sessions/", {}, ana.token).body["session"] == ana.session
    assert ana.command("session.end").status == 200
    again = call(ana.server, "POST", "sessions/", {}, ana.token)
    assert again.status == 201
    assert again.body["session"] != ana.session
    other = call(ben.server, "POST", "sessions/", {}, ben.token)
    assert (other.status, other.body["session"]) == (200, again.body["session"])
    joined = call(ben.server, "POST", f"sessions/{again.body['session']}/join/", {}, ben.token)
    assert joined.body["session"]["state"] == "live"
    assert joined.body["session"]["you"] == {"seat": "b", "name": "Ben"}


@pytest.mark.django_db(transaction=True)
def test_both_pressing_start_at_once_make_one_room() -> None:
    ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
    couple = pairing.form_couple(ana, ben)
    barrier = Barrier(2)

    def press(person: User) -> LiveSession:
        barrier.wait()
        try:
            return start.start_for_couple(person, couple).live_session
        finally:
            connection.close()

    for _ in range(20):
        with ThreadPoolExecutor(2) as both:
            one, other = both.map(press, (ana, ben))
        assert one == other
        seats.take_seat(ana.id, one.id)
        seats.take_seat(ben.id, one.id)
        state = load.state_of(one.id)
        assert state and not state.waiting()
        system_changes.end([one.id], timezone.now())
