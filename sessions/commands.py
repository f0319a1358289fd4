"""The only writer of what happens in a live session: lock, load, decide, store, commit, then tell.

Every command runs in one transaction that begins by locking the session's row, so that of two commands at once
each sees the other or is seen by it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone

from accounts.logins import Login, still_good
from sessions import changes, models, notify, records, rules, storing
from sessions.database import drop_connection
from sessions.protocol import Command
from sessions.sealing import CannotOpenSeal
from sessions.state import SessionState

OPS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to: ``code`` is None when it is acknowledged, which means durable."""

    code: str | None = None
    state: SessionState | None = None


def execute(login: Login, session_id: UUID, command: Command, now: datetime | None = None) -> Answer:
    """Carry out one command of one person, once, and tell everybody whom it changes something for."""
    try:
        with transaction.atomic():
            answer, changed = _execute(login, session_id, command, now or timezone.now())
    except CannotOpenSeal:
        return Answer("service.unavailable")
    except (DatabaseError, InterfaceError):
        drop_connection()
        return Answer("service.unavailable")
    if changed and answer.state:
        notify.changed(answer.state)
    return answer


def _execute(login: Login, session_id: UUID, command: Command, now: datetime) -> tuple[Answer, bool]:
    # Asked again here: a socket outlives the login that opened it by as long as a lost hint takes to be caught.
    if not still_good([login]):
        return Answer("login.required"), False
    try:
        place = records.live_session_for(login.user_id, session_id, lock=command.type != "sync")
    except records.NotFound:
        return Answer("session.not_found"), False
    if place.seat is None:
        return Answer("seat.not_allowed"), False
    if command.op in place.seat.acknowledged:
        return Answer(state=place.state), False
    decision = rules.decide(place.state, place.seat.name, command, now, new_step_id=uuid4())
    if isinstance(decision, rules.Refusal):
        return Answer(decision.code, place.state), False
    if not decision:
        return Answer(state=place.state), False
    return Answer(state=_carry_out(place, place.seat, command, decision, now)), True


def _carry_out(
    place: records.Place,
    seat: models.Seat,
    command: Command,
    decision: tuple[changes.Change, ...],
    now: datetime,
) -> SessionState:
    live_session, state = place.live_session, place.state
    writing = storing.Writing(live_session, place.latest_round, command, now, seat.name)
    for change in decision:
        state = changes.apply(storing.store(change, writing), state)
    seat.acknowledged = [*seat.acknowledged, command.op][-OPS_KEPT:]
    seat.save(update_fields=["acknowledged"])
    live_session.version += 1
    live_session.save()
    return replace(state, version=live_session.version)
