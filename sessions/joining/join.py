"""Joining a check-in by its code."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import partners
from accounts.couple import pairing
from accounts.models import User
from sessions.joining import seats
from sessions.joining.codes import PARTNERS, find_by_code, room_by_code
from sessions.models import LiveSession, Seat
from sessions.store import system_changes


class UnknownCode(Exception):
    """There is no check-in that this person may join by this code. The reason is not told to anybody."""


class ConsentMissing(Exception):
    """The check-in has a host, and this person has not agreed to their presence."""


def join_by_code(joiner: User, code: str, now: datetime | None = None, *, agrees_to_host: bool = False) -> LiveSession:
    """Take the free seat behind a code, which both seats use up. Raises UnknownCode, ConsentMissing.

    Whoever has a seat there, or sits elsewhere with whom the code would bring them together, is led to that.
    """
    now = now or timezone.now()
    with transaction.atomic():
        found = find_by_code(code, now)
        _lock_people(joiner, found)
        if room := room_by_code(joiner, code, now):
            return room
        live_session = found and LiveSession.objects.select_for_update().filter(id=found.id, code=found.code).first()
        if live_session is None:
            raise UnknownCode
        taken = list(live_session.seats.select_related("user"))
        if seats.needs_host_consent(live_session) and not agrees_to_host:
            raise ConsentMissing
        name = _seat_for(joiner, live_session, taken)
        seats.seat_partner(live_session, joiner, name, now, agrees=seats.needs_host_consent(live_session))
        if live_session.couple_id is not None:
            _close_what_waits_for_nobody(live_session, now)
    return live_session


def _lock_people(joiner: User, found: LiveSession | None) -> None:
    """Lock the two first, in one order: of two who enter each other's code the second one finds where the first is."""
    seated = found.seats.exclude(user=None).values_list("user_id", flat=True) if found else ()
    list(User.objects.select_for_update(no_key=True).filter(id__in={joiner.id, *seated}).order_by("id"))


def _close_what_waits_for_nobody(live_session: LiveSession, now: datetime) -> None:
    """End what one of the two started alone: whoever came in there by its code would end what they have now."""
    people = live_session.seats.filter(name__in=PARTNERS).values("user")
    alone = LiveSession.objects.going_on(now).filter(couple=None, started_hosted=False, seats__user__in=people)
    system_changes.end(list(alone.exclude(id=live_session.id).values_list("id", flat=True)), now)


def _seat_for(joiner: User, live_session: LiveSession, taken: Collection[Seat]) -> str:
    """Return the seat that a code gives a person, making the two a couple where they are to be one."""
    seated = [seat.user for seat in taken if seat.name != "host"]
    if live_session.couple is None and not seated:
        couple = partners.couple_of(joiner)
        if couple is None or partners.is_free(joiner):
            return "a"  # the first of two who are new
        # Two who are a couple already stay one: the other seat is for their partner and nobody else.
        live_session.couple = couple
    if live_session.couple is not None:
        members = list(live_session.couple.memberships.filter(left_at=None).values_list("user", flat=True))
        if joiner.id not in members or any(seat.name == "host" and seat.user_id in members for seat in taken):
            raise UnknownCode
        return seats.seat_of_member(live_session.couple, joiner)
    if seated[0] is None:
        raise UnknownCode
    try:
        live_session.couple = pairing.form_couple(seated[0], joiner)
    except pairing.NotFree:
        raise UnknownCode from None
    return "b"
