"""Going back cancels nothing, a missed appointment is not in the way, and one question moves it or calls it off."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.care import scopes
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.checkin.appointment import HOUR
from sessions.hosting import host_rights
from sessions.joining import appointments, seats, start
from sessions.models import LiveSession, Seat
from sessions.privacy.export import appointments_of
from sessions.store import system_changes
from tests.support.cast.api_world import fresh_login
from tests.support.cast.care_cast import Three, device, linked, page_of

pytestmark = pytest.mark.django_db

IN_FOUR_DAYS = timedelta(days=4)
A_WEEK = timedelta(days=7)


def test_a_partner_never_cancels_by_leaving(cast: Three, plan: LiveSession) -> None:
    page = page_of(device(cast.ana), f"/sessions/{plan.id}/")
    assert 'data-testid="way-back"' in page and 'data-testid="leave"' not in page
    assert not Seat.objects.filter(live_session=plan, user=cast.ana).exists(), "looking takes no seat"
    plan.refresh_from_db()
    assert plan.ended_at is None


def test_one_that_nobody_came_to_hides_neither_the_next_nor_a_new_one(cast: Three, plan: LiveSession) -> None:
    LiveSession.objects.filter(id=plan.id).update(starts_at=timezone.now() - timedelta(hours=2))
    later = host_rights.start_hosted(cast.tess, cast.couple.id, starts_at=timezone.now() + A_WEEK)
    last = host_rights.start_hosted(cast.tess, cast.couple.id, starts_at=timezone.now() + 2 * A_WEEK)
    roster = page_of(device(cast.tess), "/practice/")
    assert "Open now" not in roster and roster.count('data-testid="planned"') == 2
    assert f"/sessions/{later.id}/" in roster and f"/sessions/{last.id}/" in roster
    assert "It did not take place" in roster
    for person in (cast.ana, cast.ben):
        home = page_of(device(person), "/")
        assert "It is open now" not in home and "It did not take place" in home
        assert home.index(f"/sessions/{later.id}/") < home.index(f"/sessions/{last.id}/")


def test_who_comes_late_may_go_in_all_the_same(cast: Three, plan: LiveSession) -> None:
    LiveSession.objects.filter(id=plan.id).update(starts_at=timezone.now() - timedelta(hours=2))
    for person in (cast.ana, cast.tess):
        page = page_of(device(person), f"/sessions/{plan.id}/")
        assert 'data-testid="go-in-late"' in page and "data-socket-path" not in page
        assert "data-socket-path" in page_of(device(person), f"/sessions/{plan.id}/?late")
    seats.take_seat(cast.ben.id, plan.id)
    assert "data-socket-path" in page_of(device(cast.ben), f"/sessions/{plan.id}/"), "it became a check-in"
    system_changes.end([plan.id])
    now = timezone.now()
    told = [appointments.find(person, plan.id, now).state(now) for person in (cast.ana, cast.ben, cast.tess)]
    assert told == ["check_in"] * 3


def test_what_was_called_off_is_on_the_first_page_until_its_hour_is_over(cast: Three, plan: LiveSession) -> None:
    appointments.call_off(cast.ben, plan.id)
    for person, path in ((cast.ana, "/"), (cast.ben, "/"), (cast.tess, "/practice/")):
        page = page_of(device(person), path)
        assert "Called off" in page and f"/sessions/{plan.id}/" in page
    LiveSession.objects.filter(id=plan.id).update(starts_at=timezone.now() - HOUR)
    for person, path in ((cast.ana, "/"), (cast.tess, "/practice/")):
        assert f"/sessions/{plan.id}/" not in page_of(device(person), path)


# Moving it.


def test_the_therapist_moves_it_by_one_question(cast: Three, plan: LiveSession) -> None:
    phone, at = device(cast.tess), (timezone.now() + A_WEEK).replace(second=0, microsecond=0)
    asked = page_of(phone, f"/sessions/{plan.id}/move/")
    assert asked.count("<form") == 1
    answer = phone.post(f"/sessions/{plan.id}/move/", {"starts_at": at.strftime("%Y-%m-%dT%H:%M"), "seen": "0"})
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert (plan.starts_at, plan.sequence, plan.moved_from is not None) == (at, 1, True)
    page = page_of(device(cast.ana), f"/sessions/{plan.id}/")
    assert 'data-testid="moved-from"' in page
    assert device(cast.ana).get(f"/sessions/{plan.id}/move/").headers["Location"] == f"/sessions/{plan.id}/"


def test_a_page_from_before_a_move_moves_nothing_unread(cast: Three, plan: LiveSession) -> None:
    assert plan.starts_at
    appointments.move(cast.tess, plan.id, plan.starts_at + A_WEEK)
    plan.refresh_from_db()
    at = (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    answer = device(cast.tess).post(f"/sessions/{plan.id}/move/", {"starts_at": at, "seen": "0"})
    assert answer.status_code == 400
    after = LiveSession.objects.get(id=plan.id)
    assert (after.starts_at, after.sequence) == (plan.starts_at, 1)


def test_to_the_same_time_is_no_move(cast: Three, plan: LiveSession) -> None:
    assert plan.starts_at
    appointments.move(cast.tess, plan.id, plan.starts_at)
    plan.refresh_from_db()
    assert (plan.sequence, plan.moved_from) == (0, None)


def test_two_couples_at_one_hour_are_said_before_they_are_planned(cast: Three, plan: LiveSession, cleo: User) -> None:
    link = linked(cast.tess, cleo)
    assert plan.starts_at
    around = (plan.starts_at + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M")
    form = {"couple": "", "when": "later", "starts_at": around, "title": ""}
    phone, before = device(cast.tess), LiveSession.objects.count()
    answer = phone.post("/practice/start/", form)
    assert answer.status_code == 409 and 'data-testid="clash"' in answer.content.decode()
    assert LiveSession.objects.count() == before
    assert phone.post("/practice/start/", {**form, "all_the_same": "1"}).status_code == 302
    assert LiveSession.objects.count() == before + 1
    other = LiveSession.objects.latest("created_at")
    soon = plan.starts_at.strftime("%Y-%m-%dT%H:%M")
    move = {"starts_at": soon, "seen": "0"}
    assert phone.post(f"/sessions/{other.id}/move/", move).status_code == 409
    assert phone.post(f"/sessions/{other.id}/move/", {**move, "all_the_same": "1"}).status_code == 302
    assert link.ended_at is None


def test_what_a_deleted_partner_planned_is_told_to_the_other_without_its_words(cast: Three) -> None:
    at = timezone.now() + IN_FOUR_DAYS
    own = start.start_for_couple(cast.ana, cast.couple, starts_at=at, title="Our anniversary").live_session
    delete_person(cast.ana)
    page = page_of(device(cast.ben), f"/sessions/{own.id}/")
    assert 'data-state="called_off"' in page and "anniversary" not in page and "Ana" not in page
    assert f"/sessions/{own.id}/" in page_of(device(cast.ben), "/")
    delete_person(cast.ben)
    assert not LiveSession.objects.filter(id=own.id).exists()


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_an_own_plan_is_moved_and_called_off_by_either(cast: Three, who: str) -> None:
    at = timezone.now() + IN_FOUR_DAYS
    own = start.start_for_couple(cast.ana, cast.couple, starts_at=at).live_session
    other = start.start_for_couple(cast.ana, cast.couple, starts_at=at + A_WEEK).live_session
    person = getattr(cast, who)
    headers = {"X-Session-Token": fresh_login(person)}
    api = f"/api/v1/sessions/{own.id}/appointment/"
    assert Client().get(api, headers=headers).json()["can"] == ["move", "call_off"]
    taken = Client().put(api, {"starts_at": (at + A_WEEK).isoformat()}, "application/json", headers=headers)
    assert (taken.status_code, taken.json()["code"]) == (409, "appointment.same_time")
    answer = Client().put(api, {"starts_at": (at + 2 * A_WEEK).isoformat()}, "application/json", headers=headers)
    assert answer.status_code == 200 and answer.json()["appointment"] == "moved"
    for _ in range(2):
        off = Client().delete(api, headers=headers)
        assert off.status_code == 200 and off.json()["appointment"] == "called_off"
    again = Client().put(api, {"starts_at": at.isoformat()}, "application/json", headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "appointment.over")
    other.refresh_from_db()
    assert other.ended_at is None


# Taking it along.


def test_each_takes_along_the_same_appointments_and_a_therapist_apart_from_her_own(
    cast: Three, plan: LiveSession
) -> None:
    own = start.start_for_couple(cast.ana, cast.couple, starts_at=timezone.now() + A_WEEK).live_session
    appointments.call_off(cast.ben, plan.id)
    now = timezone.now()
    told = [appointments_of(person, now, ("partner",)) for person in (cast.ana, cast.ben)]
    assert told[0] == told[1]
    assert [(one["id"], one["appointment"], one["hosted"]) for one in told[0]] == [
        (plan.id, "called_off", True),
        (own.id, "planned", False),
    ]
    assert appointments_of(cast.tess, now, ("partner",)) == []
    assert [(one["id"], one["appointment"]) for one in appointments_of(cast.tess, now, ("host",))] == [
        (plan.id, "called_off")
    ]
    scopes.withdraw(cast.ana, cast.link, ["host"])
    assert [one["id"] for one in appointments_of(cast.tess, now, ("host",))] == [plan.id]
