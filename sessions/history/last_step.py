"""One's own small step of the last check-in, which the first page asks about."""

from datetime import datetime, timedelta
from typing import Final

from accounts.models import User
from sessions.history.readers import reader_for
from sessions.history.rounds import rounds_of
from sessions.models import Step

# A step of longer ago is history, and nobody is asked about it.
ASKED_FOR: Final = timedelta(days=60)


def last_step_of(person: User, now: datetime) -> Step | None:
    """Return the newest step that somebody chose in a check-in that is over; none of a couple that is no more."""
    reader = reader_for(person, now=now)
    if reader is None or reader.seat is None or reader.parted:
        return None
    rounds = rounds_of(reader).filter(live_session__ended_at__isnull=False, opened_at__gte=now - ASKED_FOR)
    return Step.objects.filter(seat=reader.seat, round__in=rounds).order_by("-round__opened_at").first()
