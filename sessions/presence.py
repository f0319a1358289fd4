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
    with transaction.atomic():
        _raise_versions(_seats([seat_id]).filter(_unseen(now)))
        _seats([seat_id]).update(seen_at=now)


def left(seat_id: int, closed_at: datetime) -> None:
    """Note that a person's last socket closed, unless another process has seen them since."""
    with transaction.atomic():
        seats = _seats([seat_id]).filter(seen_at__lte=closed_at)
        _raise_versions(seats)
        seats.update(seen_at=None)


def still_here(seat_ids: Collection[int], now: datetime) -> None:
    """Keep many people fresh, passing over those whose check-in is just being written.

    Waiting for them while others are held would let a sweep and a batch of marks wait for each other until PostgreSQL
    breaks one of the two, a second later. The next sweep sees whoever was passed over.
    """
    if not seat_ids:
        return
    with transaction.atomic():
        free = _seats(seat_ids).select_for_update(skip_locked=True)
        back = dict(free.filter(_unseen(now)).values_list("id", "live_session_id"))
        LiveSession.objects.filter(id__in=set(back.values())).update(version=F("version") + 1)
        seen = free.exclude(_unseen(now)).values("id")
        Seat.objects.filter(Q(id__in=list(back)) | Q(id__in=seen)).update(seen_at=now)


def _unseen(now: datetime) -> Q:
    return Q(seen_at=None) | Q(seen_at__lte=now - HERE_FOR)


def _seats(seat_ids: Collection[int]) -> QuerySet[Seat]:
    return Seat.objects.filter(id__in=seat_ids, left_at=None, live_session__ended_at=None)


def _raise_versions(seats: QuerySet[Seat]) -> None:
    LiveSession.objects.filter(id__in=list(seats.values_list("live_session_id", flat=True))).update(
        version=F("version") + 1
    )
