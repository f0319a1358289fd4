"""When something happened is told by the clock of whoever holds the lock, not of whoever began to wait for it.

A process that is held up between the two would otherwise write that somebody had left before a reveal which they saw.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.couple import pairing
from accounts.logins import login_from_token, open_login
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.checkin import rules
from sessions.checkin.wire import command_from
from sessions.joining import join, seats, start
from sessions.models import LiveSession
from sessions.store import execute, system_changes
from tests.support.cast.care_cast import account


@pytest.mark.django_db(transaction=True)
def test_leaving_is_dated_after_everything_that_outran_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = (User.objects.create_guest(name) for name in ("Ana", "Ben"))
    code = start.start_with_code(ana).code
    assert code
    session_id = join.join_by_code(ben, code).id
    login = login_from_token(open_login(ana))
    assert login
    outrun_at: list[datetime] = []
    decide = rules.decide

    def decide_too_late(*given: Any, **named: Any) -> Any:
        decision = decide(*given, **named)
        if not outrun_at:
            system_changes.rename(ben)
            outrun_at.append(timezone.now())
        return decision

    monkeypatch.setattr(rules, "decide", decide_too_late)
    assert execute.execute(login, session_id, command_from({"type": "session.leave", "op": "away"})).code is None
    ended_at = LiveSession.objects.get(id=session_id).ended_at
    assert ended_at is not None
    assert ended_at >= outrun_at[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", [pairing.unpair, delete_person], ids=["unpaired", "an account deleted"])
def test_so_is_an_end_that_nobody_asked_for(ending: Callable[[User], None], monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = account("Ana"), account("Ben")
    couple = pairing.form_couple(ana, ben)
    session_id = start.start_for_couple(ana, couple).live_session.id
    seats.take_seat(ben.id, session_id)
    locked_at: list[datetime] = []
    destroy_seals = system_changes._destroy_seals

    def under_the_lock(live_session: LiveSession) -> None:
        locked_at.append(timezone.now())
        destroy_seals(live_session)

    monkeypatch.setattr(system_changes, "_destroy_seals", under_the_lock)
    ending(ana)
    ended_at = LiveSession.objects.get(id=session_id).ended_at
    assert ended_at is not None
    assert ended_at >= locked_at[0]
