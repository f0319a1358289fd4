"""When a therapist last met a couple here, and meets them next: only in check-ins that this therapist hosts."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from sessions.models import LiveSession


@dataclass(frozen=True, slots=True)
class Meetings:
    """The last check-in that is over, the next one that is planned, and one that is open."""

    last_at: datetime | None = None
    next_at: datetime | None = None
    open_id: UUID | None = None
    next_id: UUID | None = None


def meetings_with(therapist: User, couple_ids: Collection[UUID], now: datetime | None = None) -> dict[UUID, Meetings]:
    """Return the meetings with each couple, by its id. Whoever asks has asked for the consent already."""
    now = now or timezone.now()
    hosted = LiveSession.objects.filter(
        couple__in=couple_ids, seats__user=therapist, seats__name="host", seats__left_at=None
    )
    found: dict[UUID, Meetings] = {}
    for live_session in sorted(hosted, key=lambda one: one.opens_at):
        couple_id = live_session.couple_id
        assert couple_id is not None
        known = found.get(couple_id, Meetings())
        if live_session.ended_at is not None or live_session.expires_at <= now:
            # What was called off before its day came was no meeting.
            if live_session.opens_at <= now:
                found[couple_id] = replace(known, last_at=live_session.starts_at or live_session.created_at)
        elif live_session.opens_at <= now:
            found[couple_id] = replace(known, open_id=live_session.id)
        else:
            if known.next_at is None:
                found[couple_id] = replace(known, next_at=live_session.starts_at, next_id=live_session.id)
    return found
