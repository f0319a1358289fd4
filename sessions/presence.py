"""Who is here: written when a person's first socket opens, kept fresh by the sweep, cleared after a clean close.

Presence is nobody's history. It changes no state, and the version only when what others see flips.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from sessions.models import LiveSession, Seat
from sessions.state import HERE_FOR


def arrived(seat_id: int, now: datetime) -> None:
    """Note that a person is here."""
    still_here([seat_id], now)


def left(seat_id: int, closed_at: datetime) -> None:
    """Note that a person's last socket closed, unless another process has seen them since."""
    with transaction.atomic():
        seats = _seats([seat_id]).filter(seen_at__lte=closed_at)
        _raise_versions(seats)
        seats.update(seen_at=None)


def still_here(seat_ids: Collection[int], now: datetime) -> None:
    """Keep many people fresh."""
    if not seat_ids:
        return
    with transaction.atomic():
        unseen = Q(seen_at=None) | Q(seen_at__lte=now - HERE_FOR)
        _raise_versions(_seats(seat_ids).filter(unseen))
        _seats(seat_ids).update(seen_at=now)


def _seats(seat_ids: Collection[int]) -> QuerySet[Seat]:
    return Seat.objects.filter(id__in=seat_ids, left_at=None, live_session__ended_at=None)


def _raise_versions(seats: QuerySet[Seat]) -> None:
    LiveSession.objects.filter(id__in=list(seats.values_list("live_session_id", flat=True))).update(
        version=F("version") + 1
    )
