"""One's own small step of the last check-in, which the first page asks about."""

from datetime import datetime, timedelta
from typing import Final

from accounts.models import User
from sessions.history.readable import ChosenStep, newest_with_step
from sessions.history.readers import reader_for

# A step of longer ago is history, and nobody is asked about it.
ASKED_FOR: Final = timedelta(days=60)


def last_step_of(person: User, now: datetime) -> ChosenStep | None:
    """Return the newest step that somebody chose in a check-in that is over; none of a couple that is no more."""
    reader = reader_for(person, now=now)
    if reader is None or reader.seat is None or reader.parted:
        return None
    seen = newest_with_step(reader, reader.seat, now - ASKED_FOR)
    return seen.steps[reader.seat] if seen else None
