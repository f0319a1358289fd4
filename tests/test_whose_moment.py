"""When something happened is told by the clock of whoever holds the lock, not of whoever began to wait for it.

A process that is held up between the two would otherwise write that somebody had left before a reveal which they saw.
"""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.logins import login_from_key, open_login
from accounts.models import User
from sessions import commands, seating
from sessions.models import LiveSession
from sessions.protocol import command_from


@pytest.mark.django_db(transaction=True)
def test_leaving_is_dated_after_everything_that_it_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = (User.objects.create_guest(name) for name in ("Ana", "Ben"))
    code = seating.start_with_code(ana).code
    assert code
    session_id = seating.join_by_code(ben, code).id
    login = login_from_key(open_login(ana))
    assert login
    locked_at: list[datetime] = []
    pulses = commands._pulses

    def lock(*given: Any) -> Any:
        found = pulses(*given)
        locked_at.append(timezone.now())
        return found

    monkeypatch.setattr(commands, "_pulses", lock)
    assert commands.execute(login, session_id, command_from({"type": "session.leave", "op": "away"})).code is None
    ended_at = LiveSession.objects.get(id=session_id).ended_at
    assert ended_at is not None
    assert ended_at >= locked_at[0]
