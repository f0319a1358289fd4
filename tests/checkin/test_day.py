"""The day of a check-in: counted from its opening while one waits alone, and from when both were in from then on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessions.checkin import day
from sessions.checkin.appointment import Appointment, next_change, obstacle
from sessions.checkin.state import OPEN_BEFORE
from sessions.models import LiveSession

NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)
DAY, SECOND = timedelta(hours=24), timedelta(seconds=1)
# Moments around now, and those at which a day that began then, or one that was planned, is just over or just not.
MOMENTS = st.sampled_from(
    [
        NOW - at - off
        for at in (timedelta(0), timedelta(hours=5), DAY, DAY - OPEN_BEFORE, 2 * DAY, -OPEN_BEFORE, -7 * DAY)
        for off in (-SECOND, timedelta(0), SECOND)
    ]
)
PERHAPS = st.none() | MOMENTS


@pytest.mark.parametrize(
    ("opens_at", "both_in_at", "over_at"),
    [
        (NOW, None, NOW + DAY),
        (NOW, NOW, NOW + DAY),
        (NOW, NOW + timedelta(hours=3), NOW + timedelta(hours=27)),
        (NOW, NOW + DAY - SECOND, NOW + 2 * DAY - SECOND),
        # Entered before it opened, as an older version allowed.
        (NOW, NOW - timedelta(days=3), NOW + DAY),
    ],
)
def test_when_it_is_over(opens_at: datetime, both_in_at: datetime | None, over_at: datetime) -> None:
    assert day.over_at(opens_at, both_in_at) == over_at


def test_a_planned_one_opens_before_its_time_and_any_other_when_it_is_made() -> None:
    assert day.begins_at(NOW, None) == NOW
    assert day.begins_at(NOW, NOW + DAY) == NOW + DAY - OPEN_BEFORE


def test_whoever_comes_late_to_an_appointment_may_come_back_for_a_day() -> None:
    late = NOW + DAY - OPEN_BEFORE - SECOND
    alone, both = Appointment(NOW), Appointment(NOW, both_came=True, both_in_at=late)
    assert obstacle(alone, "partner", "enter", late) is None, "it is still open then"
    for moment in (late + SECOND, late + DAY - SECOND):
        assert obstacle(alone, "partner", "enter", moment) == "session.ended"
        assert obstacle(both, "partner", "enter", moment) is None
    assert next_change(both, late) == late + DAY
    assert obstacle(both, "partner", "enter", late + DAY) == "session.ended"


@pytest.mark.django_db
@example(created=NOW - DAY, starts=None, both_in=None, closing=None)
@example(created=NOW - 9 * DAY, starts=NOW - DAY + OPEN_BEFORE, both_in=NOW - DAY + SECOND, closing=None)
@given(created=MOMENTS, starts=PERHAPS, both_in=PERHAPS, closing=PERHAPS)
def test_the_queries_say_what_the_rule_says(
    created: datetime, starts: datetime | None, both_in: datetime | None, closing: datetime | None
) -> None:
    one = LiveSession.objects.create(created_at=created, starts_at=starts, both_in_at=both_in, ending_at=closing)
    opens_at = day.begins_at(created, starts)
    assert one.expires_at == day.over_at(opens_at, both_in)
    if starts:
        assert Appointment(starts, both_in_at=both_in).day_over_at == one.expires_at
    this = LiveSession.objects.filter(id=one.id)
    assert this.going_on(NOW).exists() == (one.ends_at > NOW)
    assert this.run_out(NOW).exists() == (one.ends_at <= NOW)
