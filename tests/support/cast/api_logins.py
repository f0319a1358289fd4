"""Logging in by the API, as a visitor who has an account."""

from typing import Any

from tests.support.cast.clients import Answer, call
from tests.support.cast.visitors import PASSWORD, Visitor


def log_in(visitor: Visitor, password: str = PASSWORD, **more: Any) -> Answer:
    """Log in by the API."""
    return call(visitor.server, "POST", "auth/login/", {"email": visitor.email, "password": password, **more})


def token_of(visitor: Visitor) -> str:
    """Return the token of a fresh login."""
    answer = log_in(visitor)
    assert answer.status == 200, answer.body
    token: str = answer.body["token"]
    return token
