"""What an appointment is, at every time and after every event, and who may do what with it: every case, as a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from sessions.checkin import appointment as rules
from sessions.checkin import rules as commands
from sessions.checkin.appointment import HOUR, Appointment, AppointmentState, Deed, Reader
from sessions.checkin.changes import SessionEnded
from sessions.checkin.frames import SessionEnd
from sessions.checkin.reveal import Decision
from sessions.checkin.state import LIFETIME, OPEN_BEFORE, Person, SeatName, SessionState, next_change

AT = datetime(2026, 3, 5, 17, tzinfo=UTC)
PLAN = Appointment(AT, hosted=True)
MOVED = replace(PLAN, sequence=1, moved_from=AT - timedelta(days=7))
MINUTE = timedelta(minutes=1)
# Each span, its first and its last moment.
BEFORE = (AT - timedelta(days=4), AT - OPEN_BEFORE - MINUTE)
OPEN = (AT - OPEN_BEFORE, AT, AT + HOUR - MINUTE)
LATE = (AT + HOUR, AT - OPEN_BEFORE + LIFETIME - MINUTE)
OVER = (AT - OPEN_BEFORE + LIFETIME, AT + timedelta(days=40))
ALWAYS = BEFORE + OPEN + LATE + OVER


@pytest.mark.parametrize(
    ("appointment", "moments", "state"),
    [
        (PLAN, BEFORE, "planned"),
        (MOVED, BEFORE, "moved"),
        (PLAN, OPEN, "open"),
        (MOVED, OPEN, "open"),
        (PLAN, LATE + OVER, "missed"),
        (MOVED, LATE + OVER, "missed"),
        (replace(PLAN, both_came=True), ALWAYS, "check_in"),
        (replace(PLAN, both_came=True, ended_at=AT + MINUTE), ALWAYS, "check_in"),
        (replace(PLAN, ended_at=AT - timedelta(days=4)), ALWAYS, "called_off"),
        (replace(MOVED, ended_at=AT - MINUTE), ALWAYS, "called_off"),
        (replace(PLAN, ended_at=AT), OPEN + LATE + OVER, "missed"),
        (replace(PLAN, ended_at=AT - OPEN_BEFORE + LIFETIME), OVER, "missed"),
        (replace(PLAN, ends_at=AT), OPEN[:1], "open"),
        (replace(PLAN, ends_at=AT), LATE + OVER, "missed"),
        (replace(PLAN, ends_at=AT - MINUTE), LATE + OVER, "called_off"),
    ],
)
def test_what_it_is(appointment: Appointment, moments: tuple[datetime, ...], state: AppointmentState) -> None:
    assert {rules.state_of(appointment, moment) for moment in moments} == {state}


def test_what_it_is_never_goes_back_by_time_alone() -> None:
    order = ["planned", "moved", "open", "check_in", "missed", "called_off"]
    for appointment in (PLAN, MOVED):
        seen = [order.index(rules.state_of(appointment, moment)) for moment in ALWAYS]
        assert seen == sorted(seen)


# Every state, with what makes it.
STATES: dict[AppointmentState, tuple[Appointment, datetime]] = {
    "planned": (PLAN, BEFORE[0]),
    "moved": (MOVED, BEFORE[0]),
    "open": (PLAN, AT),
    "check_in": (replace(PLAN, both_came=True), AT),
    "missed": (PLAN, LATE[0]),
    "called_off": (replace(PLAN, ended_at=BEFORE[0]), BEFORE[1]),
}
READERS: tuple[Reader, ...] = ("host", "partner")
# What is refused, and as what; everything else may be done.
REFUSED: dict[tuple[AppointmentState, Deed], str] = {
    **{(state, "enter"): "session.not_yet" for state in ("planned", "moved")},
    ("called_off", "enter"): "session.ended",
    ("called_off", "move"): "appointment.over",
    **{(state, deed): "appointment.over" for state in ("open", "check_in", "missed") for deed in ("move", "call_off")},
}


@pytest.mark.parametrize(
    ("state", "deed", "reader", "hosted"), tuple(product(STATES, rules.DEEDS, READERS, (True, False)))
)
def test_who_may_do_what(state: AppointmentState, deed: Deed, reader: Reader, hosted: bool) -> None:
    if reader == "host" and not hosted:
        return  # there is nobody
    appointment, now = STATES[state]
    appointment = replace(appointment, hosted=hosted)
    assert rules.state_of(appointment, now) == state
    expected = REFUSED.get((state, deed))
    if deed == "move" and hosted and reader == "partner":
        expected = "seat.not_allowed"
    assert rules.obstacle(appointment, reader, deed, now) == expected
    offered = expected is None and state != "called_off"
    assert (deed in rules.may(appointment, reader, now)) == offered


def test_two_who_meet_without_a_therapist_may_do_the_same_at_every_moment() -> None:
    own = replace(PLAN, hosted=False)
    for moment in BEFORE:
        assert rules.may(own, "partner", moment) == ("move", "call_off")


def test_a_room_that_both_missed_stays_open_for_its_day_and_no_longer() -> None:
    assert [rules.obstacle(PLAN, "partner", "enter", moment) for moment in LATE] == [None, None]
    assert [rules.obstacle(PLAN, "partner", "enter", moment) for moment in OVER] == ["session.ended"] * 2


@pytest.mark.parametrize("appointment", [PLAN, MOVED, replace(PLAN, both_came=True), replace(PLAN, ended_at=AT)])
def test_what_it_is_changes_at_no_moment_that_was_not_named(appointment: Appointment) -> None:
    """Walked minute by minute over two days: between two named moments nothing differs."""
    told, named = None, AT - timedelta(days=1)
    for minute in range(2 * 24 * 60):
        now = AT - timedelta(days=1) + minute * MINUTE
        if appointment.ended_at and now < appointment.ended_at:
            continue
        seen = [rules.state_of(appointment, now), rules.obstacle(appointment, "partner", "enter", now)]
        if told is not None and seen != told:
            assert now >= named, now
        told, named = seen, rules.next_change(appointment, now) or datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("seat", ["a", "host"])
@pytest.mark.parametrize("waits_since", [timedelta(days=4), OPEN_BEFORE + timedelta(seconds=1)])
def test_before_its_time_nothing_is_done_that_is_for_a_room(seat: SeatName, waits_since: timedelta) -> None:
    """Ending calls it off, as it has for clients of before; so does leaving by a host, and by nobody else."""
    state = SessionState(
        id=UUID(int=1),
        title="",
        expires_at=AT - OPEN_BEFORE + LIFETIME,
        starts_at=AT,
        hosted=seat == "host",
        people=(Person(seat, "Ana"),),
    )
    calls_off = {"session.end", "session.leave"} if seat == "host" else {"session.end"}
    now = AT - waits_since
    assert set(commands.allowed(state, seat, now)) == {"sync", *calls_off}
    own = commands.FOR_A_HOST if seat == "host" else commands.FOR_PARTNERS
    for name in own - calls_off - {"sync"}:
        assert commands.obstacle(state, seat, name, now) == "session.not_yet"
    assert next_change(state, now) == AT - OPEN_BEFORE
    assert "session.leave" in commands.allowed(state, seat, AT - OPEN_BEFORE)
    for soon in (False, True):
        decided = commands.decide(state, seat, SessionEnd(type="session.end", op="1", soon=soon), now, new_step_id=None)
        assert isinstance(decided, Decision) and decided.changes == (SessionEnded(now),)


@pytest.mark.parametrize(("minutes", "meets"), [(0, True), (49, True), (-49, True), (50, False), (-50, False)])
def test_two_hours_that_meet_are_a_clash(minutes: int, meets: bool) -> None:
    other = AT + minutes * MINUTE
    assert rules.clashes(AT, [other, AT + timedelta(days=7)]) == ([other] if meets else [])
