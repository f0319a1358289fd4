"""When a therapist last met a couple here, and meets them next: only in check-ins that this therapist hosts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from sessions.models import LiveSession
from sessions.state import LIFETIME


@dataclass(frozen=True, slots=True)
class Meetings:
    """The last check-in that is over, the next one that is planned, and one that is open."""

    last_at: datetime | None = None
    next_at: datetime | None = None
    open_id: UUID | None = None


def meetings_with(therapist: User, couple_ids: Collection[UUID], now: datetime | None = None) -> dict[UUID, Meetings]:
    """Return the meetings with each couple, by its id. Whoever asks has asked for the consent already."""
    now = now or timezone.now()
    hosted = LiveSession.objects.filter(
        couple__in=couple_ids, seats__user=therapist, seats__name="host", seats__left_at=None
    )
    found: dict[UUID, Meetings] = {}
    for live_session in hosted.order_by("created_at"):
        couple_id = live_session.couple_id
        assert couple_id is not None
        known = found.get(couple_id, Meetings())
        if live_session.ended_at is None and live_session.created_at + LIFETIME > now:
            found[couple_id] = Meetings(known.last_at, known.next_at, live_session.id)
        else:
            found[couple_id] = Meetings(live_session.created_at, known.next_at, known.open_id)
    return found
