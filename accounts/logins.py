"""Whether somebody is still logged in: asked at connect, before every write, and by the sweep."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, get_user, login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from cycleproject import statements

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Login:
    """One login of one person. ``password`` is the stored hash it was made under: a changed one ends the login."""

    user_id: UUID
    session_key: str
    password: str


def login_from_key(session_key: str | None) -> Login | None:
    """Return the login behind a session cookie or an X-Session-Token, or None when it is not good."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User):
        return None
    return Login(user.id, session_key, user.password)


def still_good(logins: Iterable[Login]) -> set[Login]:
    """Return those whose session lives, whose person is active and whose password has not changed; two queries."""
    asked = set(logins)
    keys = {login.session_key for login in asked}
    live = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    people = {login.user_id for login in asked}
    passwords = dict(User.objects.filter(id__in=people, is_active=True).values_list("id", "password"))
    return {login for login in asked if login.session_key in live and passwords.get(login.user_id) == login.password}


def good(login: Login, now: datetime) -> statements.Column:
    """Ask whether one login is still good, beside whatever else is asked before every write."""
    return statements.Column(_GOOD, _GOOD_GIVEN, (login.user_id, login.password, True, login.session_key, now))


_GOOD: Final = f"""EXISTS (
    SELECT 1 FROM {User._meta.db_table} WHERE id = %s AND password = %s AND is_active = %s
    AND EXISTS (SELECT 1 FROM {Session._meta.db_table} WHERE session_key = %s AND expire_date > %s)
)"""  # noqa: S608  table names, never values
_GOOD_GIVEN: Final = (
    *statements.fields(User, ("id", "password", "is_active")),
    *statements.fields(Session, ("session_key", "expire_date")),
)


def log_in_guest(request: HttpRequest, first_name: str) -> User:
    """Make a guest and log this browser in as them."""
    guest = User.objects.create_guest(first_name)
    login(request, guest, backend=BACKEND)
    return guest


def open_login(user: User) -> str:
    """Return the key of a new login for a client without cookies (its X-Session-Token)."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=BACKEND)
    request.session.save()
    key = request.session.session_key
    assert key is not None and request.session[BACKEND_SESSION_KEY]
    return key
