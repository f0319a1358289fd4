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
from cycleproject.database.queue import drop_connection, submit_batched, submit_low_priority
from cycleproject.serving import metrics
from sessions import models
from sessions.checkin import reveal, rules
from sessions.checkin.frames import Command, StepChoose, Sync
from sessions.checkin.refusals import Refusal
from sessions.checkin.reveal import Decision
from sessions.checkin.state import SessionState
from sessions.store import broadcast, cache, load, pulses, save, system_changes
from sessions.store.sealing import CannotOpenSeal

logger = logging.getLogger(__name__)

OPS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to: ``code`` is None when it is acknowledged, which means durable."""

    code: str | None = None
    state: SessionState | None = None


@dataclass(frozen=True, slots=True)
class Submission:
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
    revealing: list[Submission] = field(default_factory=list)
    # Told to be over by the clock alone: written once the transaction is through.
    found_over: list[SessionState] = field(default_factory=list)

    def now(self) -> datetime:
        """Ask the clock, or whoever gave a moment instead."""
        return self.given_now or timezone.now()

    def committed(self) -> None:
        """Keep what it has written, and count what it has revealed."""
        for loaded in self.written.values():
            cache.put(loaded)
        for state in self.found_over:
            system_changes.store_end(state, self.now())
        for asked in self.revealing:
            metrics.round_revealed(asked.arrived_at)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one command comes to, and what must be written for that first."""

    answer: Answer
    queries: Sequence[statements.Query] = ()


async def submit(login: Login, session_id: UUID, command: Command) -> Answer:
    """Carry out one command on the database thread: in one transaction with whatever else waits for it."""
    if isinstance(command, Sync):
        return await submit_low_priority(execute, login, session_id, command)
    return await submit_batched(execute_batch, Submission(login, session_id, command))


def execute(login: Login, session_id: UUID, command: Command, now: datetime | None = None) -> Answer:
    """Carry out one command of one person, once, and tell everybody whom it changes something for."""
    return _alone(Submission(login, session_id, command), now)


def execute_batch(asked: Sequence[Submission]) -> list[Answer]:
    """Carry out several commands in one transaction; what makes it fail is found out by carrying out each alone."""
    if len(asked) > 1:
        try:
            return _in_one_transaction(asked)
        except Exception:
            logger.info("commands could not be carried out together")
            drop_connection()
    return [_surely(one) for one in asked]


def _surely(asked: Submission) -> Answer:
    try:
        return _alone(asked)
    except Exception:
        logger.exception("a command failed")
        return Answer("service.unavailable")


def _alone(asked: Submission, now: datetime | None = None) -> Answer:
    try:
        return _in_one_transaction([asked], now)[0]
    except CannotOpenSeal:
        return Answer("service.unavailable")
    except (DatabaseError, InterfaceError):
        drop_connection()
        return Answer("service.unavailable")


def _in_one_transaction(asked: Sequence[Submission], now: datetime | None = None) -> list[Answer]:
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


def _waves(asked: Sequence[Submission]) -> Iterator[list[int]]:
    """Part commands into groups that hold one of each session, so that each finds what the one before has written."""
    # In the order of their sessions: two processes that lock the same rows in other orders wait for each other.
    left = sorted(range(len(asked)), key=lambda place: asked[place].session_id)
    while left:
        wave = [place for at, place in enumerate(left) if _is_first(at, left, asked)]
        yield wave
        left = [place for place in left if place not in wave]


def _is_first(at: int, order: Sequence[int], asked: Sequence[Submission]) -> bool:
    return at == 0 or asked[order[at - 1]].session_id != asked[order[at]].session_id


def _outcomes(asked: Sequence[Submission], running: _Transaction) -> Iterator[_Outcome]:
    beats = _pulses(asked, running.now())
    # Asked under the lock: whoever has waited for it must not seem to have come before what they waited for.
    now = running.now()
    for one, pulse in zip(asked, beats, strict=True):
        if pulse is None:
            yield _Outcome(Answer("session.not_found"))
        elif not any(good for good, *_ in pulse.beside.values()):
            yield _Outcome(Answer("login.required"))
        else:
            yield _outcome(one, pulse, running, now)


def _pulses(asked: Sequence[Submission], now: datetime) -> list[pulses.Pulse | None]:
    """Lock the sessions; beside that ask which logins are good, and for the seals that may have to open."""
    # Asked again here: a socket outlives the login that opened it by as long as a lost hint takes to be caught.
    queries = [
        pulses.pulse_of(
            one.session_id,
            lock=one.writes,
            beside=[logins.validity_column(one.login, now), *save.seals_to_open(one.command)],
        )
        for one in asked
    ]
    found = [pulses.pulse_from(rows) for rows in statements.run(queries)]
    outrun = [place for place, pulse in enumerate(found) if pulse and pulse.outrun]
    for place, rows in zip(outrun, statements.run([queries[place] for place in outrun]), strict=True):
        found[place] = pulses.pulse_from(rows)
    return found


def _outcome(asked: Submission, pulse: pulses.Pulse, running: _Transaction, now: datetime) -> _Outcome:
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
    if isinstance(decision, Refusal):
        if decision.code == "session.ended" and loaded.state.ended_at is None:
            running.found_over.append(loaded.state)
        return _Outcome(Answer(decision.code, loaded.state))
    if not decision.changes:
        return _Outcome(Answer(state=loaded.state))
    if decision.due == "marks":
        running.revealing.append(asked)
    writes = save.PendingWrites(
        live_session=loaded.live_session,
        latest=loaded.latest_round,
        asked=command,
        now=now,
        seat=seat.name,
        seats=[one.name for one in loaded.seats],
        stored_seals={load.partner(name): seal for name, seal in _seals_beside(pulse)},
    )
    return _carry_out(loaded, seat, decision, writes, running)


def _seals_beside(pulse: pulses.Pulse) -> Iterator[tuple[str, bytes]]:
    for name, [_, *seals] in pulse.beside.items():
        yield from ((name, bytes(seal)) for seal in seals if seal is not None)


def _as_it_is(session_id: UUID, pulse: pulses.Pulse, running: _Transaction) -> load.Loaded:
    """Return a session as it stands now, reading no more of it than has changed."""
    loaded = running.written.get(session_id) or cache.get(session_id, pulse.version)
    if loaded is None:
        return load.load(session_id)
    return loaded.seen(pulse.seen_at)


def _carry_out(
    loaded: load.Loaded,
    seat: models.Seat,
    decision: Decision,
    writes: save.PendingWrites,
    running: _Transaction,
) -> _Outcome:
    live_session = loaded.live_session
    cache.evict(live_session.id)
    state = reveal.carry_out(decision, loaded.state, writes, writes.now)
    seat.acknowledged = [*seat.acknowledged, writes.asked.op][-OPS_KEPT:]
    writes.update_seats([seat.name], acknowledged=seat.acknowledged)
    live_session.version += 1
    state = replace(state, version=live_session.version)
    # Locked as it is, nobody else has changed it until now.
    loaded = replace(loaded, latest_round=writes.latest, state=state, as_of=time.monotonic())
    running.written[live_session.id] = loaded
    return _Outcome(Answer(state=loaded.state), statements.combined(writes.statements()))
