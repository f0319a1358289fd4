"""A couple's rhythm: when it comes next, and what holds once both have said the same. Pure.

A time comes once on each of its days, by the clock on a wall in the couple's zone. Where clocks change it is read as
calendars read it (RFC 5545, 3.3.5): an hour that a day skips is counted from the offset before, so that 02:30 comes at
03:30; an hour that a day has twice is the first of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

A_DAY: Final = timedelta(days=1)
A_WEEK: Final = timedelta(weeks=1)
# For how many weeks a pause may be taken; pages offer two of them.
LONGEST_PAUSE: Final = 12
PAUSES_OFFERED: Final = (2, 4)

Every = Literal[1, 2]
Seat = Literal["a", "b"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A day of the week (0 is Monday), a time on the wall, the zone of that wall, and every how many weeks.

    Where it is every second week, ``week`` is the Monday of one that has it, and None else. ``zone`` is empty in one
    from before zones: of that nobody knows which instant it means.
    """

    day: int
    at: time
    zone: str
    every: Every = 1
    week: date | None = None

    def same_as(self, other: "Rhythm") -> bool:
        """Tell whether both fall on the same days at the same time; of second weeks any may be named."""
        if (self.day, self.at, self.zone, self.every) != (other.day, other.at, other.zone, other.every):
            return False
        return self.week is None or other.week is None or (self.week - other.week) % (2 * A_WEEK) == timedelta()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a rhythm: its day in the couple's zone, and the instant."""

    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A rhythm that one of the two has said and the other has not."""

    by: Seat
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds, what one of the two would rather have, the day up to which it is skipped, and the end of a pause."""

    held: Rhythm | None = None
    asked: Asked | None = None
    skipped: date | None = None
    paused_until: date | None = None


class NotNext(Exception):
    """The day that somebody would skip is not the next one any more."""


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def first_day(rhythm: Rhythm, on: date) -> date:
    """Return the first day of a rhythm from a day on."""
    return next(_days(rhythm, on))


def instant(on: date, at: time, zone: str) -> datetime:
    """Return the one instant at which a clock in a zone shows a time on a day, in UTC."""
    return datetime.combine(on, at.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def next_time(standing: Standing, now: datetime) -> Occurrence | None:
    """Return the next time after now that is neither skipped nor within a pause; None where no instant is known."""
    rhythm = standing.held
    if rhythm is None or not rhythm.zone:
        return None
    # A whole day may be missing where a zone crosses the date line: the time of yesterday can still be to come.
    first = now.astimezone(ZoneInfo(rhythm.zone)).date() - A_DAY
    if standing.skipped:
        first = max(first, standing.skipped + A_DAY)
    if standing.paused_until:
        first = max(first, standing.paused_until)
    times = (Occurrence(on, instant(on, rhythm.at, rhythm.zone)) for on in _days(rhythm, first))
    return next(one for one in times if one.at > now)


def say(standing: Standing, seat: Seat, said: Rhythm) -> Standing:
    """Return what comes of one of the two saying a rhythm: it holds once both have said the same.

    Who says the one that holds keeps it, and takes a question about it back. A new one begins without skips and pauses.
    """
    if standing.held and standing.held.same_as(said):
        return keep(standing)
    if standing.asked and standing.asked.by != seat and standing.asked.rhythm.same_as(said):
        return Standing(held=said)
    return replace(standing, asked=Asked(seat, said))


def keep(standing: Standing) -> Standing:
    """Return it as it holds, without a question about it."""
    return replace(standing, asked=None)


def skip(standing: Standing, on: date, now: datetime) -> Standing:
    """Return it with one time skipped, named by its day; again is the same. Raises NotNext, also within a pause."""
    if is_skipped(standing, on, now):
        return standing
    following = next_time(standing, now)
    # Skipped up to a day after a pause, whoever resumes would find skipped what nobody has.
    if following is None or following.on != on or is_paused(standing, now):
        raise NotNext
    return replace(standing, skipped=on)


def bring_back(standing: Standing, on: date, now: datetime) -> Standing:
    """Return it with a skipped time back, and those after it; of what is over or not skipped nothing changes."""
    if standing.held is None or not is_skipped(standing, on, now):
        return standing
    before = on - standing.held.every * A_WEEK
    return replace(standing, skipped=before if is_skipped(standing, before, now) else None)


def is_skipped(standing: Standing, on: date, now: datetime) -> bool:
    """Tell whether a day of the rhythm is still to come, and skipped."""
    held = standing.held
    if held is None or not held.zone or standing.skipped is None:
        return False
    if not now.date() - 2 * A_DAY <= on <= standing.skipped:
        return False  # days of other times, such as the first there is, have no instant
    return first_day(held, on) == on and instant(on, held.at, held.zone) > now


def pause(standing: Standing, weeks: int, now: datetime) -> Standing:
    """Return it paused for some weeks from today on; one that is paused for longer stays so."""
    if standing.held is None or not standing.held.zone:
        return standing
    until = now.astimezone(ZoneInfo(standing.held.zone)).date() + weeks * A_WEEK
    return replace(standing, paused_until=max(until, standing.paused_until or until))


def resume(standing: Standing) -> Standing:
    """Return it without a pause."""
    return replace(standing, paused_until=None)


def is_paused(standing: Standing, now: datetime) -> bool:
    """Tell whether a pause still goes on."""
    if standing.held is None or not standing.held.zone or standing.paused_until is None:
        return False
    return now.astimezone(ZoneInfo(standing.held.zone)).date() < standing.paused_until


def _days(rhythm: Rhythm, first: date) -> Iterator[date]:
    """Go through the days of a rhythm, from a day on."""
    on = first + timedelta(days=(rhythm.day - first.weekday()) % 7)
    if rhythm.week and (monday_of(on) - rhythm.week) % (2 * A_WEEK):
        on += A_WEEK
    while True:
        yield on
        on += rhythm.every * A_WEEK
