"""Which hours of a check-in somebody may be given notice of: put down and taken back with what is written of it.

An hour is all that is told. What comes of it takes nothing back, or a notice that is late would tell what did.
"""

from typing import Final
from uuid import UUID

from accounts.models import Membership
from accounts.notices import outbox
from sessions.models import LiveSession

# Who may be told of what, and when, hangs on these.
HANGS_ON: Final = frozenset({"starts_at", "apart", "ended_at", "couple"})


def keep_up(live_session: LiveSession) -> None:
    """Put down the hour that holds now of a check-in, or take back the one that no longer does, in this transaction."""
    if live_session.starts_at is None:
        return
    if live_session.ended_at is not None:
        if live_session.ended_at < live_session.starts_at:
            outbox.withdrawn(live_session.id)
    elif live_session.apart == "agreed" or (live_session.is_appointment and live_session.hosted):
        outbox.agreed(_people_of(live_session), live_session.id, live_session.starts_at)


def _people_of(live_session: LiveSession) -> set[UUID]:
    """Return who is expected: whoever has a seat, and the couple that it was planned for."""
    seated = live_session.seats.filter(left_at=None, user__isnull=False).values_list("user_id", flat=True)
    couple = Membership.objects.filter(couple=live_session.couple_id, left_at=None, user__isnull=False)
    return {user_id for user_id in (*seated, *couple.values_list("user_id", flat=True)) if user_id}
