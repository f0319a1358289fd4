"""What happens to live sessions when somebody's access goes: the one place that hears of it from accounts."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Membership, User
from accounts.signals import access_changed, erasing, leaving, renamed
from sessions import erasure, notify, seating


def listen() -> None:
    """Connect the receivers."""
    access_changed.connect(_access_changed, dispatch_uid="live_sessions.access_changed")
    renamed.connect(_renamed, dispatch_uid="live_sessions.renamed")
    leaving.connect(_leaving, dispatch_uid="live_sessions.leaving")
    erasing.connect(_erasing, dispatch_uid="live_sessions.erasing")


def _access_changed(sender: Any, user_ids: set[UUID], **_: Any) -> None:
    """End what a couple that is no more had going on, in the same transaction, then look at those people's sockets."""
    together = Membership.objects.filter(user_id__in=user_ids, left_at=None).values_list("couple_id", flat=True)
    seating.end_sessions_outside(user_ids, couples=set(together), now=timezone.now())
    notify.access_changed(user_ids)


def _renamed(sender: Any, user: User, **_: Any) -> None:
    seating.rename(user)


def _leaving(sender: Any, user: User, **_: Any) -> None:
    erasure.end_everything_of(user, timezone.now())


def _erasing(sender: Any, user: User, **_: Any) -> None:
    erasure.erase_person(user)
