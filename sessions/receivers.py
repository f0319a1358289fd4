"""Receivers of the signals from ``accounts``: changed access, new names, people who leave or are erased."""

from typing import Any
from uuid import UUID

from accounts.models import Membership, User
from accounts.signals import access_changed, erasing, leaving, renamed
from sessions.privacy import erasure
from sessions.store import broadcast, system_changes


def listen() -> None:
    """Connect every receiver; called once, when the app is ready."""
    access_changed.connect(_access_changed, dispatch_uid="live_sessions.access_changed")
    renamed.connect(_renamed, dispatch_uid="live_sessions.renamed")
    leaving.connect(_leaving, dispatch_uid="live_sessions.leaving")
    erasing.connect(_erasing, dispatch_uid="live_sessions.erasing")


def _access_changed(sender: Any, user_ids: set[UUID], **_: Any) -> None:
    """Remove hosts without access and end check-ins of couples that are over; after the commit, recheck sockets."""
    # Before anything ends: a host who may no longer listen is not shown the ending either.
    system_changes.recheck_hosts_of(user_ids)
    together = Membership.objects.filter(user_id__in=user_ids, left_at=None).values_list("couple_id", flat=True)
    system_changes.end_outside(user_ids, couples=set(together))
    broadcast.access_changed(user_ids)


def _renamed(sender: Any, user: User, **_: Any) -> None:
    system_changes.rename(user)


def _leaving(sender: Any, user: User, **_: Any) -> None:
    system_changes.let_go_of_host(user)
    system_changes.end_everything_of(user)


def _erasing(sender: Any, user: User, **_: Any) -> None:
    erasure.erase_person(user)
