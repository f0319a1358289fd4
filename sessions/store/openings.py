"""Agreed openings whose hour has come: found by whoever looks, or by the sweep, and carried out by ``execute``.

Each of them once: what is written names the version that it was decided on.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from accounts.models import Couple
from cycleproject.database.queue import submit_low_priority
from sessions.checkin import apart as rules
from sessions.models import LiveSession
from sessions.store import clock, execute, load
from sessions.store.load import Place
from sessions.store.sealing import CannotOpenSeal

logger = logging.getLogger(__name__)

SWEEP_EVERY: Final = 10.0
BATCH: Final = 16


class ClockInDoubt(Exception):
    """No hour is agreed on by a clock that may be wrong."""


def place_for(user_id: UUID, session_id: UUID) -> Place:
    """Return a live session as a person finds it, what is due of it carried out. Raises load.NotFound."""
    place = load.live_session_for(user_id, session_id)
    if place.state.opening_due(timezone.now()) and carry_out(session_id):
        place = load.live_session_for(user_id, session_id)
    return place


def carry_out(session_id: UUID, now: datetime | None = None) -> bool:
    """Carry out one opening if it is due, and tell whether it was. One whose seals cannot be opened goes on waiting."""
    try:
        return execute.open_if_due(session_id, now)
    except CannotOpenSeal:
        logger.warning("an agreed opening waits: a key is missing")
        return False


def carry_out_for(user_id: UUID) -> None:
    """Carry out what is due of a person's couple, before anything of theirs is listed or looked back on."""
    due = LiveSession.objects.opening_due(timezone.now()).filter(seats__user=user_id)
    for session_id in list(due.values_list("id", flat=True)):
        carry_out(session_id)


def carry_out_of(couple: Couple) -> None:
    """Carry out what is due of a couple, before anything new is made for them."""
    carry_out_each(
        list(LiveSession.objects.opening_due(timezone.now()).filter(couple=couple).values_list("id", flat=True))
    )


def carry_out_due(now: datetime | None = None) -> int:
    """Carry out all that are due, and return how many were."""
    return carry_out_each(_due_ids(now), now)


def carry_out_each(session_ids: Sequence[UUID], now: datetime | None = None) -> int:
    """Carry out some of them, and return how many were due."""
    return sum(carry_out(session_id, now) for session_id in session_ids)


def check_hour(opens_at: datetime, now: datetime) -> None:
    """Raise BadHour for what nobody can agree on, and ClockInDoubt where nobody knows what lies ahead."""
    if not clock.is_believed(now):
        raise ClockInDoubt
    rules.check_hour(opens_at, now)


def _due_ids(now: datetime | None = None) -> list[UUID]:
    now = now or timezone.now()
    # Asked at each sweep, whatever is due: a clock that leaps is noticed, and said, within seconds.
    if not clock.is_believed(now):
        return []
    return list(LiveSession.objects.opening_due(now).values_list("id", flat=True))


async def sweep() -> None:
    """Carry out what nobody has looked at, a few at a time: whoever seals meanwhile does not wait for all."""
    due = await submit_low_priority(_due_ids)
    for start in range(0, len(due), BATCH):
        await submit_low_priority(carry_out_each, due[start : start + BATCH])


async def sweep_for_ever() -> None:
    """Sweep from the start of the server on; a background task."""
    while True:
        try:
            await sweep()
        except Exception:
            logger.exception("agreed openings could not be carried out; the next sweep tries again")
        await asyncio.sleep(SWEEP_EVERY)
