"""What somebody does without a browser: asking the API, sending a command, saying an hour."""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.test import Client

from accounts.logins import login_from_token
from accounts.models import User
from sessions.checkin import wire
from sessions.store import execute
from tests.support.cast.api_world import fresh_login


def api(user: User, method: str, path: str, body: Any = None) -> Any:
    """Ask the API, with a login of its own."""
    headers = {"X-Session-Token": fresh_login(user)}
    sent = b"" if body is None else orjson.dumps(body)
    return Client().generic(method, f"/api/v1/{path}", sent, "application/json", headers=headers)


def does(user: User, session: UUID, type: str, **fields: Any) -> None:
    """Let somebody send a command that is accepted."""
    login = login_from_token(fresh_login(user))
    assert login
    answer = execute.execute(login, session, wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields}))
    assert answer.code is None, answer.code


def whole(at: datetime) -> datetime:
    """Return an hour that can be said."""
    return at.replace(second=0, microsecond=0)
