"""Agreed openings as stored: proposing one, saying an hour, calling it off; the rules are in ``checkin.apart``."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import partners
from accounts.models import Couple, Membership, User
from sessions.checkin import apart as rules
from sessions.joining.seats import add_seat, seat_of_member
from sessions.models import LiveSession, Round
from sessions.store import load, openings, system_changes
from sessions.words import library


class NoPartner(Exception):
    """Who proposes an opening has nobody to agree with."""


class CannotBeAsked(Exception):
    """The couple can take no suggestion now: one waits already, or one of the two has no way back in."""


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
    """Propose an opening, or return the one that waits: a couple has one. Without a moment each of the two chooses one.

    Raises BadHour, NoPartner, ClockInDoubt.
    """
    now = now or timezone.now()
    openings.check_hour(opens_at, now)
    couple, partner = partners.couple_of(person), partners.partner_of(person)
    if couple is None or partner is None or not partners.can_return(partner):
        raise NoPartner
    openings.carry_out_for(person.id)
    with transaction.atomic():
        _lock(couple)
        if found := LiveSession.objects.apart().filter(couple=couple).first():
            return Proposed(found, is_new=False)
        seat = seat_of_member(couple, person)
        asked = LiveSession(asked_by=seat, asked_starts_at=opens_at)
        made = _store(asked, couple, opens_at, now, moment=moment, text=text, words_of=seat)
    return Proposed(made, is_new=True)


def suggest(
    therapist: User, couple: Couple, opens_at: datetime, *, moment: int | None = None, text: str = "", now: datetime
) -> Proposed:
    """Suggest an opening to a couple, or return what this therapist has suggested to them and waits.

    Neither of the two has said anything by it. The caller has checked the consent of both. Raises BadHour,
    CannotBeAsked, ClockInDoubt.
    """
    openings.check_hour(opens_at, now)
    openings.carry_out_of(couple)
    with transaction.atomic():
        _lock(couple)
        if found := LiveSession.objects.apart().filter(couple=couple).first():
            if found.set_by_id != therapist.pk:
                raise CannotBeAsked
            return Proposed(found, is_new=False)
        if not all(partners.can_return(half.user) for half in _halves(couple)):
            raise CannotBeAsked
        suggested = LiveSession(set_by=therapist)
        made = _store(suggested, couple, opens_at, now, moment=moment, text=text, words_of="host")
    return Proposed(made, is_new=True)


def _lock(couple: Couple) -> None:
    """Lock a couple: without it two who propose at once make two."""
    Couple.objects.select_for_update().get(id=couple.id)


def _halves(couple: Couple) -> list[Membership]:
    return list(couple.memberships.filter(left_at=None).select_related("user").order_by("seat"))


def _store(
    asked: LiveSession,
    couple: Couple,
    opens_at: datetime,
    now: datetime,
    *,
    moment: int | None,
    text: str,
    words_of: str,
) -> LiveSession:
    """Store an opening with both seats and its round; ``asked`` holds who asks for the hour."""
    asked.couple, asked.created_at, asked.starts_at, asked.apart = couple, now, opens_at, "asked"
    asked.save()
    for half in _halves(couple):
        assert half.user is not None
        add_seat(asked, half.user, half.seat)
    known = library.MOMENT_BY_ID[moment] if moment else None
    Round.objects.create(
        live_session=asked,
        number=1,
        moment=moment,
        text=known.text if known else text,
        theme=known.theme if known else "",
        opened_by="" if known or not text else words_of,
        opened_at=now,
    )
    return asked


def set_by(live_session: LiveSession) -> str | None:
    """Return the name of the therapist who suggested an opening, for the couple."""
    if live_session.set_by_id is None:
        return None
    return User.objects.filter(id=live_session.set_by_id).values_list("first_name", flat=True).first()


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
