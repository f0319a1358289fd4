"""Settings of a couple: how long its history is kept, whether words are left when it ends.

Each partner wishes for a number of months, and the shorter wish counts. The other's wish is not told to anybody. A wish
for less counts after NOTICE: nobody deletes in one tap what the other relies on, and both are shown when it will be.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Couple, Membership, User

DEFAULT_MONTHS: Final = 12
# What a page offers; the interface takes every whole number in between.
MONTHS_OFFERED: Final = (1, 3, 6, 12, 24, 60, 120)
# After how long a shorter wish counts.
NOTICE: Final = timedelta(days=14)
MIN_MONTHS: Final = 1
MAX_MONTHS: Final = 120
# What a page offers of one's own view, once two have parted: 0 is nothing at all.
VIEWS_OFFERED: Final = (12, 6, 3, 1, 0)


def effective_retention(wishes: Iterable[int | None]) -> int:
    """Return the months that follow from the partners' wishes: the shortest; no wish counts as a year."""
    return min((DEFAULT_MONTHS if wish is None else wish for wish in wishes), default=DEFAULT_MONTHS)


def retention_of(couple: Couple) -> int:
    """Return for how many months this couple's history is kept."""
    return effective_retention(_wishes(couple).values_list("retention_months", flat=True))


def set_retention(user: User, couple: Couple, months: int, now: datetime | None = None) -> int:
    """Store one partner's wish; return the months that come of both. Raises ValueError if out of range.

    A wish for less than what counts of theirs now counts after NOTICE; again the same wish changes nothing.
    """
    if not MIN_MONTHS <= months <= MAX_MONTHS:
        raise ValueError(months)
    now = now or timezone.now()
    own = couple.memberships.get(user=user)
    # It goes with them into their next couple.
    User.objects.filter(pk=user.pk).update(retention_months=months)
    if own.retention_months == months:
        return retention_of(couple)
    until_then = counting_months(own, now)
    shorter = months < until_then
    couple.memberships.filter(pk=own.pk).update(
        retention_months=months,
        retention_counts_from=now + NOTICE if shorter else None,
        retention_months_before=until_then if shorter else None,
    )
    return retention_of(couple)


def counting_months(half: Membership, now: datetime) -> int:
    """Return the months that count of one partner now: the wish before, while a shorter one is still announced."""
    announced = half.retention_counts_from is not None and now < half.retention_counts_from
    months = half.retention_months_before if announced else half.retention_months
    return DEFAULT_MONTHS if months is None else months


@dataclass(frozen=True, slots=True)
class Announced:
    """A shorter time for the couple's history: from when, and for how many months it is kept till then."""

    counts_from: datetime
    months_until_then: int


def announced(halves: Collection[Membership], now: datetime) -> Announced | None:
    """Return the shorter common time that is announced for a couple, if one is."""
    here = [half for half in halves if half.user_id]
    until_then = effective_retention(counting_months(half, now) for half in here)
    after = effective_retention(half.retention_months for half in here)
    if after >= until_then:
        return None
    shortest = [half for half in here if half.retention_months == after]
    return Announced(min(half.retention_counts_from or now for half in shortest), until_then)


def own_retention(user: User, couple: Couple) -> int:
    """Return the months that one partner wishes for; a year if they have not said."""
    kept = couple.memberships.filter(user=user).values_list("retention_months", flat=True).first()
    return DEFAULT_MONTHS if kept is None else kept


def retention_by_couple() -> dict[UUID, int]:
    """Return the months that come of both wishes for every couple, by its id."""
    wishes: dict[UUID, list[int | None]] = {}
    people = Membership.objects.exclude(user=None).values_list("couple_id", "retention_months")
    for couple_id, months in people:
        wishes.setdefault(couple_id, []).append(months)
    return {couple_id: effective_retention(months) for couple_id, months in wishes.items()}


def months_before(now: datetime, months: int) -> datetime:
    """Return the moment this many months earlier, on the month's last day if the day does not exist in it."""
    month = now.year * 12 + now.month - 1 - months
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=month // 12, month=month % 12 + 1)


def kept_since(halves: Iterable[Membership], now: datetime) -> datetime:
    """Return since when a couple's rounds are kept: what was opened before is past its time, purged or not."""
    return months_before(now, effective_retention(counting_months(half, now) for half in halves if half.user_id))


def kept_since_by_couple(now: datetime) -> dict[UUID, datetime]:
    """Return the same for every couple, by its id, for the purge."""
    halves: dict[UUID, list[Membership]] = {}
    # Of somebody who is gone no wish is kept: nothing of theirs but reactions is left to go.
    for half in Membership.objects.exclude(user=None):
        halves.setdefault(half.couple_id, []).append(half)
    return {couple_id: kept_since(both, now) for couple_id, both in halves.items()}


def kept_since_of(couple_id: UUID, now: datetime) -> datetime:
    """Return the same for a couple by its id."""
    return kept_since(Membership.objects.filter(couple=couple_id), now)


def set_own_view(user: User, couple: Couple, months: int | None) -> None:
    """Set how far back a person still sees what was, once two have parted; None is all that is kept, 0 is nothing.

    Nothing is deleted by it, and the other's view stays as it is. Raises ValueError if out of range.
    """
    if months is not None and not 0 <= months <= MAX_MONTHS:
        raise ValueError(months)
    couple.memberships.filter(user=user).exclude(left_at=None).update(own_view_months=months)


def seen_since(half: Membership, now: datetime) -> datetime | None:
    """Return since when a person still sees what was, where they have shortened their own view."""
    return None if half.own_view_months is None else months_before(now, half.own_view_months)


def set_words_left(user: User, couple: Couple, leave: bool) -> None:
    """Set whether a former partner may go on reading a person's words."""
    couple.memberships.filter(user=user).exclude(left_at=None).update(leaves_words=leave)


def _wishes(couple: Couple) -> QuerySet[Membership]:
    return couple.memberships.exclude(user=None)
