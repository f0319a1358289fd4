"""When a notice has to wait, and when it is too late for it: by the clock of its person, also where that changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.notices.times import late_at, next_try, quiet_ends_at

BERLIN, NEW_YORK, LORD_HOWE = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"))


def utc(*of: int) -> datetime:
    """Return a moment of 2026."""
    return datetime(2026, *of, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "begins", "ends", "until"),
    [
        (utc(1, 10, 20, 59), time(22), time(7), None),
        (utc(1, 10, 21, 0), time(22), time(7), utc(1, 11, 6, 0)),
        (utc(1, 11, 5, 59), time(22), time(7), utc(1, 11, 6, 0)),
        (utc(1, 11, 6, 0), time(22), time(7), None),
        (utc(1, 10, 12, 30), time(13), time(14), utc(1, 10, 13, 0)),
        (utc(1, 10, 13, 0), time(13), time(14), None),
        (utc(1, 10, 12, 30), time(9), time(9), None),
        (utc(1, 10, 12, 30), None, None, None),
    ],
)
def test_it_waits_from_the_first_minute_to_the_last(
    now: datetime, begins: time | None, ends: time | None, until: datetime | None
) -> None:
    assert quiet_ends_at(now, begins, ends, BERLIN) == until


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        (utc(3, 28, 22, 0), BERLIN, utc(3, 29, 5, 0)),  # an hour is left out that night
        (utc(10, 24, 21, 0), BERLIN, utc(10, 25, 6, 0)),  # an hour comes twice
        (utc(3, 8, 4, 0), NEW_YORK, utc(3, 8, 11, 0)),
        (utc(11, 1, 4, 0), NEW_YORK, utc(11, 1, 12, 0)),
        (utc(4, 4, 12, 0), LORD_HOWE, utc(4, 4, 20, 30)),  # half an hour comes twice
    ],
)
def test_the_end_is_by_the_clock_of_that_morning(now: datetime, zone: ZoneInfo, until: datetime) -> None:
    assert quiet_ends_at(now, time(22), time(7), zone) == until


def test_an_end_that_comes_twice_is_never_before_now() -> None:
    """At 02:30 for the second time, quiet until 02:45: the first 02:45 is over."""
    now = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1).astimezone(UTC)
    ends_at = quiet_ends_at(now, time(2), time(2, 45), BERLIN)
    assert ends_at and ends_at.astimezone(UTC) == now + timedelta(minutes=15)


def test_it_is_too_late_sooner_for_what_comes_before() -> None:
    due = utc(1, 10, 18, 0)
    assert late_at("hour", due) - due == timedelta(hours=1)
    assert late_at("before", due) < late_at("hour", due) < late_at("accepted", due)


def test_each_try_comes_later_and_never_before_it_was_asked_for() -> None:
    now = utc(1, 10, 18, 0)
    pauses = [(next_try(now, tries, None) - now).total_seconds() for tries in range(4)]
    assert pauses == [15, 60, 240, 960]
    assert next_try(now, 0, 900.0) == now + timedelta(minutes=15)
    assert next_try(now, 3, 1.0) == now + timedelta(seconds=960)
