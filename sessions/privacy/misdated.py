"""What was made under a wrong clock and says so by its date: its day counts from when the clock was put right.

Guests who came while a board was a month behind would be erased in the middle of their evening; those who came while it
was ten years ahead would be kept for ten years, with their check-ins and logins. What people look back on keeps its
date.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Model, Q

from accounts.models import CareInvitation, Invitation, Receipt, UnsentWords, User
from sessions.models import LiveSession
from sessions.store import system_changes
from sessions.store.clock import A_LITTLE_BACK

# What lasts for a time from when it was made.
LASTING: Final[tuple[tuple[type[Model], str], ...]] = (
    (User, "created_at"),
    (User, "signed_up_at"),
    (Invitation, "created_at"),
    (CareInvitation, "created_at"),
    (Receipt, "created_at"),
    (UnsentWords, "created_at"),
)


def count_from_now(now: datetime, doubted_since: datetime | None) -> None:
    """Let what has a date by a wrong clock count from now.

    ``doubted_since``: the last time seen before the clock came into doubt. What would have gone by then came after it.
    """
    ahead = now + 2 * A_LITTLE_BACK
    for model, column in LASTING:
        model._default_manager.filter(**{f"{column}__gt": ahead}).update(**{column: now})
    lasts = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.filter(expire_date__gt=ahead + lasts).update(expire_date=now + lasts)
    by_it = Q(created_at__gt=ahead) | Q(both_in_at__gt=ahead)
    check_ins = list(LiveSession.objects.filter(by_it, ended_at=None).values_list("id", flat=True))
    if doubted_since is not None and doubted_since <= now:
        # A plan has a time of its own.
        User.objects.unclaimed(doubted_since).update(created_at=now)
        check_ins += LiveSession.objects.run_out(doubted_since).filter(starts_at=None).values_list("id", flat=True)
    if check_ins:
        system_changes.begin_again(check_ins, now)
