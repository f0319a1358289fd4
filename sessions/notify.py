"""Who has to hear of a change. What travels is an id and never content; losing it costs seconds (see the sweep in
``rooms``), never a reveal.
"""

import logging
from collections.abc import Callable, Collection
from uuid import UUID

from django.db import transaction

from sessions.state import SessionState

logger = logging.getLogger(__name__)

on_state: Callable[[SessionState], None] | None = None
on_people: Callable[[frozenset[UUID]], None] | None = None


def changed(state: SessionState) -> None:
    """Tell that a session has changed, after the commit that changed it."""
    if on_state:
        _guarded(lambda: on_state(state))


def access_changed(user_ids: Collection[UUID]) -> None:
    """Tell, once the running transaction has committed, that some people's logins or seats may be gone."""
    people = frozenset(user_ids)
    transaction.on_commit(lambda: _guarded(lambda: on_people(people) if on_people else None))


def _guarded(tell: Callable[[], None]) -> None:
    # What was saved is saved: a failure to tell must not look like a failure to save.
    try:
        tell()
    except Exception:
        logger.exception("a hint was lost")
