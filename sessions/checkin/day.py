"""The day that a check-in has, whether it was started at once or planned: the one rule of when it ends by itself."""

from datetime import datetime
from typing import Final

from sessions.checkin.apart import OPEN_FOR
from sessions.checkin.state import LIFETIME, OPEN_BEFORE

# How long after it took place a round can still open in it: a day until both are in, or until an agreed hour is carried
# out, and as long as it is then open.
LONGEST: Final = LIFETIME + OPEN_FOR


def begins_at(created_at: datetime, starts_at: datetime | None) -> datetime:
    """Return when its room opens: when it was made, or shortly before the time it was planned for."""
    return created_at if starts_at is None else starts_at - OPEN_BEFORE


def over_at(opens_at: datetime, both_in_at: datetime | None, *, opened_apart: bool = False) -> datetime:
    """Return when its day is over: counted from its opening while one waits alone, from then on from when both were in.

    Whoever comes late has a day, too; whoever had a seat before it opened has no less of one. What two sealed apart
    stays open for longer, from when it opened.
    """
    if opened_apart and both_in_at:
        return both_in_at + OPEN_FOR
    return max(opens_at, both_in_at or opens_at) + LIFETIME
