"""An hour for an opening that is typed up to 14 days ahead, over a change of the clock: one instant to both."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone

from sessions.checkin import apart
from sessions.checkin.apart import Apart, Asked, BadHour
from sessions.joining.appointment_forms import PlannedAtField
from sessions.joining.opening_forms import hour_from
from tests.support.clock_changes import A_DAY, CHANGES, HALF_HOURS, Change, doubled_hours, shown, skipped_hours

# Who is the other one: somebody whose clock changes on another day, and somebody whose clock never does.
ELSEWHERE = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo")
TYPED = "%Y-%m-%dT%H:%M"
by_name = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)


def typed(at: str, zone: str) -> datetime:
    """Return what comes of an hour that somebody types who reads this clock. Raises ValidationError."""
    with timezone.override(ZoneInfo(zone)):
        said: Any = PlannedAtField().clean(at)
    assert isinstance(said, datetime)
    return said


def read(at: datetime, zone: str) -> str:
    """Return what the button of the other one says, which agrees."""
    with timezone.override(ZoneInfo(zone)):
        return Template("{{ at|date:'c' }}").render(Context({"at": at}))


@by_name
def test_every_hour_of_fourteen_days_is_the_instant_at_which_the_clock_shows_it(change: Change) -> None:
    """From thirteen days before the change to the day after: what the clock shows once, is typed and meant."""
    said = 0
    for on in (change.on + number * A_DAY for number in range(-13, 2)):
        for at in HALF_HOURS:
            instants = shown(change).get((on, at), [])
            if len(instants) == 1:
                assert typed(f"{on}T{at:%H:%M}", change.zone).astimezone(UTC) == instants[0]
                said += 1
    changed = len(skipped_hours(change)) + len(doubled_hours(change))
    assert changed and said == 15 * 48 - changed


@by_name
def test_an_hour_that_is_skipped_or_doubled_is_asked_for_again(change: Change) -> None:
    for at in (*skipped_hours(change), *doubled_hours(change)):
        with pytest.raises(ValidationError, match="The clocks change during that hour"):
            typed(f"{change.on}T{at:%H:%M}", change.zone)


@by_name
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_both_see_one_instant_and_to_say_the_same_hour_agrees(change: Change, elsewhere: str) -> None:
    """Each half hour around the change, said thirteen days before by one; the other agrees by their own clock."""
    now = shown(change)[change.on - 13 * A_DAY, time(23, 30)][0]
    at = shown(change)[change.on, time(0)][0] - timedelta(hours=12)
    doubled = 0
    for number in range(72):
        hour = at + number * timedelta(minutes=30)
        asked = Apart(hour, agreed=False, asked=Asked("a", hour))
        button = read(hour, elsewhere)
        assert apart.say_hour(asked, "b", typed(button, elsewhere), now) == Apart(hour, agreed=True), button
        try:
            by_hand = typed(hour.astimezone(ZoneInfo(elsewhere)).strftime(TYPED), elsewhere)
        except ValidationError:
            doubled += 1  # which of the two is meant cannot be typed, and the button says it
        else:
            assert apart.say_hour(asked, "b", by_hand, now) == Apart(hour, agreed=True)
    most = 2 * len(doubled_hours(change)) if elsewhere == change.zone else 0
    assert doubled >= most and (doubled == most or elsewhere != change.zone)


@by_name
def test_fourteen_days_are_as_many_hours_whatever_the_clock_shows(change: Change) -> None:
    """The same hour two weeks on is within them where clocks go forward, and not yet where they go back."""
    now = shown(change)[change.on - 13 * A_DAY, time(12)][0]
    hour = shown(change)[change.on + A_DAY, time(12)][0]
    assert hour - now == timedelta(days=14) - change.forward
    if change.forward > timedelta():
        apart.check_hour(hour, now)
    else:
        with pytest.raises(BadHour):
            apart.check_hour(hour, now)


def test_a_link_fills_in_the_hour_by_the_readers_clock() -> None:
    link = "2027-03-28T17:00:00+00:00"
    read_by = {}
    for zone in ELSEWHERE:
        with timezone.override(ZoneInfo(zone)):
            read_by[zone] = hour_from(link)
        assert typed(read_by[zone], zone) == datetime.fromisoformat(link)
    assert read_by["Europe/Berlin"] == "2027-03-28T19:00" and read_by["America/New_York"] == "2027-03-28T13:00"


@pytest.mark.parametrize("link", ["", "soon", "2027-03-28T17:00", "9" * 500, "2027-13-01T00:00:00Z"])
def test_a_link_that_names_no_instant_fills_in_nothing(link: str) -> None:
    assert hour_from(link) == ""
