"""The only writer of what happens in a live session: lock, load, decide, store, commit, then tell.

Every command runs in a transaction that begins by locking the session's row, so that of two commands at once each sees
the other or is seen by it.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone

from accounts import logins
from accounts.logins import Login
from cycleproject.database import statements
from cycleproject.database.queue import drop_connection
from cycleproject.serving import metrics
from sessions import models
from sessions.checkin import applying, changes, rules
from sessions.checkin.frames import Command, StepChoose, Sync
from sessions.checkin.state import SessionState
from sessions.store import broadcast, cache, load, save
from sessions.store.sealing import CannotOpenSeal

logger = logging.getLogger(__name__)

OPS_KEPT = 64


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

    @property
    def writes(self) -> bool:
        """Tell whether it could change anything: a heartbeat only looks, and holds up nobody."""
        return not isinstance(self.command, Sync)


@dataclass(frozen=True, slots=True)
class _Transaction:
    """What it has written: nobody else can have changed that since."""

    given_now: datetime | None
    written: dict[UUID, load.Loaded] = field(default_factory=dict)
    revealing: list[Asked] = field(default_factory=list)

    def now(self) -> datetime:
        """Ask the clock, or whoever gave a moment instead."""
        return self.given_now or timezone.now()

    def committed(self) -> None:
        """Keep what it has written, and count what it has revealed."""
        for loaded in self.written.values():
            cache.keep(loaded)
        for asked in self.revealing:
            metrics.round_revealed(asked.arrived_at)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one command comes to, and what must be written for that first."""

    answer: Answer
    queries: Sequence[statements.Query] = ()


def execute(login: Login, session_id: UUID, command: Command, now: datetime | None = None) -> Answer:
    """Carry out one command of one person, once, and tell everybody whom it changes something for."""
    return _alone(Asked(login, session_id, command), now)


def execute_together(asked: Sequence[Asked]) -> list[Answer]:
    """Carry out several commands in one transaction; what makes it fail is found out by carrying out each alone."""
    if len(asked) > 1:
        try:
            return _in_one_transaction(asked)
        except Exception:
            logger.info("commands could not be carried out together")
            drop_connection()
    return [_surely(one) for one in asked]


def _surely(asked: Asked) -> Answer:
    try:
        return _alone(asked)
    except Exception:
        logger.exception("a command failed")
        return Answer("service.unavailable")


def _alone(asked: Asked, now: datetime | None = None) -> Answer:
    try:
        return _in_one_transaction([asked], now)[0]
    except CannotOpenSeal:
        return Answer("service.unavailable")
    except (DatabaseError, InterfaceError):
        drop_connection()
        return Answer("service.unavailable")


def _in_one_transaction(asked: Sequence[Asked], now: datetime | None = None) -> list[Answer]:
    answers: dict[int, Answer] = {}
    changed: list[SessionState] = []
    running = _Transaction(now)
    with statements.driver_transaction() if any(one.writes for one in asked) else nullcontext():
        for wave in _waves(asked):
            outcomes = list(_outcomes([asked[place] for place in wave], running))
            statements.run([query for outcome in outcomes for query in outcome.queries])
            for place, outcome in zip(wave, outcomes, strict=True):
                answers[place] = outcome.answer
                if outcome.queries and outcome.answer.state:
                    changed.append(outcome.answer.state)
    transaction.on_commit(running.committed)
    for state in changed:
        broadcast.changed(state)
    return [answers[place] for place in range(len(asked))]


def _waves(asked: Sequence[Asked]) -> Iterator[list[int]]:
    """Part commands into groups that hold one of each session, so that each finds what the one before has written."""
    # In the order of their sessions: two processes that lock the same rows in other orders wait for each other.
    left = sorted(range(len(asked)), key=lambda place: asked[place].session_id)
    while left:
        wave = [place for at, place in enumerate(left) if _is_first(at, left, asked)]
        yield wave
        left = [place for place in left if place not in wave]


def _is_first(at: int, order: Sequence[int], asked: Sequence[Asked]) -> bool:
    return at == 0 or asked[order[at - 1]].session_id != asked[order[at]].session_id


