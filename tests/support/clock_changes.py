"""The days on which clocks change in three zones, and what a clock on the wall shows, half hour by half hour.

The third zone moves by half an hour, on the other side of the year. Nothing here asks the code what an hour comes to:
the instants are gone through one after the other, and each is asked what the clock shows.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

HALF_AN_HOUR: Final = timedelta(minutes=30)
A_DAY: Final = timedelta(days=1)
HALF_HOURS: Final = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))


@dataclass(frozen=True)
class Change:
    """A change of the clock: the day in its zone, and by how much the clock goes forward."""

    zone: str
    on: date
    forward: timedelta

    @property
    def name(self) -> str:
        return f"{self.zone} {'forward' if self.forward > timedelta() else 'back'}"


CHANGES: Final = (
    Change("Europe/Berlin", date(2027, 3, 28), timedelta(hours=1)),
    Change("Europe/Berlin", date(2027, 10, 31), -timedelta(hours=1)),
    Change("America/New_York", date(2027, 3, 14), timedelta(hours=1)),
    Change("America/New_York", date(2027, 11, 7), -timedelta(hours=1)),
    Change("Australia/Lord_Howe", date(2027, 4, 4), -HALF_AN_HOUR),
    Change("Australia/Lord_Howe", date(2027, 10, 3), HALF_AN_HOUR),
)


@cache
def shown(change: Change) -> dict[tuple[date, time], list[datetime]]:
    """Return the instants at which the clock shows each half hour, from three weeks before a change to three after."""
    zone = ZoneInfo(change.zone)
    at = datetime.combine(change.on - 22 * A_DAY, time(), UTC)
    found: dict[tuple[date, time], list[datetime]] = {}
    while at.date() <= change.on + 22 * A_DAY:
        here = at.astimezone(zone)
        found.setdefault((here.date(), here.time()), []).append(at)
        at += HALF_AN_HOUR
    return found


def skipped_hours(change: Change) -> list[time]:
    """Return the half hours that the clock leaves out on the day of the change."""
    return [at for at in HALF_HOURS if (change.on, at) not in shown(change)]


def doubled_hours(change: Change) -> list[time]:
    """Return the half hours that the clock shows twice on the day of the change."""
    return [at for at in HALF_HOURS if len(shown(change).get((change.on, at), [])) == 2]


def once(change: Change, on: date, at: time) -> datetime:
    """Return the one instant that is meant: the first that shows it, else as much later as the clock went forward."""
    if instants := shown(change).get((on, at)):
        return instants[0]
    later = (datetime.combine(on, at) + change.forward).time()
    return shown(change)[on, later][0]
