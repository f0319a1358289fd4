"""One transaction of the writer: what is decided in it is written together, and kept and told once it is committed.

What is written names the version that it was decided on, and hits nothing if anybody else has written since or the
login has ended: of two commands at once each sees the other or is seen by it.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import models
from django.db import transaction as database_transaction
from django.utils import timezone

from accounts import logins
from accounts.logins import Login
from cycleproject.database import statements
from cycleproject.serving import metrics
from sessions.checkin import reveal, rules
from sessions.checkin.frames import Command, StepChoose
from sessions.checkin.refusals import Refusal
from sessions.checkin.reveal import Decision
from sessions.checkin.state import SessionState
from sessions.models import Seat
from sessions.store import broadcast, cache, clock, load, pulses, save, system_changes
from sessions.store.load import Loaded

OPS_KEPT = 64

Row = TypeVar("Row", bound=models.Model)


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


def decide(asked: Submission, loaded: Loaded, now: datetime) -> Answer | tuple[Seat, Decision]:
    """Return the answer to what changes nothing, else who asked and what it changes. Raises load.NotFound."""
    command, seat = asked.command, loaded.place_of(asked.login.user_id).seat
    if seat is None:
        return Answer("seat.not_allowed")
    if command.op in seat.acknowledged:
        return Answer(state=loaded.state)
    # Only where it is needed: asking for randomness lets go of the interpreter.
    new_step_id = uuid4() if isinstance(command, StepChoose) else None
    decision = rules.decide(loaded.state, seat.name, command, now, new_step_id=new_step_id)
    if isinstance(decision, Refusal):
        return Answer(decision.code, loaded.state)
    return (seat, decision) if decision.changes else Answer(state=loaded.state)


@contextmanager
def one_transaction(now: datetime | None = None, *, several: bool = False) -> Iterator["Transaction"]:
    """Commit together what is decided meanwhile; keep and tell it after that. Raises statements.Missed."""
    with ExitStack() as stack:
        running = Transaction(stack, now, several)
        yield running
        running.write()
    database_transaction.on_commit(running.keep)
    for state in running.changed:
        broadcast.changed(state)


@dataclass(slots=True)
class Transaction:
    """What is decided and written together: nothing of it is kept or told before it is committed."""

    stack: ExitStack
    given_now: datetime | None
    several: bool
    begun: bool = False
    changed: list[SessionState] = field(default_factory=list)
    _unwritten: list[statements.Query] = field(default_factory=list)
    _rooms: dict[UUID, Loaded] = field(default_factory=dict)
    _revealing: list[Submission] = field(default_factory=list)
    # Told to be over by the clock alone: written once the transaction is through.
    _found_over: list[SessionState] = field(default_factory=list)

    @property
    def writes_something(self) -> bool:
        """Tell whether anything of what was decided has to be written."""
        return bool(self._unwritten or self._found_over)

    def write(self) -> None:
        """Write what has been decided; nobody waits for the database before that. Raises statements.Missed."""
        if self._unwritten and not self.begun:
            self.stack.enter_context(statements.commit_together(self.several))
            self.begun = True
        statements.run(self._unwritten)
        self._unwritten.clear()

    def keep(self) -> None:
        """Keep what was written or read, and count what was revealed."""
        for loaded in self._rooms.values():
            cache.put(loaded)
        for state in self._found_over:
            system_changes.store_end(state, self._now())
        for asked in self._revealing:
            metrics.round_revealed(asked.arrived_at)

    def _now(self) -> datetime:
        """Ask the clock, or whoever gave a moment instead."""
        return self.given_now or timezone.now()

    def answer(self, asked: Submission) -> Answer | None:
        """Decide on what is in memory, or read it once for all who wait; None if that writes nothing."""
        try:
            loaded = self._changed(asked) or cache.newest(asked.session_id) or load.load(asked.session_id)
            answer, writes = self._decided(asked, loaded)
        except load.NotFound:
            return None
        return answer if writes else None

    def answer_now(self, asked: Submission) -> Answer:
        """Decide on what the database says now, of the login too: a socket outlives the one that opened it."""
        changed = self._changed(asked)
        pulse = pulses.pulse_of(asked.session_id, logins.validity(asked.login, self._now()))
        if pulse is None:
            return Answer("session.not_found")
        if not pulse.login_is_good:
            return Answer("login.required")
        try:
            if changed is None or changed.live_session.version != pulse.version:
                changed = cache.as_asked(asked.session_id, pulse)
            loaded = changed or load.load(asked.session_id)
            answer, _ = self._decided(asked, loaded)
        except load.NotFound:
            return Answer("session.not_found")
        if answer.code == "session.ended" and loaded.state.ended_at is None:
            self._found_over.append(loaded.state)
        return answer

    def _changed(self, asked: Submission) -> Loaded | None:
        """Return a session as this transaction has changed it, and write that: a new round gets its key by it."""
        changed = self._rooms.get(asked.session_id)
        if changed:
            self.write()
        return changed

    def _decided(self, asked: Submission, loaded: Loaded) -> tuple[Answer, bool]:
        self._rooms[asked.session_id] = loaded
        # Asked after it was loaded: whoever was outrun must not seem to have come before what outran them.
        now = self._now()
        if loaded.state.opening_due(now) and clock.is_believed(now):
            raise statements.Missed  # that comes first
        found = decide(asked, loaded, now)
        if isinstance(found, Answer):
            return found, False
        seat, decision = found
        if decision.due == "marks":
            self._revealing.append(asked)
        return self._carried_out(loaded, decision, now, (asked, seat)), True

    def open_if_due(self, session_id: UUID) -> bool:
        """Decide on an opening by what the database says now, and write that. Raises load.NotFound, CannotOpenSeal.

        By a clock in doubt no hour has come: what opens early or is destroyed early does not come back.
        """
        loaded, now = load.load(session_id), self._now()
        decision = reveal.at_the_hour(loaded.state, now)
        if decision is None or not clock.is_believed(now):
            return False
        self._carried_out(loaded, decision, now)
        return True

    def _carried_out(
        self, loaded: Loaded, decision: Decision, now: datetime, by: tuple[Submission, Seat] | None = None
    ) -> Answer:
        asked, seat = by or (None, None)
        writes = save.PendingWrites(
            live_session=_copy(loaded.live_session),
            latest=_copy(loaded.latest_round) if loaded.latest_round else None,
            asked=asked.command if asked else None,
            now=now,
            seat=seat.name if seat else "",
            seats=[one.name for one in loaded.seats],
            seals=dict(loaded.seals),
        )
        state = reveal.carry_out(decision, loaded.state, writes, now)
        own = _copy(seat) if seat else None
        if own and asked:
            own.acknowledged = [*own.acknowledged, asked.command.op][-OPS_KEPT:]
            writes.update_seats([own.name], acknowledged=own.acknowledged)
        good = logins.validity(asked.login, now) if asked else statements.Condition("TRUE", (), ())
        self._unwritten.extend(statements.combined(writes.statements(good)))
        state = replace(state, version=writes.live_session.version)
        self.changed.append(state)
        self._rooms[state.id] = Loaded(
            live_session=writes.live_session,
            seats=[own if own and one is seat else one for one in loaded.seats],
            latest_round=writes.latest,
            seals=writes.seals,
            state=state,
            # Nobody else has changed it until it is written.
            as_of=time.monotonic(),
        )
        return Answer(state=state)


def _copy(row: Row) -> Row:
    """Return a row that can be written to while others read the one that is kept."""
    copied = type(row).__new__(type(row))
    copied.__dict__.update(row.__dict__)
    return copied
