"""When a notice is due, when it is too late for it, and when it has to wait; pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models.notices import NoticeKind

BEFORE: Final = timedelta(hours=1)
# After how long a notice is forgotten: it would only puzzle whoever gets it.
LATE_AFTER: Final[Mapping[NoticeKind, timedelta]] = MappingProxyType(
    {"hour": timedelta(hours=1), "before": timedelta(minutes=30), "accepted": timedelta(hours=24)}
)
FIRST_TRY_AGAIN: Final = timedelta(seconds=15)


def late_at(kind: NoticeKind, due_at: datetime) -> datetime:
    """Return from when on it is too late."""
    return due_at + LATE_AFTER[kind]


def quiet_ends_at(now: datetime, begins: time | None, ends: time | None, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours end that it is in; None where it is in none. Both are by the clock of the zone."""
    if begins is None or ends is None or begins == ends:
        return None
    local = now.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    over_midnight = ends < begins
    is_quiet = (at >= begins or at < ends) if over_midnight else begins <= at < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and at >= begins else 0)
    end = datetime.combine(day, ends, zone)
    # In an hour that comes twice, the later one: else it would be over before it is.
    return end if end.astimezone(now.tzinfo) > now else end.replace(fold=1)


def next_try(now: datetime, tries: int, asked_to_wait: float | None) -> datetime:
    """Return when to try again: four times as long each time, and never before whoever refused asked for it."""
    pause: timedelta = FIRST_TRY_AGAIN * 4 ** min(tries, 8)
    return now + max(pause, timedelta(seconds=asked_to_wait or 0.0))
