"""Revocation of logins: every ended login is announced by ``access_changed``, so that its open sockets are closed.

Logging out, ending a login from the list, a new password, logging in as somebody else, expiry: each deletes the row of
the login's session, and that deletion is what is listened to. Showing again who one is ends the token of before.
"""

from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete
from django.http import HttpRequest, HttpResponse

from accounts.models import PushSubscription
from accounts.signals import access_changed
from cycleproject.web.limits import View


def listen() -> None:
    """Connect the receiver for deleted sessions."""
    post_delete.connect(_login_ended, sender=Session, dispatch_uid="accounts.login_ended")


def _login_ended(instance: Session, **_: Any) -> None:
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id:
        access_changed.send(sender=Session, user_ids={UUID(user_id)})


def renewed_when_shown_again(view: View) -> View:
    """Give a login a new token when its person shows again that it is them: the token of before opens nothing.

    Otherwise whoever had copied it before would, for those minutes, decide about passwords and deletion with them.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = _times_shown_again(request)
        response = view(request, *args, **kwargs)
        if _times_shown_again(request) - before:
            _renew(request)
        return response

    return answer


def _times_shown_again(request: HttpRequest) -> set[float]:
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return {record["at"] for record in records if record.get("reauthenticated")}


def _renew(request: HttpRequest) -> None:
    before = request.session.session_key
    with transaction.atomic():
        request.session.cycle_key()
        for kept in (UserSession, PushSubscription):
            kept.objects.filter(session_key=before).update(session_key=request.session.session_key)
