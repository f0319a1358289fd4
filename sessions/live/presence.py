"""Who is here: written when a first socket opens, kept fresh by the sweep, running out soon after a clean close.

One process knows its own sockets and no others. So closing a last socket takes nobody's presence away: it shortens it,
and whichever process holds another socket of theirs lengthens it again, on a hint at once and by its sweep at the
latest. It runs out by time alone, everywhere at the same moment.

Presence is nobody's history. It changes no state, and the version only when somebody comes. Once a check-in has ended
nothing is written any more. PostgreSQL, when it has waited for an end to commit, looks again at the row that it waited
for and at no other: what must hold is asked of that very row.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from cycleproject.database import statements
from sessions.checkin.state import HERE_FOR
from sessions.models import LiveSession, Seat
from sessions.store import broadcast
from sessions.store.system_changes import raise_version

_SEAT: Final = Seat._meta.db_table
_SESSION: Final = LiveSession._meta.db_table
_ID: Final = statements.fields(Seat, ("id",))
_SEEN_AT: Final = statements.fields(Seat, ("seen_at",))
_SEAT_AND_SESSION: Final = (statements.ModelColumns("own", Seat, only=("id", "live_session")),)


def record_arrivals(seat_ids: Sequence[int]) -> list[None]:
    """Record that people are here; a batch function for ``queue.submit_batched``, which wants one result for each."""
    refresh(seat_ids, timezone.now())
    return [None] * len(seat_ids)


def runs_out(seat_id: int, at: datetime) -> bool:
    """Let a person be away from a moment on, unless they are seen before; tell whether that is sooner than it was."""
    seen_at = at - HERE_FOR
    return Seat.objects.filter(id=seat_id, left_at=None, seen_at__gt=seen_at).update(seen_at=seen_at) == 1


def refresh(seat_ids: Collection[int], now: datetime) -> set[UUID]:
    """Keep many people fresh; return the check-ins that somebody has come back to."""
    if not seat_ids:
        return set()
    away = _away_seats(seat_ids, now)
    _bring_back(away, now)
    _extend(set(seat_ids) - away.keys(), now)
    return set(away.values())


def _away_seats(seat_ids: Collection[int], now: datetime) -> dict[int, UUID]:
    """Return the seats that count as away in check-ins that have not ended, each with its check-in's id."""
    places, ids = statements.in_list(seat_ids)
    source = f"""
        {_SEAT} own JOIN {_SESSION} its ON its.id = own.live_session_id
        WHERE own.id IN ({places}) AND own.left_at IS NULL AND its.ended_at IS NULL
        AND (own.seen_at IS NULL OR own.seen_at <= %s)
    """
    given = [*_ID * len(ids), *_SEEN_AT]
    [found] = statements.run([statements.rows(_SEAT_AND_SESSION, source, given, [*ids, now - HERE_FOR])])
    return dict(found)


def _bring_back(seats: dict[int, UUID], now: datetime) -> None:
    """Make people here who counted as away, and raise the version of their check-ins."""
    if not seats:
        return
    with transaction.atomic():
        # In the order of their sessions, in which commands lock them too: two that wait for each other wait for ever.
        going_on = {session_id for session_id in sorted(set(seats.values())) if raise_version(session_id)}
        back = [seat_id for seat_id, session_id in seats.items() if session_id in going_on]
        Seat.objects.filter(id__in=back, left_at=None).update(seen_at=now)
        transaction.on_commit(lambda: broadcast.somebody_came(going_on))


def _extend(seat_ids: Collection[int], now: datetime) -> None:
    """Write a later time for seats that count as here; those that have been left or ended have no time to extend."""
    if not seat_ids:
        return
    places, ids = statements.in_list(seat_ids)
    # Seats that a command is writing to wait for the next sweep: nobody waits for the other in a circle.
    passing_over = " FOR NO KEY UPDATE SKIP LOCKED" if connection.features.has_select_for_no_key_update else ""
    text = f"""
        UPDATE {_SEAT} SET seen_at = %s WHERE id IN (
            SELECT id FROM {_SEAT} WHERE id IN ({places}) AND left_at IS NULL AND seen_at > %s{passing_over}
        )
    """  # noqa: S608  names only
    given = [*_SEEN_AT, *_ID * len(ids), *_SEEN_AT]
    # A power cut may take it: nobody is here after that, and whoever seals meanwhile need not wait for the disk.
    with statements.non_durable_transaction():
        statements.run([statements.raw_sql(text, given, [now, *ids, now - HERE_FOR])])
