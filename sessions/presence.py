"""Who is here: written when a person's first socket opens, kept fresh by the sweep, cleared after a clean close.

Presence is nobody's history. It changes no state, and the version only when what others see flips. Once a check-in
has ended nothing is written any more. PostgreSQL, when it has waited for an end to commit, looks again at the row that
it waited for and at no other: what must hold is asked of that very row.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from sessions.models import LiveSession, Seat
from sessions.state import HERE_FOR


def arrived(seat_id: int, now: datetime) -> None:
    """Note that a person is here."""
    still_here([seat_id], now)


def left(seat_id: int, closed_at: datetime) -> None:
    """Note that a person's last socket closed, unless another process has seen them since."""
    seat = Seat.objects.filter(id=seat_id, left_at=None, seen_at__lte=closed_at)
    with transaction.atomic():
        for session_id in list(seat.values_list("live_session_id", flat=True)):
            if _raise_version(session_id):
                seat.update(seen_at=None)


def still_here(seat_ids: Collection[int], now: datetime) -> None:
    """Keep many people fresh."""
    seats = Seat.objects.filter(id__in=seat_ids, left_at=None, live_session__ended_at=None)
    away = dict(seats.filter(Q(seen_at=None) | Q(seen_at__lte=now - HERE_FOR)).values_list("id", "live_session_id"))
    for seat_id, session_id in away.items():
        _back(seat_id, session_id, now)
    _refresh(set(seat_ids) - away.keys(), now)


def _back(seat_id: int, session_id: UUID, now: datetime) -> None:
    """Note that somebody who counted as away is here."""
    with transaction.atomic():
        if _raise_version(session_id):
            Seat.objects.filter(id=seat_id, left_at=None).update(seen_at=now)


def _refresh(seat_ids: Collection[int], now: datetime) -> None:
    """Write a later time for those who count as here. Whoever leaves, or whose check-in ends, has none by then."""
    here = Seat.objects.filter(id__in=seat_ids, left_at=None, seen_at__gt=now - HERE_FOR)
    with transaction.atomic():
        # Seats that a command is writing to wait for the next sweep: nobody waits for the other in a circle.
        free = here.select_for_update(skip_locked=True, no_key=True)
        Seat.objects.filter(id__in=list(free.values_list("id", flat=True))).update(seen_at=now)


def _raise_version(session_id: UUID) -> bool:
    """Raise the version of a check-in, which locks it until the transaction ends; tell whether it is going on."""
    return LiveSession.objects.filter(id=session_id, ended_at=None).update(version=F("version") + 1) == 1
