"""The purge: ends check-ins after 24 hours, erases unclaimed guests, deletes rounds past their retention.

What it does cannot be undone, so it asks first whether the clock can be right (``store.clock``); else nothing goes.
It runs at each start, about hourly while serving (``purge_hourly``), and by ``manage.py purge_expired``. Each step is a
small transaction of its own, so that nobody in a check-in waits for it, and each can be repeated.
"""

import asyncio
import logging
import random
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from allauth.usersessions.models import UserSession
from channels.db import database_sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User, receipts, unsent_words
from accounts.notices import outbox, subscriptions
from accounts.settings.deletion import delete_person
from cycleproject.serving import metrics
from sessions.joining import codes, start
from sessions.models import LiveSession
from sessions.privacy import erasure, leftovers, misdated, unusual
from sessions.store import clock, system_changes

logger = logging.getLogger(__name__)

BATCH: Final = 100
FIRST_AFTER = 60.0
EVERY = 3600.0


@dataclass(frozen=True, slots=True)
class Purged:
    """How many check-ins a purge has ended, guests erased, and rounds deleted."""

    check_ins: int
    guests: int
    rounds: int
    # Why nothing was done, or not all of it, in a sentence for whoever runs the server.
    waits: str = ""


def purge_if_the_clock_is_right(now: datetime | None = None, *, at_once: bool = False) -> Purged:
    """Purge unless the clock is in doubt, or more than usual would go; ``at_once``: somebody has looked, so do it."""
    now = now or timezone.now()
    doubted_since = clock.doubted_since()
    if doubt := clock.doubt(now, last_told=erasure.last_told, believed=at_once):
        logger.warning(doubt)
        return Purged(0, 0, 0, waits=doubt)
    misdated.count_from_now(now, doubted_since)
    waits = "" if at_once else unusual.announce(now, erasure.expired_rounds(now), erasure.rounds_kept())
    if waits:
        logger.warning(waits)
    return replace(purge(now, rounds=not waits), waits=waits)


def purge(now: datetime | None = None, *, rounds: bool = True) -> Purged:
    """Run all steps of the purge once, whatever the clock says, and return the counts."""
    now = now or timezone.now()
    purged = Purged(
        check_ins=_end_expired_check_ins(now),
        guests=_erase_unclaimed_guests(now),
        rounds=erasure.delete_expired_rounds(now) if rounds else 0,
    )
    leftovers.delete_leftovers(now)
    if purged.guests:
        leftovers.delete_logins_of_nobody()
    receipts.forget_old(now)
    unsent_words.forget_old(now)
    outbox.forget_old(now)
    codes.forget_codes(now)
    SessionStore.clear_expired()
    # These hold addresses on the net: a login that is over has no use for them.
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    subscriptions.forget_ended()
    _truncate_wal()
    metrics.purged()
    return purged


async def purge_hourly() -> None:
    """Purge about hourly in another thread, and go on after errors; a background task of the server."""
    wait = FIRST_AFTER
    while True:
        # Processes that were started together must not purge together.
        await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311  nothing secret
        wait = EVERY
        try:
            await database_sync_to_async(purge_if_the_clock_is_right, thread_sensitive=False)()
        except Exception:
            logger.exception("a purge failed; the next one tries again")


def _end_expired_check_ins(now: datetime) -> int:
    """End check-ins whose 24 hours are over: open rounds are set aside, and seals destroyed unread."""
    ended = 0
    over = LiveSession.objects.run_out(now).order_by("created_at")
    while ids := list(over.values_list("id", flat=True)[:BATCH]):
        # Counted by whoever ended it: another purge may be at the same ones.
        ended += system_changes.end(ids, now)
    return ended


def _erase_unclaimed_guests(now: datetime) -> int:
    """Erase guests whose day is over; with the second of two, their couple and its check-ins go, too."""
    erased = 0
    for user_id in list(User.objects.unclaimed(now).values_list("id", flat=True)):
        try:
            with transaction.atomic():
                # Locked, so that nobody takes a seat for them between this look and the end.
                guest = User.objects.unclaimed(now).select_for_update().filter(id=user_id).first()
                if guest is None or start.open_check_ins_of(guest, now).exists():
                    continue
                delete_person(guest)
                erased += 1
        except Exception:
            logger.exception("a guest could not be erased; the next purge tries again")
    return erased


def _truncate_wal() -> None:
    """Truncate SQLite's write-ahead log, which still holds what was erased from the database file."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        # Writers wait while this waits for readers: rather leave it to the next purge.
        cursor.execute("PRAGMA busy_timeout = 200")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
