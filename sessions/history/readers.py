"""Access to a couple's history: a ``Reader`` is loaded for who may look back, and NotFound raised for all others."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.care import audit, scopes
from accounts.couple import retention
from accounts.models import AuditKind, Couple, Membership, User
from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import Partner
from sessions.joining.start import open_check_ins_of
from sessions.store import load, openings

# How long before they go it is said how many rounds do.
SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read one couple's history, with what limits: retention, and words that are hidden from them."""

    couple: Couple
    # None: a therapist, who sees what the partners have shared and nothing that is one's own.
    seat: Partner | None
    # The name of somebody who has left for good is empty.
    names: Mapping[Partner, str]
    parted: bool
    wordless: frozenset[Partner]
    months: int
    kept_since: datetime
    leaves_words: bool = False
    # How far back somebody still wishes to see a couple that has parted. ``kept_since`` holds it already.
    own_view: int | None = None
    # A shorter time that both are shown before it counts.
    announced: retention.Announced | None = None
    # Since when rounds will be kept a month from now.
    kept_soon: datetime | None = None
    # A page that is the same for everybody in a room: nobody's own things are on it.
    shared: bool = False

    @property
    def viewer(self) -> Viewer:
        """Return the viewer to project a reveal for; a therapist sees what a host would."""
        return Viewer(self.seat or "host", shared=self.shared)


def reader_for(
    user: User,
    couple_id: UUID | None = None,
    now: datetime | None = None,
    *,
    opening: AuditKind = "history",
    only_own: bool = False,
) -> Reader | None:
    """Return a person as reader of a couple's history; without an id, of their own present or last couple.

    None: they never had a couple. Raises NotFound for a couple that they may not look back on. A therapist's access is
    recorded here, so that no page can forget to; partners' own never is. ``only_own`` admits partners alone.
    """
    now = now or timezone.now()
    openings.carry_out_for(user.id)
    if couple_id is None:
        # The couple they are in comes before those they were in, the newest of these first.
        own = Membership.objects.filter(user=user).order_by(F("left_at").desc(nulls_first=True)).first()
        if own is None or _day_is_over(user, now):
            return None
        couple_id = own.couple_id
    halves = list(Membership.objects.filter(couple=couple_id).select_related("couple", "user"))
    own = next((half for half in halves if half.user_id == user.pk), None)
    if own is None:
        if only_own:
            raise load.NotFound
        _admit_therapist(user, couple_id, opening)
    return _reader(halves, own, now)


def last_former(user: User) -> UUID | None:
    """Return the couple that a person has left last, whoever they are with now."""
    former = Membership.objects.filter(user=user).exclude(left_at=None)
    return former.order_by("-left_at").values_list("couple_id", flat=True).first()


def readers_of(user_id: UUID, now: datetime | None = None) -> list[Reader]:
    """Return a person as reader of each couple that they are or were in."""
    openings.carry_out_for(user_id)
    halves = Membership.objects.filter(couple__memberships__user=user_id).select_related("couple", "user")
    by_couple: defaultdict[UUID, list[Membership]] = defaultdict(list)
    for half in halves:
        by_couple[half.couple_id].append(half)
    own = {half.couple_id: half for half in halves if half.user_id == user_id}
    found = []
    for couple_id, both in by_couple.items():
        with suppress(load.NotFound):
            found.append(_reader(both, own[couple_id], now or timezone.now()))
    return found


def reader_in(place: load.Place, now: datetime | None = None) -> Reader | None:
    """Return whoever sits at a place as reader of what both shared in that check-in; its host among them.

    None: no two have met there yet. That they may be there at all is for whoever loaded the place to ask. Raises
    NotFound for a guest whose day is over.
    """
    halves = list(Membership.objects.filter(couple=place.live_session.couple_id).select_related("couple", "user"))
    if not halves or place.seat is None:
        return None
    own = next((half for half in halves if half.user_id == place.seat.user_id), None)
    return replace(_reader(halves, own, now or timezone.now()), shared=True)


@transaction.atomic
def _admit_therapist(therapist: User, couple_id: UUID, opening: AuditKind) -> None:
    if not scopes.has_scope(therapist.pk, couple_id, "history"):
        raise load.NotFound
    audit.record(therapist, opening, couple_id)


def _reader(halves: list[Membership], own: Membership | None, now: datetime) -> Reader:
    gone = frozenset(load.partner(half.seat) for half in halves if half.user and _day_is_over(half.user, now))
    if own and load.partner(own.seat) in gone:
        raise load.NotFound
    names = {load.partner(half.seat): half.user.first_name if half.user else "" for half in halves}
    months = retention.effective_retention(half.retention_months for half in halves if half.user_id)
    parted = any(half.left_at for half in halves)
    own_since = retention.seen_since(own, now) if own else None
    common, common_soon = retention.kept_since(halves, now), retention.kept_since(halves, now + SOON)
    wordless = {load.partner(half.seat) for half in halves if parted and half is not own and not half.leaves_words}
    return Reader(
        couple=halves[0].couple,
        seat=load.partner(own.seat) if own else None,
        names=names | dict.fromkeys(gone, ""),
        parted=parted,
        wordless=frozenset(wordless | gone),
        months=months,
        kept_since=max(common, own_since or common),
        announced=retention.announced(halves, now),
        # What is out of one's own view already does not leave once more.
        kept_soon=max(common_soon, own_since or common_soon),
        leaves_words=bool(own and own.leaves_words),
        own_view=own.own_view_months if own else None,
    )


def _day_is_over(person: User, now: datetime) -> bool:
    """Tell whether somebody is a guest whom the next purge erases: a day is a day, before it as after it."""
    if not person.is_guest or not User.objects.unclaimed(now).filter(pk=person.pk).exists():
        return False
    return not open_check_ins_of(person, now).exists()


def other_histories(user: User, reader: Reader | None) -> list[Membership]:
    """Return the partners' memberships of the other couples that a person is or was in, for links to those."""
    halves = Membership.objects.filter(couple__memberships__user=user).exclude(user=user).select_related("user")
    if reader:
        halves = halves.exclude(couple=reader.couple)
    return list(halves.order_by(F("left_at").desc(nulls_first=True)))
