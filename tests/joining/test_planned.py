"""A check-in that is planned for later: nobody comes in before its day by any door, and each plan is kept."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from sessions.checkin.state import LIFETIME, OPEN_BEFORE
from sessions.hosting import host_rights
from sessions.joining import join, plans, seats, start
from sessions.models import LiveSession, Seat
from sessions.store import load
from tests.support.cast.api_world import fresh_login
from tests.support.cast.care_cast import Three, both_agree, device
from tests.support.cast.clients import Person, call
from tests.support.cast.past import Pair, pair, phone_of
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.django_db

A_WEEK = timedelta(days=7)


def api(user: User, path: str = "", **body: Any) -> Any:
    """Ask the API about check-ins."""
    headers = {"X-Session-Token": fresh_login(user)}
    return Client().post(f"/api/v1/sessions/{path}", body, "application/json", headers=headers)


def planned(two: Pair, at: datetime, now: datetime) -> LiveSession:
    """Let Ana plan a check-in."""
    return start.start_for_couple(two.a, two.couple, now, starts_at=at).live_session


def linked_plan(cast: Three, at: datetime) -> LiveSession:
    """Let Tess plan a check-in for a couple who agree to it."""
    both_agree(cast)
    return host_rights.start_hosted(cast.tess, cast.couple.id, starts_at=at)


# Every door, before its day.


def test_no_door_seats_anybody_before_its_day(now: datetime) -> None:
    two = pair()
    plan = planned(two, now + A_WEEK, now)
    ben = phone_of(two.b)
    page = ben.get(f"/sessions/{plan.id}/")
    assert page.status_code == 200 and "data-socket-path" not in page.content.decode()
    answer = api(two.b, f"{plan.id}/join/")
    assert (answer.status_code, answer.json()["code"]) == (409, "session.not_yet")
    assert ben.post(f"/join/{plan.code}/", {"first_name": "Ben"}).status_code == 404
    with pytest.raises(join.UnknownCode):
        join.join_by_code(two.b, plan.code or "", now)
    with pytest.raises(seats.NotYet):
        seats.take_seat(two.b.id, plan.id, now)
    assert list(plan.seats.values_list("name", flat=True)) == ["a"]


def test_the_half_hour_before_belongs_to_its_day(now: datetime) -> None:
    two = pair()
    plan = planned(two, now + A_WEEK, now)
    opens = plan.opens_at
    assert opens == now + A_WEEK - OPEN_BEFORE
    with pytest.raises(seats.NotYet):
        seats.take_seat(two.b.id, plan.id, opens - timedelta(seconds=1))
    seats.take_seat(two.b.id, plan.id, opens)
    assert plan.seats.count() == 2


def test_a_hosted_one_for_a_linked_couple_is_no_other(cast: Three, now: datetime) -> None:
    plan = linked_plan(cast, now + A_WEEK)
    for person in (cast.ana, cast.ben):
        assert api(person, f"{plan.id}/join/").status_code == 409
        assert "data-socket-path" not in device(person).get(f"/sessions/{plan.id}/").content.decode()
    assert list(plan.seats.values_list("name", flat=True)) == ["host"]


def test_a_socket_opens_to_none_before_its_day(ana_and_ben: tuple[Person, Person], server: Server) -> None:
    ana, ben = ana_and_ben
    at = (datetime.now(UTC) + A_WEEK).isoformat()
    plan = call(server, "POST", "sessions/", {"starts_at": at}, ana.token).body["session"]
    assert ben.connect(session=plan).closed() == 4404
    assert ana.connect(session=plan).until(lambda session: session["state"] == "waiting")["can"] == [
        "session.end",
        "sync",
    ]
    for too_early in ({"type": "round.open", "after": 0, "moment": 1}, {"type": "session.leave"}):
        refused = call(server, "POST", f"sessions/{plan}/commands/", {**too_early, "op": "1"}, ana.token)
        assert (refused.status, refused.body["code"]) == (409, "session.not_yet")
    assert call(server, "GET", f"sessions/{plan}/", None, ana.token).body["session"]["state"] == "waiting"


def test_its_page_says_when_it_is(now: datetime) -> None:
    two = pair()
    at = now + A_WEEK
    plan = planned(two, at, now)
    page = phone_of(two.b).get(f"/sessions/{plan.id}/").content.decode()
    assert f'datetime="{at:%Y-%m-%dT%H:%M}' in page and f"/sessions/{plan.id}/appointment.ics" in page
    assert (plan.code or "") not in page
    calendar = phone_of(two.b).get(f"/sessions/{plan.id}/appointment.ics")
    assert f"DTSTART:{at:%Y%m%dT%H%M%SZ}" in calendar.content.decode()
    otto = User.objects.create_user("otto@example.org", None, first_name="Otto")
    for path in (f"/sessions/{plan.id}/", f"/sessions/{plan.id}/appointment.ics"):
        assert phone_of(otto).get(path).status_code == 404


def test_it_lasts_no_longer_than_any_other(now: datetime) -> None:
    two = pair()
    plan = planned(two, now + A_WEEK, now)
    seats.take_seat(two.b.id, plan.id, plan.opens_at)
    state = load.load(plan.id).state
    assert state.expires_at == plan.opens_at + LIFETIME
    assert state.ended(plan.opens_at + LIFETIME) and not state.ended(plan.opens_at + LIFETIME - timedelta(seconds=1))
    going_on = LiveSession.objects.going_on(plan.opens_at + LIFETIME)
    assert not going_on.exists()


# Each plan is kept.


def test_two_plans_are_two_check_ins(now: datetime) -> None:
    two = pair()
    first = api(two.a, starts_at=(now + A_WEEK).isoformat(), title="Sunday")
    second = api(two.a, starts_at=(now + 2 * A_WEEK).isoformat(), title="The Sunday after")
    assert [first.status_code, second.status_code] == [201, 201]
    assert first.json()["session"] != second.json()["session"]
    assert list(LiveSession.objects.order_by("starts_at").values_list("title", flat=True)) == [
        "Sunday",
        "The Sunday after",
    ]


def test_the_same_plan_twice_is_one_whoever_makes_it(now: datetime) -> None:
    two = pair()
    at = (now + A_WEEK).isoformat()
    answers = [api(person, starts_at=at) for person in (two.a, two.a, two.b)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json()["session"] for answer in answers}) == 1


def test_a_plan_keeps_nobody_from_starting_now(now: datetime) -> None:
    two = pair()
    plan = planned(two, now + A_WEEK, now)
    today = start.start_for_couple(two.b, two.couple, now)
    assert today.is_new and today.live_session.id != plan.id
    again = start.start_for_couple(two.a, two.couple, now + timedelta(minutes=1))
    assert (again.is_new, again.live_session.id) == (False, today.live_session.id)


def test_once_its_time_has_come_both_presses_of_start_lead_into_it(now: datetime) -> None:
    two = pair()
    plan = planned(two, now + A_WEEK, now)
    for person in (two.a, two.b):
        found = start.start_for_couple(person, two.couple, plan.opens_at)
        assert (found.is_new, found.live_session.id) == (False, plan.id)


def test_the_page_starts_now_whatever_is_planned(now: datetime) -> None:
    two = pair()
    plan = planned(two, now + A_WEEK, now)
    where = phone_of(two.b).post("/start/together/").headers["Location"]
    assert where.startswith("/sessions/") and str(plan.id) not in where
    assert "data-socket-path" in phone_of(two.b).get(where).content.decode()


@pytest.mark.parametrize("away", [-timedelta(seconds=1), plans.AHEAD + timedelta(seconds=1)])
def test_nothing_is_planned_for_what_is_past_or_far_off_by_either_way(
    cast: Three, now: datetime, away: timedelta
) -> None:
    with pytest.raises(plans.BadTime):
        start.start_for_couple(cast.ana, cast.couple, now, starts_at=now + away)
    with pytest.raises(plans.BadTime):
        host_rights.start_hosted(cast.tess, starts_at=now + away, now=now)
    assert not LiveSession.objects.exists()


def test_calling_a_plan_off_leaves_the_others(now: datetime) -> None:
    two = pair()
    first, second = planned(two, now + A_WEEK, now), planned(two, now + 2 * A_WEEK, now)
    token = fresh_login(two.a)
    answer = Client().post(
        f"/api/v1/sessions/{first.id}/commands/",
        {"type": "session.end", "op": uuid.uuid4().hex},
        "application/json",
        headers={"X-Session-Token": token},
    )
    assert answer.status_code == 200
    assert list(LiveSession.objects.filter(ended_at=None)) == [second]
    assert Seat.objects.filter(live_session=second).count() == 1
