"""What happens to live sessions when somebody's access goes: the one place that hears of it from accounts."""

from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.utils import timezone

from accounts.models import Membership, User
from accounts.signals import access_changed, renamed
from sessions import notify, seating


def listen() -> None:
    """Connect the receivers."""
    access_changed.connect(_access_changed, dispatch_uid="live_sessions.access_changed")
    renamed.connect(_renamed, dispatch_uid="live_sessions.renamed")
    user_logged_out.connect(_logged_out, dispatch_uid="live_sessions.logged_out")


def _access_changed(sender: Any, user_ids: set[UUID], **_: Any) -> None:
    """End what a couple that is no more had going on, in the same transaction, then look at those people's sockets."""
    together = Membership.objects.filter(user_id__in=user_ids, left_at=None).values_list("couple_id", flat=True)
    seating.end_sessions_outside(user_ids, couples=set(together), now=timezone.now())
    notify.access_changed(user_ids)


def _logged_out(sender: Any, user: User | None, **_: Any) -> None:
    if user is not None:
        notify.access_changed({user.pk})


def _renamed(sender: Any, user: User, **_: Any) -> None:
    seating.rename(user)
