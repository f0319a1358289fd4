"""The day that a check-in has, whether it was started at once or planned: the one rule of when it ends by itself."""

from datetime import datetime

from sessions.checkin.state import LIFETIME, OPEN_BEFORE


def begins_at(created_at: datetime, starts_at: datetime | None) -> datetime:
    """Return when its room opens: when it was made, or shortly before the time it was planned for."""
    return created_at if starts_at is None else starts_at - OPEN_BEFORE


def over_at(opens_at: datetime, both_in_at: datetime | None) -> datetime:
    """Return when its day is over: counted from its opening while one waits alone, from then on from when both were in.

    Whoever comes late has a day, too; whoever had a seat before it opened has no less of one.
    """
    return max(opens_at, both_in_at or opens_at) + LIFETIME
