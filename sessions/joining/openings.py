"""Agreed openings as stored: proposing one, saying an hour, calling it off; the rules are in ``checkin.apart``."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import partners
from accounts.models import Couple, User
from sessions.checkin import apart as rules
from sessions.joining.seats import add_seat, seat_of_member
from sessions.models import LiveSession, Round
from sessions.store import load, openings, system_changes
from sessions.words import library


class NoPartner(Exception):
    """Who proposes an opening has nobody to agree with."""


class Over(Exception):
    """Its hour has come, or it was called off."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The opening that a couple was led to, and whether it is new."""

    live_session: LiveSession
    is_new: bool


def propose(
    person: User, opens_at: datetime, *, moment: int | None = None, text: str = "", now: datetime | None = None
) -> Proposed:
    """Propose an opening about a moment, or return the one that waits: a couple has one.

    Raises BadHour, NoPartner, ClockInDoubt.
    """
    now = now or timezone.now()
    openings.check_hour(opens_at, now)
    couple, partner = partners.couple_of(person), partners.partner_of(person)
    if couple is None or partner is None or not partners.can_return(partner):
        raise NoPartner
    openings.carry_out_for(person.id)
    with transaction.atomic():
        Couple.objects.select_for_update().get(id=couple.id)  # without it two who propose at once make two
        if found := LiveSession.objects.apart().filter(couple=couple).first():
            return Proposed(found, is_new=False)
        seat = seat_of_member(couple, person)
        live_session = LiveSession.objects.create(
            couple=couple, created_at=now, starts_at=opens_at, apart="asked", asked_by=seat, asked_starts_at=opens_at
        )
        for one, name in sorted([(person, seat), (partner, seat_of_member(couple, partner))], key=lambda two: two[1]):
            add_seat(live_session, one, name)
        known = library.MOMENT_BY_ID[moment] if moment else None
        Round.objects.create(
            live_session=live_session,
            number=1,
            moment=moment,
            text=known.text if known else text,
            theme=known.theme if known else "",
            opened_by="" if known else seat,
            opened_at=now,
        )
    return Proposed(live_session, is_new=True)


def waiting_of(person: User) -> LiveSession | None:
    """Return the opening that a person's couple has before it, what is due carried out."""
    openings.carry_out_for(person.id)
    return LiveSession.objects.apart().filter(seats__user=person, seats__left_at=None).first()


def say_hour(person: User, session_id: UUID, opens_at: datetime, now: datetime | None = None) -> None:
    """Say an hour for an opening: it holds once both have said it.

    Raises load.NotFound, BadHour, Over, ClockInDoubt.
    """
    now = now or timezone.now()
    openings.check_hour(opens_at, now)
    openings.carry_out(session_id)
    with transaction.atomic():
        place = load.live_session_for(person.id, session_id, lock=True)
        apart, seat = place.state.apart, place.seat
        if seat is None:
            raise load.NotFound
        said = (
            rules.say_hour(apart, load.partner(seat.name), opens_at, now)
            if apart and not place.state.ended_at
            else None
        )
        if said is None:
            raise Over
        if said != apart:
            system_changes.say_hour(place.live_session, said)


def call_off(person: User, session_id: UUID, now: datetime | None = None) -> None:
    """Call an opening off, for both, or do nothing where it has opened or is over. Raises load.NotFound."""
    openings.carry_out(session_id)
    with transaction.atomic():
        place = load.live_session_for(person.id, session_id, lock=True)
        if place.seat is None:
            raise load.NotFound
        if place.state.apart and place.state.ended_at is None:
            system_changes.end([session_id], now)