def _outcomes(asked: Sequence[Asked], running: _Transaction) -> Iterator[_Outcome]:
    pulses = _pulses(asked, running.now())
    # Asked under the lock: whoever has waited for it must not seem to have come before what they waited for.
    now = running.now()
    for one, pulse in zip(asked, pulses, strict=True):
        if pulse is None:
            yield _Outcome(Answer("session.not_found"))
        elif not any(good for good, *_ in pulse.beside.values()):
            yield _Outcome(Answer("login.required"))
        else:
            yield _outcome(one, pulse, running, now)


def _pulses(asked: Sequence[Asked], now: datetime) -> list[load.Pulse | None]:
    """Lock the sessions; beside that ask which logins are good, and for the seals that may have to open."""
    # Asked again here: a socket outlives the login that opened it by as long as a lost hint takes to be caught.
    queries = [
        load.pulse_of(
            one.session_id,
            lock=one.writes,
            beside=[logins.validity_column(one.login, now), *save.foresee(one.command)],
        )
        for one in asked
    ]
    pulses = [load.pulse_from(rows) for rows in statements.run(queries)]
    outrun = [place for place, pulse in enumerate(pulses) if pulse and pulse.outrun]
    for place, rows in zip(outrun, statements.run([queries[place] for place in outrun]), strict=True):
        pulses[place] = load.pulse_from(rows)
    return pulses


def _outcome(asked: Asked, pulse: load.Pulse, running: _Transaction, now: datetime) -> _Outcome:
    command = asked.command
    try:
        loaded = _as_it_is(asked.session_id, pulse, running)
        seat = loaded.place_of(asked.login.user_id).seat
    except load.NotFound:
        return _Outcome(Answer("session.not_found"))
    if seat is None:
        return _Outcome(Answer("seat.not_allowed"))
    if command.op in seat.acknowledged:
        return _Outcome(Answer(state=loaded.state))
    # Only where it is needed: asking for randomness lets go of the interpreter.
    new_step_id = uuid4() if isinstance(command, StepChoose) else None
    decision = rules.decide(loaded.state, seat.name, command, now, new_step_id=new_step_id)
    if isinstance(decision, rules.Refusal):
        return _Outcome(Answer(decision.code, loaded.state))
    if not decision:
        return _Outcome(Answer(state=loaded.state))
    if any(isinstance(change, changes.RevealDue) for change in decision):
        running.revealing.append(asked)
    seats = [one.name for one in loaded.seats]
    seals = {name: bytes(seal) for name, [_, *beside] in pulse.beside.items() for seal in beside if seal is not None}
    writing = save.Writing(loaded.live_session, loaded.latest_round, command, now, seat.name, seats, foreseen=seals)
    return _carry_out(loaded, seat, decision, writing, running)


def _as_it_is(session_id: UUID, pulse: load.Pulse, running: _Transaction) -> load.Loaded:
    """Return a session as it stands now, reading no more of it than has changed."""
    loaded = running.written.get(session_id) or cache.at(session_id, pulse.version)
    if loaded is None:
        return load.load(session_id)
    return loaded.seen(pulse.seen_at)


def _carry_out(
    loaded: load.Loaded,
    seat: models.Seat,
    decision: tuple[changes.Change, ...],
    writing: save.Writing,
    running: _Transaction,
) -> _Outcome:
    live_session, state = loaded.live_session, loaded.state
    cache.forget(live_session.id)
    for change in decision:
        state = applying.apply(save.store(change, writing), state)
    seat.acknowledged = [*seat.acknowledged, writing.asked.op][-OPS_KEPT:]
    writing.update_seats(seat=seat.name, acknowledged=seat.acknowledged)
    live_session.version += 1
    state = replace(state, version=live_session.version)
    # Locked as it is, nobody else has changed it until now.
    loaded = replace(loaded, latest_round=writing.latest, state=state, as_of=time.monotonic())
    running.written[live_session.id] = loaded
    return _Outcome(Answer(state=loaded.state), statements.combined(writing.everything()))
