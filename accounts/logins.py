"""Logins: making them, finding the one behind a key, and asking whether it is still valid.

The socket asks when it connects, every command before it writes, and the sweep every ten seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, get_user, login
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.session_store import SessionStore
from cycleproject.database import statements

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Login:
    """One login of one person. ``password`` is the stored hash at that time: the login ends when it changes.

    ``session_key`` is the digest that is stored, not the token that was presented.
    """

    user_id: UUID
    session_key: str
    password: str


def login_from_token(token: str | None) -> Login | None:
    """Return the login behind a session cookie or an X-Session-Token, or None; using it prolongs it."""
    if not token:
        return None
    request = HttpRequest()
    request.session = session = SessionStore.presented(token)
    user = get_user(request)
    if not isinstance(user, User):
        return None
    if session.is_due():
        session.prolong()
    assert session.session_key is not None, "it was found by it"
    return Login(user.id, session.session_key, user.password)


def still_valid(logins: Iterable[Login]) -> set[Login]:
    """Return those whose session exists, whose person is active and whose password has not changed."""
    asked = set(logins)
    if not asked:
        return set()
    found = statements.run(
        [_sessions_query({login.session_key for login in asked}), _users_query({login.user_id for login in asked})]
    )
    alive = {key for [key] in found[0]}
    passwords: dict[UUID, str] = dict(found[1])
    return {login for login in asked if login.session_key in alive and passwords.get(login.user_id) == login.password}


def _sessions_query(session_keys: set[str]) -> statements.Query:
    places, keys = statements.in_list(session_keys)
    source = f"{_SESSION} own WHERE own.session_key IN ({places}) AND own.expire_date > %s"
    given = [*statements.fields(Session, ("session_key",)) * len(keys), *statements.fields(Session, ("expire_date",))]
    return statements.rows(
        [statements.ModelColumns("own", Session, only=("session_key",))], source, given, [*keys, timezone.now()]
    )


def _users_query(user_ids: set[UUID]) -> statements.Query:
    places, ids = statements.in_list(user_ids)
    source = f"{_USER} own WHERE own.id IN ({places}) AND own.is_active = %s"
    given = [*statements.fields(User, ("id",)) * len(ids), *statements.fields(User, ("is_active",))]
    return statements.rows([statements.ModelColumns("own", User, only=("id", "password"))], source, given, [*ids, True])


def validity(login: Login, now: datetime) -> statements.Condition:
    """Return the condition, for a statement of the caller's, that a login is still valid."""
    values = (login.user_id, login.password, True, login.session_key, now)
    return statements.Condition(_IS_VALID, _IS_VALID_FIELDS, values)


_USER: Final = User._meta.db_table
_SESSION: Final = Session._meta.db_table
_IS_VALID: Final = f"""EXISTS (
    SELECT 1 FROM {_USER} WHERE id = %s AND password = %s AND is_active = %s
    AND EXISTS (SELECT 1 FROM {_SESSION} WHERE session_key = %s AND expire_date > %s)
)"""  # noqa: S608  table names, never values
_IS_VALID_FIELDS: Final = (
    *statements.fields(User, ("id", "password", "is_active")),
    *statements.fields(Session, ("session_key", "expire_date")),
)


def open_login(user: User) -> str:
    """Return the token of a new login for a client without cookies (its X-Session-Token)."""
    request = HttpRequest()
    request.session = session = SessionStore()
    login(request, user, backend=BACKEND)
    session.save()
    assert session.token is not None and session[BACKEND_SESSION_KEY]
    return session.token
