"""Revocation of logins: every ended login is announced by ``access_changed``, so that its open sockets are closed.

Logging out, ending a login from the list, a new password, logging in as somebody else, expiry: each deletes the row of
the login's session, and that deletion is what is listened to.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete

from accounts.signals import access_changed


def listen() -> None:
    """Connect the receiver for deleted sessions."""
    post_delete.connect(_login_ended, sender=Session, dispatch_uid="accounts.login_ended")


def _login_ended(instance: Session, **_: Any) -> None:
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id:
        access_changed.send(sender=Session, user_ids={UUID(user_id)})
