"""The outbox: what is due to whom, made, moved and removed in the transaction of what causes it.

Each is taken by whoever sets ``taken`` first, and that is committed before anything is sent. So a notice leaves at most
once, by each of its ways, however many processes look and whenever one of them dies.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Notice, NoticeKind, NoticeWishes, User
from accounts.notices import subscriptions, times, wishes, wording
from cycleproject.database import statements

BATCH: Final = 64
# For how long it is remembered that a notice was taken, so that no clock that is put back lets it leave again.
REMEMBERED_FOR: Final = timedelta(days=2)

# What came of trying. "lost": it may have arrived, or never will; either way it is not tried again.
Outcome = Literal["sent", "later", "gone", "lost"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One notice that was taken and is to leave now, by one way."""

    notice_id: int
    way: Literal["mail", "push"]
    sentence: str
    # An address of mail, or the target of a subscription.
    to: Any
    late_at: datetime


def agreed(person_ids: Iterable[UUID], about: UUID, at: datetime, now: datetime | None = None) -> None:
    """Put down an hour for these people, instead of the one that was put down before; inside the caller's transaction.

    What is over already is put down for nobody.
    """
    now, people = now or timezone.now(), set(person_ids)
    moments: dict[NoticeKind, datetime] = {"hour": at, "before": at - times.BEFORE}
    # What was taken for a moment stays, so that no second one is put down for it.
    left = Notice.objects.filter(Q(taken=False) | ~Q(way=""), about=about)
    same = Q(kind="hour", due_at=moments["hour"]) | Q(kind="before", due_at=moments["before"])
    left.exclude(same, user__in=people).delete()
    _put(about, {kind: due_at for kind, due_at in moments.items() if due_at > now}, people)


def accepted(inviter_id: UUID, about: UUID, now: datetime | None = None) -> None:
    """Put down that an invitation of somebody's was accepted; inside the caller's transaction."""
    _put(about, {"accepted": now or timezone.now()}, [inviter_id])


def withdrawn(about: UUID) -> None:
    """Remove all that is to leave about what was called off or is over, in the caller's transaction."""
    Notice.objects.filter(about=about).delete()


def withdrawal(about: UUID) -> statements.Query:
    """Return the query that does the same, for a caller who gathers what to write."""
    return statements.delete(Notice, {"about": about})


def forget_old(now: datetime) -> None:
    """Delete what was taken, or should have been, some days ago."""
    Notice.objects.filter(due_at__lte=now - REMEMBERED_FOR).delete()


def due(now: datetime) -> list[int]:
    """Return the first notices that nobody has taken and whose time has come, the oldest first."""
    waiting = Notice.objects.filter(taken=False, next_at__lte=now).order_by("next_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def take(notice_id: int, now: datetime) -> Parcel | None:
    """Take a notice, unless somebody else has, or it is too late or has to wait; return what is to leave by it.

    One that stands for all ways is replaced by one for each, which are taken next.
    """
    waiting = Notice.objects.filter(pk=notice_id, taken=False, next_at__lte=now)
    notice = waiting.select_related("user").first()
    if notice is None:
        return None
    person, wished = notice.user, wishes.of(notice.user)
    late_at = times.late_at(cast(NoticeKind, notice.kind), notice.due_at)
    quiet_until = wishes.quiet_until(wished, now)
    if now >= late_at or (quiet_until or now) >= late_at:
        waiting.update(taken=True)
        return None
    if quiet_until:
        waiting.update(next_at=quiet_until)
        return None
    if not waiting.update(taken=True):
        return None
    if not notice.way:
        _replace_by_ways(notice, person, wished)
        return None
    to = _where(notice, person, wished)
    if to is None:
        return None
    way = cast(Literal["mail", "push"], notice.way)
    return Parcel(notice.pk, way, wording.sentence(wished.wording), to, late_at)


def told(parcel: Parcel, outcome: Outcome, now: datetime, asked_to_wait: float | None = None) -> None:
    """Write down what came of a parcel: what was refused for now is tried again, unless it is too late by then.

    What was withdrawn meanwhile is not there any more, and does not come back.
    """
    notice = Notice.objects.filter(pk=parcel.notice_id).first()
    if notice is None:
        return
    if outcome == "gone" and notice.subscription_id:
        subscriptions.remove(notice.subscription_id)
        return
    again_at = times.next_try(now, notice.tries, asked_to_wait)
    if outcome == "later" and again_at < parcel.late_at:
        Notice.objects.filter(pk=notice.pk).update(taken=False, next_at=again_at, tries=notice.tries + 1)
    else:
        Notice.objects.filter(pk=notice.pk).delete()


def _put(about: UUID, moments: dict[NoticeKind, datetime], person_ids: Iterable[UUID]) -> None:
    Notice.objects.bulk_create(
        [
            Notice(user_id=person_id, about=about, kind=kind, due_at=due_at, next_at=due_at)
            for person_id in sorted(person_ids)
            for kind, due_at in moments.items()
        ],
        ignore_conflicts=True,
    )


def _replace_by_ways(notice: Notice, person: User, wished: NoticeWishes) -> None:
    if notice.kind == "before" and not wished.hour_before:
        return
    same = {"user": person, "about": notice.about, "kind": notice.kind, "due_at": notice.due_at}
    ways = [
        Notice(**same, way="push", subscription_id=subscription, next_at=notice.next_at)
        for subscription in subscriptions.ids_of(person)
    ]
    if wished.by_mail:
        ways.append(Notice(**same, way="mail", next_at=notice.next_at))
    Notice.objects.bulk_create(ways, ignore_conflicts=True)


def _where(notice: Notice, person: User, wished: NoticeWishes) -> Any:
    """Return where a notice goes now; None where its person has closed that way meanwhile."""
    if notice.subscription_id:
        return subscriptions.target_of(notice.subscription_id)
    return person.email if wished.by_mail and person.is_active else None
