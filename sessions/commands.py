"""The only writer of what happens in a live session: lock, load, decide, store, commit, then tell.

Every command runs in one transaction that begins by locking the session's row, so that of two commands at once
each sees the other or is seen by it.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone

from accounts.logins import Login, is_good
from cycleproject import metrics
from sessions import changes, kept, models, notify, records, rules, statements, storing
from sessions.database import drop_connection
from sessions.protocol import Command
from sessions.sealing import CannotOpenSeal
from sessions.state import SessionState

logger = logging.getLogger(__name__)

OPS_KEPT = 64

# What the running transaction has written so far: nobody else can have changed it since.
Written = dict[UUID, records.Loaded]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to: ``code`` is None when it is acknowledged, which means durable."""

    code: str | None = None
    state: SessionState | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One command of one person in one live session."""

    login: Login
    session_id: UUID
    command: Command
    arrived_at: float = field(default_factory=time.monotonic)


def execute_together(asked: Sequence[Asked]) -> list[Answer]:
    """Carry out several commands in one transaction; what makes it fail is found out by carrying out each alone."""
    if len(asked) > 1:
        # In the order of their sessions: two processes that lock the same rows in other orders wait for each other.
        order = sorted(range(len(asked)), key=lambda place: asked[place].session_id)
        try:
            with transaction.atomic():
                written: Written = {}
                done = {place: _execute(asked[place], timezone.now(), written) for place in order}
        except Exception:
            logger.info("commands could not be carried out together")
            drop_connection()
        else:
            for answer, changed in done.values():
                if changed and answer.state:
                    notify.changed(answer.state)
            return [done[place][0] for place in range(len(asked))]
    return [_alone(one) for one in asked]


def _alone(asked: Asked) -> Answer:
    try:
        return _in_own_transaction(asked, timezone.now())
    except Exception:
        logger.exception("a command failed")
        return Answer("service.unavailable")


def execute(login: Login, session_id: UUID, command: Command, now: datetime | None = None) -> Answer:
    """Carry out one command of one person, once, and tell everybody whom it changes something for."""
    return _in_own_transaction(Asked(login, session_id, command), now or timezone.now())


def _in_own_transaction(asked: Asked, now: datetime) -> Answer:
    try:
        with transaction.atomic():
            answer, changed = _execute(asked, now, {})
    except CannotOpenSeal:
        return Answer("service.unavailable")
    except (DatabaseError, InterfaceError):
        drop_connection()
        return Answer("service.unavailable")
    if changed and answer.state:
        notify.changed(answer.state)
    return answer


def _execute(asked: Asked, now: datetime, written: Written) -> tuple[Answer, bool]:
    login, command = asked.login, asked.command
    # Asked again here: a socket outlives the login that opened it by as long as a lost hint takes to be caught.
    if not is_good(login):
        return Answer("login.required"), False
    try:
        loaded = written.get(asked.session_id) or _as_it_is(asked.session_id, lock=command.type != "sync")
        seat = loaded.place_of(login.user_id).seat
    except records.NotFound:
        return Answer("session.not_found"), False
    if seat is None:
        return Answer("seat.not_allowed"), False
    if command.op in seat.acknowledged:
        return Answer(state=loaded.state), False
    decision = rules.decide(loaded.state, seat.name, command, now, new_step_id=uuid4())
    if isinstance(decision, rules.Refusal):
        return Answer(decision.code, loaded.state), False
    if not decision:
        return Answer(state=loaded.state), False
    loaded = written[asked.session_id] = _carry_out(loaded, seat, command, decision, now)
    transaction.on_commit(partial(kept.keep, loaded))
    if any(isinstance(change, changes.RevealDue) for change in decision):
        transaction.on_commit(partial(metrics.round_revealed, asked.arrived_at))
    return Answer(state=loaded.state), True


def _as_it_is(session_id: UUID, *, lock: bool) -> records.Loaded:
    """Return a session as it stands now, reading no more of it than has changed."""
    pulse = records.lock(session_id) if lock else records.pulses_of([session_id]).get(session_id)
    if pulse is None:
        raise records.NotFound
    loaded = kept.at(session_id, pulse.version)
    if loaded is None:
        return records.load(session_id)
    return replace(loaded, state=loaded.state.with_presence(pulse.seen_at))


def _carry_out(
    loaded: records.Loaded,
    seat: models.Seat,
    command: Command,
    decision: tuple[changes.Change, ...],
    now: datetime,
) -> records.Loaded:
    live_session, state = loaded.live_session, loaded.state
    kept.forget(live_session.id)
    writing = storing.Writing(live_session, loaded.latest_round, command, now, seat.name)
    for change in decision:
        state = changes.apply(storing.store(change, writing), state)
    seat.acknowledged = [*seat.acknowledged, command.op][-OPS_KEPT:]
    statements.update(models.Seat, {"id": seat.pk}, acknowledged=seat.acknowledged)
    live_session.version += 1
    writing.save_live_session()
    return replace(loaded, latest_round=writing.latest, state=replace(state, version=live_session.version))
