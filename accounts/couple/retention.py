"""What the two decide about their history: how long it is kept, what one leaves behind, and a weekly time.

Each has a wish for how long, and the shorter one wins. Nobody is told the other's wish beyond what comes of both.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Couple, Membership, User

MONTHS_KEPT: Final = 12
# What a page offers; the interface takes every whole number in between.
MONTHS_OFFERED: Final = (1, 3, 6, 12, 24, 60, 120)
MONTHS_AT_LEAST: Final = 1
MONTHS_AT_MOST: Final = 120


def months_kept(wishes: Iterable[int | None]) -> int:
    """Return for how many months a history is kept: the shorter wish; who has wished for nothing wishes for a year."""
    return min((MONTHS_KEPT if wish is None else wish for wish in wishes), default=MONTHS_KEPT)


def months_of(couple: Couple) -> int:
    """Return for how many months a couple's history is kept."""
    return months_kept(_wishes(couple).values_list("retention_months", flat=True))


def wish(user: User, couple: Couple, months: int) -> int:
    """Keep a person's wish, and return what comes of both. Raises ValueError for more or less than there can be."""
    if not MONTHS_AT_LEAST <= months <= MONTHS_AT_MOST:
        raise ValueError(months)
    couple.memberships.filter(user=user).update(retention_months=months)
    return months_of(couple)


def wish_of(user: User, couple: Couple) -> int:
    """Return a person's own wish."""
    kept = couple.memberships.filter(user=user).values_list("retention_months", flat=True).first()
    return MONTHS_KEPT if kept is None else kept


def months_by_couple() -> dict[UUID, int]:
    """Return for how many months each couple's history is kept."""
    wishes: dict[UUID, list[int | None]] = {}
    # Of somebody who is gone no wish is kept: nothing of theirs but reactions is left to go.
    people = Membership.objects.exclude(user=None).values_list("couple_id", "retention_months")
    for couple_id, months in people:
        wishes.setdefault(couple_id, []).append(months)
    return {couple_id: months_kept(months) for couple_id, months in wishes.items()}


def before(now: datetime, months: int) -> datetime:
    """Return the moment that many months before another; a day that a month has not is its last one."""
    month = now.year * 12 + now.month - 1 - months
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=month // 12, month=month % 12 + 1)


def leave_words(user: User, couple: Couple, leave: bool) -> None:
    """Let the other go on reading one's words after the two have parted, or no longer."""
    couple.memberships.filter(user=user).exclude(left_at=None).update(leaves_words=leave)


def set_weekly_time(couple: Couple, day: int | None, at: time | None) -> None:
    """Set a couple's weekly time, or put it away; the same again changes nothing."""
    day, at = (day, at) if day is not None and at is not None else (None, None)
    Couple.objects.filter(pk=couple.pk).exclude(weekly_day=day, weekly_time=at).update(
        weekly_day=day, weekly_time=at, weekly_set_at=timezone.now(), weekly_revision=F("weekly_revision") + 1
    )
    couple.refresh_from_db()


def _wishes(couple: Couple) -> QuerySet[Membership]:
    return couple.memberships.exclude(user=None)
