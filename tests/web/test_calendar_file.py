"""Files for a calendar: one writer; the same entry keeps its name, and what has changed says so (RFC 5545)."""

import re
from datetime import UTC, date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.couple import rhythm
from accounts.couple.rhythm_times import Rhythm
from sessions.joining import appointments, start
from sessions.store import system_changes
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db

WEEKLY = "/history/keeping/our-time.ics"


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben."""
    return pair()


def entry(phone: Client, path: str = WEEKLY) -> dict[str, str]:
    """Return the lines of a calendar file by their names."""
    answer = phone.get(path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    assert text.endswith("END:VCALENDAR\r\n") and not re.search(r"(?<!\r)\n", text)
    return dict(line.split(":", 1) for line in text.replace("\r\n ", "").split("\r\n") if line)


def both_say(two: Pair, day: str, at: str, **more: str) -> None:
    """Let both say a rhythm."""
    for person in (two.a, two.b):
        assert phone_of(person).post("/couple/rhythm/", {"day": day, "time": at, **more}).status_code == 302


# The rhythm.


def test_downloading_it_again_is_the_same_entry_to_the_byte(two: Pair) -> None:
    both_say(two, "2", "19:30")
    files = [phone_of(person).get(WEEKLY).content for person in (two.a, two.a, two.b)]
    assert files[0] == files[1] == files[2]


def test_a_changed_time_is_a_later_version_of_the_same_entry(two: Pair) -> None:
    phone = phone_of(two.a)
    both_say(two, "2", "19:30")
    first = entry(phone)
    both_say(two, "2", "19:30")
    assert entry(phone) == first, "the same time again is no change"
    other = {"day": "4", "time": "20:00"}
    phone_of(two.b).post("/couple/rhythm/", other)
    assert entry(phone) == first, "what one of the two has said changes nothing yet"
    phone.post("/couple/rhythm/", other)
    second = entry(phone)
    assert first["UID"] == second["UID"]
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert second["DTSTAMP"] >= first["DTSTAMP"] and second["DTSTART"].endswith("T200000")
    phone.post("/couple/rhythm/", {"day": ""})
    both_say(two, "4", "20:00")
    third = entry(phone)
    assert third["UID"] == first["UID"] and int(third["SEQUENCE"]) > int(second["SEQUENCE"])


def test_it_names_neither_the_couple_nor_another_one(two: Pair) -> None:
    others = pair("Cleo", "Dan")
    for one in (two, others):
        both_say(one, "0", "08:00")
    uids = [entry(phone_of(one.a))["UID"] for one in (two, others)]
    assert uids[0] != uids[1]
    assert not any(str(two.couple.id) in uid or two.couple.id.hex in uid for uid in uids)


@pytest.mark.parametrize("at", [time(2, 30), time(1, 30), time(0, 0), time(23, 59)])
def test_its_hour_is_that_of_the_clock_on_the_wall_whatever_clocks_do(two: Pair, at: time) -> None:
    """No zone and no offset: in an hour that is skipped or doubled a calendar does what it does for any other entry."""
    for person in (two.a, two.b):
        rhythm.say(person, Rhythm(6, at, "Europe/Berlin"))
    lines = entry(phone_of(two.a))
    assert re.fullmatch(rf"\d{{8}}T{at:%H%M}00", lines["DTSTART"])
    assert date.fromisoformat(f"{lines['DTSTART'][:4]}-{lines['DTSTART'][4:6]}-{lines['DTSTART'][6:8]}").weekday() == 6
    assert lines["RRULE"] == "FREQ=WEEKLY" and lines["DURATION"] == "PT30M"


@pytest.mark.parametrize(
    ("day", "at"),
    [("\uff11", "08:00"), ("1", "2026-01-01"), ("1", "8"), ("1", "0800"), ("1", "08:00+14:00"), ("9" * 5000, "08:00")],
)
def test_what_is_no_day_and_hour_sets_nothing(two: Pair, day: str, at: str) -> None:
    answer = phone_of(two.a).post("/history/keeping/weekly/", {"day": day, "time": at}, follow=True)
    assert "Please choose both a day and a time." in answer.content.decode()
    two.couple.refresh_from_db()
    assert (two.couple.weekly_day, two.couple.weekly_asked_day) == (None, None)


def test_every_second_week_begins_in_one_of_its_weeks(two: Pair) -> None:
    monday = date(2026, 12, 7)
    for offset in (0, 1):
        both_say(two, "2", "19:30", every=f"2 {monday + timedelta(weeks=offset)}")
        lines = entry(phone_of(two.b))
        first = date.fromisoformat(f"{lines['DTSTART'][:4]}-{lines['DTSTART'][4:6]}-{lines['DTSTART'][6:8]}")
        assert lines["RRULE"] == "FREQ=WEEKLY;INTERVAL=2"
        assert first.weekday() == 2 and (first - monday).days // 7 % 2 == offset


# A planned check-in.


def test_a_planned_check_in_is_one_entry_and_says_when_it_is_called_off(two: Pair) -> None:
    at = timezone.now().replace(microsecond=0) + timedelta(days=3)
    plan = start.start_for_couple(two.a, two.couple, starts_at=at, title="Żółw, on Thursday").live_session
    path = f"/sessions/{plan.id}/appointment.ics"
    first = entry(phone_of(two.a), path)
    assert first == entry(phone_of(two.b), path)
    assert (first["UID"], first["SEQUENCE"]) == (str(plan.id), "0")
    assert first["DTSTART"] == f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" and "STATUS" not in first
    system_changes.end([plan.id])
    second = entry(phone_of(two.a), path)
    assert (second["UID"], second["SEQUENCE"], second["STATUS"]) == (str(plan.id), "1", "CANCELLED")


def test_each_file_is_a_whole_calendar_of_which_later_ones_are_newer(two: Pair) -> None:
    """Planned, moved, moved, called off: one UID, a SEQUENCE and a DTSTAMP that rise, and a METHOD (RFC 5546)."""
    at = timezone.now().replace(microsecond=0) + timedelta(days=3)
    plan = start.start_for_couple(two.a, two.couple, starts_at=at).live_session
    path, phone = f"/sessions/{plan.id}/appointment.ics", phone_of(two.b)
    files = [parsed(phone.get(path))]
    for days in (1, 2):
        appointments.move(two.a, plan.id, at + timedelta(days=days))
        files.append(parsed(phone.get(path)))
    appointments.call_off(two.b, plan.id)
    files.append(parsed(phone.get(path)))
    assert [file["METHOD"] for file in files] == ["PUBLISH"] * 3 + ["CANCEL"]
    events = [file["VEVENT"] for file in files]
    assert len({event["UID"] for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == ["0", "1", "2", "3"]
    assert [event.get("STATUS") for event in events] == [None, None, None, "CANCELLED"]
    stamps = [event["DTSTAMP"] for event in events]
    assert stamps == sorted(stamps)
    moved_to = [f"{at + timedelta(days=days):%Y%m%dT%H%M%SZ}" for days in (0, 1, 2, 2)]
    assert [event["DTSTART"] for event in events] == moved_to
    assert {event["ORGANIZER"] for event in events} == {"mailto:nobody@calendar.invalid"}
    assert parsed(phone_of(two.a).get(path)) == files[-1], "the same to both"


def parsed(answer: Any) -> dict[str, Any]:
    """Read a calendar as a program does: unfolded lines, components in one another, what must be there and once."""
    text = answer.content.decode()
    assert answer.status_code == 200 and all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    root: dict[str, Any] = {}
    within = [root]
    for line in text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        name, value = line.split(":", 1)
        name = name.partition(";")[0]
        if name == "BEGIN":
            within[-1][value] = {}
            within.append(within[-1][value])
        elif name == "END":
            within.pop()
        else:
            assert name not in within[-1], f"{name} twice"
            within[-1][name] = value
    assert within == [root], "each component ends"
    calendar: dict[str, Any] = root["VCALENDAR"]
    assert calendar["VERSION"] == "2.0" and {"PRODID", "METHOD"} <= set(calendar)
    assert f"method={calendar['METHOD']}" in answer["Content-Type"]
    # What RFC 5545 asks of every event, and RFC 5546 of these two methods.
    assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "ORGANIZER"} <= set(calendar["VEVENT"])
    return calendar


def test_one_that_took_place_is_not_called_off(two: Pair) -> None:
    now = timezone.now()
    plan = start.start_for_couple(two.a, two.couple, now, starts_at=now + timedelta(minutes=5)).live_session
    system_changes.end([plan.id], now + timedelta(hours=1))
    assert "STATUS" not in entry(phone_of(two.a), f"/sessions/{plan.id}/appointment.ics")
