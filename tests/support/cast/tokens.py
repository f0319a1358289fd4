"""Django's test client, whose cookie is the token of a login and not the key under which it is stored."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from accounts.session_store import SessionStore


def let_test_clients_present_tokens() -> None:
    """Teach Django's test client what our browsers do: it takes what is stored for what is presented."""
    Client.session = property(_session)  # type: ignore[assignment, method-assign]
    Client._set_login_cookies = _set_login_cookies  # type: ignore[attr-defined]


def _session(client: Client) -> SessionStore:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie:
        return SessionStore.presented(cookie.value)
    session = SessionStore()
    session.save()
    _present(client, session)
    return session


def _set_login_cookies(client: Client, request: HttpRequest) -> None:
    _present(client, request.session)


def _present(client: Client, session: Any) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = session.token
    client.cookies[settings.SESSION_COOKIE_NAME]["path"] = "/"
