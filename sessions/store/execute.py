"""The only writer of what happens in a live session: decide in memory, write if nobody else has, commit, then tell.

What is written names the version that it was decided on, and hits nothing if anybody else has written since or the
login has ended: of two commands at once each sees the other or is seen by it. So nothing needs to be read first. What
writes nothing, and what has missed, is decided anew on what the database says now.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, models, transaction
from django.utils import timezone

from accounts import logins
from accounts.logins import Login
from cycleproject.database import statements
from cycleproject.database.queue import drop_connection
from cycleproject.serving import metrics
from sessions.checkin import reveal, rules
from sessions.checkin.frames import Command, StepChoose
from sessions.checkin.refusals import Refusal
from sessions.checkin.reveal import Decision
from sessions.checkin.state import SessionState
from sessions.models import Seat
from sessions.store import broadcast, cache, load, pulses, save, system_changes
from sessions.store.load import Loaded
from sessions.store.sealing import CannotOpenSeal

logger = logging.getLogger(__name__)

OPS_KEPT = 64
# Each miss means that somebody else has got on with the same check-in.
TRIES: Final = 20

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


def answer_by_reading(asked: Submission) -> Answer | None:
    """Answer a command that writes nothing as the database says now; None for one that has to wait for its turn."""
    try:
        running = _Transaction(ExitStack(), None, several=False)
        answer = running.answer_now(asked)
        if running.writes_something:
            return None
        running.keep()
    except (DatabaseError, InterfaceError):
        drop_connection()
        return None
    except CannotOpenSeal:
        return None
    return answer


def may_write(asked: Submission) -> bool:
    """Tell whether a command writes something, as far as this process knows."""
    loaded = cache.newest(asked.session_id)
    if loaded is None:
        return True
    try:
        seat = loaded.place_of(asked.login.user_id).seat
    except load.NotFound:
        return True
    if seat is None or asked.command.op in seat.acknowledged:
        return False
    new_step_id = asked.session_id if isinstance(asked.command, StepChoose) else None  # any will do
    decision = rules.decide(loaded.state, seat.name, asked.command, timezone.now(), new_step_id=new_step_id)
    return not isinstance(decision, Refusal) and bool(decision.changes)


def execute(login: Login, session_id: UUID, command: Command, now: datetime | None = None) -> Answer:
    """Carry out one command of one person, once, and tell everybody whom it changes something for."""
    try:
        return _asking_first(Submission(login, session_id, command), now)
    except CannotOpenSeal:
        return Answer("service.unavailable")
    except (DatabaseError, InterfaceError):
        drop_connection()
        return Answer("service.unavailable")


def open_if_due(session_id: UUID, now: datetime | None = None) -> bool:
    """Carry out an agreed opening if its hour has come, once; tell whether this did. Raises CannotOpenSeal."""
    for _ in range(TRIES):
        with suppress(statements.Missed, load.NotFound), _one_transaction(now) as running:
            return running.open_if_due(session_id)
    return False


def execute_batch(asked: Sequence[Submission]) -> list[Answer]:
    """Carry out several commands in one transaction; those that it cannot are carried out one by one after it.

    If anything in it fails all of it is undone, and one person's failure is nobody else's.
    """
    done: dict[int, Answer] = {}
    # Outrun, all are decided anew together: the one that was costs the others no commit each.
    for decided in (_Transaction.answer, _Transaction.answer_now)[: len(asked)]:
        try:
            done = _together(asked, decided)
            break
        except (statements.Missed, CannotOpenSeal):
            logger.debug("decided on what is no longer so")
        except Exception as failure:
            drop_connection()
            if len(asked) == 1:
                return [_unavailable(failure)]
            logger.info("commands could not be carried out together")
            break
    return [done.get(place) or _surely(one) for place, one in enumerate(asked)]


def _surely(asked: Submission) -> Answer:
    try:
        return execute(asked.login, asked.session_id, asked.command)
    except Exception as failure:
        return _unavailable(failure)


def _unavailable(failure: Exception) -> Answer:
    if not isinstance(failure, DatabaseError | InterfaceError):
        logger.error("a command failed", exc_info=failure)
    return Answer("service.unavailable")


def _together(
    asked: Sequence[Submission], decided: Callable[["_Transaction", Submission], Answer | None]
) -> dict[int, Answer]:
    """Decide and write in one transaction; return the answers that hold by that alone. Raises statements.Missed."""
    # In the order of their sessions: two processes that write to the same rows in other orders wait for each other.
    order = sorted(range(len(asked)), key=lambda place: asked[place].session_id)
    with _one_transaction(several=len(asked) > 1) as running:
        answers = {place: decided(running, asked[place]) for place in order}
    return {place: answer for place, answer in answers.items() if answer}


def _asking_first(asked: Submission, now: datetime | None) -> Answer:
    """Ask what the database says now, decide on that and write it, until nobody else is quicker."""
    for _ in range(TRIES):
        try:
            with _one_transaction(now) as running:
                return running.answer_now(asked)
        except statements.Missed:
            open_if_due(asked.session_id, now)
        except CannotOpenSeal:
            # Keys may have been changed since it was read.
            if not cache.evict(asked.session_id):
                raise
    return Answer("service.unavailable")


@contextmanager
def _one_transaction(now: datetime | None = None, *, several: bool = False) -> Iterator["_Transaction"]:
    """Commit together what is decided meanwhile; keep and tell it after that. Raises statements.Missed."""
    with ExitStack() as stack:
        running = _Transaction(stack, now, several)
        yield running
        running.write()
    transaction.on_commit(running.keep)
    for state in running.changed:
        broadcast.changed(state)


@dataclass(slots=True)
class _Transaction:
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
        command, seat = asked.command, loaded.place_of(asked.login.user_id).seat
        if seat is None:
            return Answer("seat.not_allowed"), False
        if command.op in seat.acknowledged:
            return Answer(state=loaded.state), False
        # Asked after it was loaded: whoever was outrun must not seem to have come before what outran them.
        now = self._now()
        if loaded.state.opening_due(now):
            raise statements.Missed  # that comes first
        # Only where it is needed: asking for randomness lets go of the interpreter.
        new_step_id = uuid4() if isinstance(command, StepChoose) else None
        decision = rules.decide(loaded.state, seat.name, command, now, new_step_id=new_step_id)
        if isinstance(decision, Refusal):
            return Answer(decision.code, loaded.state), False
        if not decision.changes:
            return Answer(state=loaded.state), False
        if decision.due == "marks":
            self._revealing.append(asked)
        return self._carried_out(loaded, decision, now, (asked, seat)), True

    def open_if_due(self, session_id: UUID) -> bool:
        """Decide on an opening by what the database says now, and write that. Raises load.NotFound, CannotOpenSeal."""
        loaded, now = load.load(session_id), self._now()
        decision = reveal.at_the_hour(loaded.state, now)
        if decision:
            self._carried_out(loaded, decision, now)
        return decision is not None

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
