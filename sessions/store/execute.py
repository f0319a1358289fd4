"""The only way in for what happens in a live session: decide in memory, write if nobody else has, commit, then tell.

Nothing needs to be read first (see ``transaction``). What writes nothing, and what has missed, is decided anew on what
the database says now.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import DatabaseError, InterfaceError

from accounts.logins import Login
from cycleproject.database import statements
from cycleproject.database.queue import drop_connection
from sessions.checkin.frames import Command
from sessions.store import cache, load
from sessions.store.sealing import CannotOpenSeal
from sessions.store.transaction import Answer, Submission, Transaction, one_transaction

logger = logging.getLogger(__name__)

# Each miss means that somebody else has got on with the same check-in.
TRIES: Final = 20


def answer_by_reading(asked: Submission) -> Answer | None:
    """Answer a command that writes nothing as the database says now; None for one that has to wait for its turn."""
    try:
        running = Transaction(ExitStack(), None, several=False)
        answer = running.answer_now(asked)
        if running.writes_something:
            return None
        running.keep()
    except (DatabaseError, InterfaceError):
        drop_connection()
        return None
    except (statements.Missed, CannotOpenSeal):  # an opening whose hour has come comes first
        return None
    return answer


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
        with suppress(statements.Missed, load.NotFound), one_transaction(now) as running:
            return running.open_if_due(session_id)
    return False


def execute_batch(asked: Sequence[Submission]) -> list[Answer]:
    """Carry out several commands in one transaction; those that it cannot are carried out one by one after it.

    If anything in it fails all of it is undone, and one person's failure is nobody else's.
    """
    done: dict[int, Answer] = {}
    # Outrun, all are decided anew together: the one that was costs the others no commit each.
    for decided in (Transaction.answer, Transaction.answer_now)[: len(asked)]:
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
    asked: Sequence[Submission], decided: Callable[[Transaction, Submission], Answer | None]
) -> dict[int, Answer]:
    """Decide and write in one transaction; return the answers that hold by that alone. Raises statements.Missed."""
    # In the order of their sessions: two processes that write to the same rows in other orders wait for each other.
    order = sorted(range(len(asked)), key=lambda place: asked[place].session_id)
    with one_transaction(several=len(asked) > 1) as running:
        answers = {place: decided(running, asked[place]) for place in order}
    return {place: answer for place, answer in answers.items() if answer}


def _asking_first(asked: Submission, now: datetime | None) -> Answer:
    """Ask what the database says now, decide on that and write it, until nobody else is quicker."""
    for _ in range(TRIES):
        try:
            with one_transaction(now) as running:
                return running.answer_now(asked)
        except statements.Missed:
            open_if_due(asked.session_id, now)
        except CannotOpenSeal:
            # Keys may have been changed since it was read.
            if not cache.evict(asked.session_id):
                raise
    return Answer("service.unavailable")
