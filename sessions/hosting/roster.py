"""Loads for the roster when a therapist last met each couple and meets them next, from check-ins they host."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from sessions.checkin.appointment import AppointmentState
from sessions.checkin.state import PARTNERS
from sessions.joining import appointments
from sessions.models import LiveSession


@dataclass(frozen=True, slots=True)
class Hosted:
    """A hosted check-in that is open or planned, as the roster lists it."""

    id: UUID
    title: str
    starts_at: datetime | None
    state: AppointmentState | None = None


@dataclass(frozen=True, slots=True)
class Meetings:
    """A couple's last hosted check-in, the next one planned, and one that is open; each with its id."""

    last_at: datetime | None = None
    last_id: UUID | None = None
    next_at: datetime | None = None
    next_id: UUID | None = None
    open_id: UUID | None = None
    # Everything that is still to come, soonest first, and what lately did not take place.
    planned: tuple[Hosted, ...] = ()
    missed: tuple[Hosted, ...] = ()


def meetings_with(therapist: User, couple_ids: Collection[UUID], now: datetime | None = None) -> dict[UUID, Meetings]:
    """Return the meetings with each couple, by its id. The caller has checked the couples' consent."""
    now = now or timezone.now()
    hosted = LiveSession.objects.filter(couple__in=couple_ids, seats__user=therapist, seats__name="host")
    found: dict[UUID, Meetings] = {}
    for live_session in hosted.order_by("took_place_at").prefetch_related("seats"):
        couple_id = live_session.couple_id
        assert couple_id is not None
        found[couple_id] = _with(found.get(couple_id, Meetings()), live_session, now)
    return found


def hosted_new_couples(therapist: User, linked: Collection[UUID], now: datetime | None = None) -> list[Hosted]:
    """Return the therapist's open and planned check-ins with people who are not among their linked couples."""
    now = now or timezone.now()
    hosted = LiveSession.objects.going_on(now).filter(seats__user=therapist, seats__name="host", seats__left_at=None)
    others = hosted.exclude(couple__in=linked).order_by("took_place_at").prefetch_related("seats")
    return [_hosted(one, now) for one in others]


def come_to_nothing(therapist: User, now: datetime | None = None) -> list[Hosted]:
    """Return what the therapist would have hosted, until its hour is over; whoever's doing it was."""
    now = now or timezone.now()
    found = appointments.come_to_nothing_for(therapist, now).filter(started_hosted=True)
    return [_hosted(one, now) for one in found if one.seats.filter(user=therapist, name="host").exists()]


def _hosted(live_session: LiveSession, now: datetime) -> Hosted:
    state = appointments.state_of(live_session, now)
    return Hosted(live_session.id, live_session.title, live_session.starts_at, state)


def next_changes_hosted_by(therapist: User, now: datetime) -> list[datetime | None]:
    """Return when time alone next changes what the roster says of each check-in."""
    hosted = LiveSession.objects.going_on(now).filter(seats__user=therapist, seats__name="host", seats__left_at=None)
    nothing = appointments.come_to_nothing_for(therapist, now)
    listed = [*hosted.prefetch_related("seats"), *nothing.prefetch_related("seats")]
    return appointments.next_changes(listed, now)


def _with(known: Meetings, live_session: LiveSession, now: datetime) -> Meetings:
    at = live_session.took_place_at
    is_gone = any(seat.name == "host" and seat.left_at for seat in live_session.seats.all())
    if is_gone and live_session.ended_at is None and live_session.ends_at > now:
        return known  # theirs alone, until one of them lets the host in again
    if live_session.ended_at is None and at > now:
        known = replace(known, planned=(*known.planned, _hosted(live_session, now)))
        is_next = known.next_at is None or at < known.next_at
        return replace(known, next_at=at, next_id=live_session.id) if is_next else known
    if live_session.ended_at is None and appointments.state_of(live_session, now) == "missed":
        gone = live_session.expires_at <= now
        return known if gone else replace(known, missed=(*known.missed, _hosted(live_session, now)))
    if live_session.ended_at is None and live_session.ends_at > now:
        return replace(known, open_id=live_session.id)
    # One that was put off, or to which not both came, is none at which they met.
    both_came = {seat.name for seat in live_session.seats.all()}.issuperset(PARTNERS)
    is_last = both_came and (known.last_at is None or at > known.last_at)
    return replace(known, last_at=at, last_id=live_session.id) if is_last else known
