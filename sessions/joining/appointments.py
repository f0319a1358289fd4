"""Appointments as stored: finding one for whoever may read of it, moving it, calling it off.

What one is and what may be done is decided in ``checkin.appointment``; what a reader is told comes from there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.care import scopes
from accounts.models import Membership, User
from sessions.checkin import appointment as rules
from sessions.checkin.appointment import Appointment, AppointmentState, Deed, Reader
from sessions.joining import plans
from sessions.joining.codes import PARTNERS
from sessions.models import LiveSession, Seat
from sessions.store import host_access, load, system_changes


class Refused(Exception):
    """This cannot be done with the appointment now; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """An appointment, and as whom somebody reads it."""

    live_session: LiveSession
    appointment: Appointment
    reader: Reader

    def state(self, now: datetime) -> AppointmentState:
        """Return what it is now."""
        return rules.state_of(self.appointment, now)

    def may(self, now: datetime) -> tuple[Deed, ...]:
        """Return what this reader may do with it now."""
        return rules.may(self.appointment, self.reader, now)


def of(live_session: LiveSession) -> Appointment:
    """Return a planned check-in as an appointment; its seats may have been prefetched."""
    assert live_session.starts_at is not None, "it was planned"
    return Appointment(
        starts_at=live_session.starts_at,
        hosted=live_session.started_hosted,
        sequence=live_session.sequence,
        moved_from=live_session.moved_from,
        ended_at=live_session.ended_at,
        ends_at=live_session.ending_at,
        both_came={seat.name for seat in live_session.seats.all()}.issuperset(PARTNERS),
        both_in_at=live_session.both_in_at,
    )


def find(person: User, session_id: UUID, now: datetime | None = None, *, lock: bool = False) -> Found:
    """Return an appointment for its host or one of the couple it is for. Raises load.NotFound.

    While it is no room yet, and once it has come to nothing, none of the three loses it: not by parting, by an account
    that closes or by a yes that is taken back, or one would read of it what the others do not. As a room it is read by
    the rules of the room.
    """
    now = now or timezone.now()
    rows = LiveSession.objects.select_for_update() if lock else LiveSession.objects.all()
    live_session = rows.planned().filter(id=session_id).first()
    if live_session is None:
        raise load.NotFound
    found = Found(live_session, of(live_session), _reader(person, live_session))
    if found.state(now) in ("open", "check_in") and not load.live_session_for(person.id, session_id).may_listen:
        raise load.NotFound
    return found


def all_of(person: User, now: datetime) -> list[Found]:
    """Return every appointment that ``find`` finds for a person, oldest first: as few queries for many as for one."""
    halves = Membership.objects.filter(user=person)
    present = {half.couple_id for half in halves if half.left_at is None}
    theirs = Q(couple__in=[half.couple_id for half in halves]) | Q(seats__user=person)
    planned = LiveSession.objects.planned().filter(theirs).distinct().order_by("starts_at", "id")
    has_scope = cache(scopes.has_scope)
    told = []
    for live_session in planned.prefetch_related("seats"):
        seats = list(live_session.seats.all())
        seat = next((seat for seat in seats if seat.user_id == person.pk), None)
        found = Found(live_session, of(live_session), "host" if seat and seat.name == "host" else "partner")
        if found.state(now) in ("open", "check_in"):
            # As a room it is read by the rules of the room: see ``load.Place``.
            if seat is None:
                may_listen = live_session.couple_id in present
            elif seat.name == "host":
                may_listen = host_access.host_may(live_session, seats, has_scope)
            else:
                may_listen = seat.left_at is None
            if not may_listen:
                continue
        told.append(found)
    return told


def _reader(person: User, live_session: LiveSession) -> Reader:
    seat = live_session.seats.filter(user=person).first()
    if seat is not None:
        return "host" if seat.name == "host" else "partner"
    if not Membership.objects.filter(couple=live_session.couple_id, user=person).exists():
        raise load.NotFound
    return "partner"


def move(
    person: User, session_id: UUID, starts_at: datetime, now: datetime | None = None, *, seen: int | None = None
) -> Found:
    """Move an appointment to another time; to the one that it has is no move.

    ``seen`` is the version that was on the page, if a page asked: what somebody else has moved since is not moved
    unread. Raises load.NotFound, plans.BadTime, Refused.
    """
    now = now or timezone.now()
    plans.check_time(starts_at, now)
    with transaction.atomic():
        found = find(person, session_id, now, lock=True)
        _check(found, "move", now)
        live_session = found.live_session
        if live_session.starts_at == starts_at:
            return found
        if seen not in (None, live_session.sequence):
            raise Refused("appointment.over")
        try:
            with transaction.atomic():
                system_changes.move(live_session, starts_at, now)
        except IntegrityError:
            raise Refused("appointment.same_time") from None
    return Found(live_session, of(live_session), found.reader)


def call_off(person: User, session_id: UUID, now: datetime | None = None) -> None:
    """Call an appointment off, for all three alike; again is the same. Raises load.NotFound, Refused."""
    now = now or timezone.now()
    with transaction.atomic():
        found = find(person, session_id, now, lock=True)
        _check(found, "call_off", now)
        system_changes.end([session_id], now)


def _check(found: Found, deed: Deed, now: datetime) -> None:
    code = rules.obstacle(found.appointment, found.reader, deed, now)
    # A right to host that is gone for now, such as by a second step that was turned off.
    if code is None and found.reader == "host" and found.live_session.ended_at is None:
        code = None if host_access.all_agree_still(found.live_session) else "seat.not_allowed"
    if code:
        raise Refused(code)


def come_to_nothing_for(person: User, now: datetime) -> "QuerySet[LiveSession]":
    """Return what was called off, for whoever would come for nothing; until its hour is over, soonest first."""
    couples = Membership.objects.filter(user=person).values("couple")
    theirs = Q(couple__in=couples) | Q(seats__user=person)
    ended = LiveSession.objects.filter(theirs, starts_at__gt=now - rules.HOUR, ended_at__isnull=False)
    seated = Seat.objects.filter(name="b").values("live_session")
    both = Seat.objects.filter(name="a", live_session__in=seated).values("live_session")
    return ended.exclude(id__in=both).distinct().order_by("starts_at")


def state_of(live_session: LiveSession, now: datetime) -> AppointmentState | None:
    """Return what a check-in is as an appointment; None for one that was not planned as one."""
    return rules.state_of(of(live_session), now) if live_session.is_appointment else None


def next_changes(live_sessions: Iterable[LiveSession], now: datetime) -> list[datetime | None]:
    """Return when time alone next changes what is said of each of these."""
    return [rules.next_change(of(one), now) if one.is_appointment else one.ends_at for one in live_sessions]


def clashes_for(host: User, starts_at: datetime, *, except_for: Collection[UUID] = ()) -> list[datetime]:
    """Return the times of what a therapist hosts that would meet this hour."""
    hosted = LiveSession.objects.filter(
        seats__user=host, seats__name="host", seats__left_at=None, ended_at=None, starts_at__isnull=False
    )
    times = hosted.exclude(id__in=except_for).values_list("starts_at", flat=True)
    return rules.clashes(starts_at, [at for at in times if at])
