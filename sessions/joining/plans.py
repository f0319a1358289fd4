"""For when a check-in may be planned: one rule, whoever plans it and by whichever way."""

from datetime import datetime, timedelta
from typing import Final

AHEAD: Final = timedelta(days=366)


class BadTime(Exception):
    """A check-in is planned for a time to come, within a year."""


def check_time(starts_at: datetime | None, now: datetime) -> None:
    """Raise BadTime for what cannot be planned."""
    if starts_at is not None and not now <= starts_at <= now + AHEAD:
        raise BadTime
