"""Seats of a check-in: storing them, and taking one's own in the check-in of one's couple."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.care import audit
from accounts.models import Couple, Membership, User
from sessions.models import LiveSession, Seat
from sessions.store import host_access, load, system_changes


class NotYet(Exception):
    """The check-in is planned, and its day has not begun."""


def needs_host_consent(live_session: LiveSession) -> bool:
    """Tell whether whoever takes a partner's seat here has to agree to the host first."""
    return live_session.hosted and live_session.consent_by_seat


def take_seat(user_id: UUID, session_id: UUID, now: datetime | None = None) -> None:
    """Seat one of the couple's own two people when their first socket opens. Raises load.NotFound, NotYet."""
    now = now or timezone.now()
    with transaction.atomic():
        place = load.live_session_for(user_id, session_id, lock=True)
        live_session = place.live_session
        if place.seat is not None or place.state.ended(now) or live_session.couple is None:
            return
        if needs_host_consent(live_session):
            return  # the way in is the join page, which asks
        user = User.objects.get(id=user_id)
        seat_partner(live_session, user, seat_of_member(live_session.couple, user), now)


def seat_partner(live_session: LiveSession, user: User, name: str, now: datetime, *, agrees: bool = False) -> None:
    """Give a partner's seat in a locked check-in to a person, and show it to whoever is there. Raises NotYet.

    Every door but starting leads through here, so that none opens before the day of a plan: with both in, it would go
    on from then until a day after the time that it was planned for.
    """
    if now < live_session.opens_at:
        raise NotYet
    add_seat(live_session, user, name, agrees=agrees)
    system_changes.seat_taken(live_session, now)
    if live_session.code is None:
        _record_host(live_session)


def add_seat(live_session: LiveSession, user: User, name: str, *, agrees: bool = False) -> Seat:
    """Store a seat. ``agrees`` means that the person has read what the host sees and has consented."""
    yes = {"host_wording": host_access.WORDING, "host_agreed_at": timezone.now()} if agrees else {}
    return Seat.objects.create(live_session=live_session, user=user, name=name, first_name=user.first_name, **yes)


def seat_of_member(couple: Couple, person: User) -> str:
    """Return the seat that a person has in a couple, ``a`` or ``b``."""
    return Membership.objects.get(couple=couple, user=person, left_at=None).seat


def _record_host(live_session: LiveSession) -> None:
    host = live_session.seats.filter(name="host").select_related("user").first()
    if live_session.hosted and host and host.user and live_session.couple_id:
        audit.record(host.user, "check-in", live_session.couple_id, live_session.id)
