"""Guests who have left the one browser that they were known in: nobody can come back as them.

A guest has no password. Whoever is met again by "Again with …" would wait for them in vain, so it is written down.
"""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from accounts.login.middleware import hidden_guest
from accounts.models import User


def listen() -> None:
    """Listen for guests who log out, and for logins that take a guest's place."""
    user_logged_out.connect(_logged_out, dispatch_uid="accounts.guest_logged_out")
    user_logged_in.connect(_somebody_else_logged_in, dispatch_uid="accounts.guest_left_behind")


def leave_browser_to_somebody_else(request: HttpRequest) -> None:
    """End the login of the guest behind a page of allauth's: somebody else goes on here."""
    guest = hidden_guest(request)
    if guest:
        request.user = guest
        logout(request)
        request.guest = None  # type: ignore[attr-defined]


def _logged_out(user: Any, **_: Any) -> None:
    if isinstance(user, User):
        _close(user)


def _somebody_else_logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    guest = hidden_guest(request)
    if guest and guest != user:
        _close(guest)


def _close(person: User) -> None:
    # Who has signed up comes back by the link in their mail.
    User.objects.filter(pk=person.pk, email=None, signed_up_at=None).update(is_active=False)
