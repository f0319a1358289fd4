"""When a login ends: told here for every way there is, because each of them deletes the login's row.

Logging out, changing the password, ending a login from the list, logging in as somebody else, running out: each leaves
open sockets behind, which whoever listens to ``access_changed`` closes.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete

from accounts.signals import access_changed


def listen() -> None:
    """Connect the receiver."""
    post_delete.connect(_login_ended, sender=Session, dispatch_uid="accounts.login_ended")


def _login_ended(instance: Session, **_: Any) -> None:
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id:
        access_changed.send(sender=Session, user_ids={UUID(user_id)})
