"""Starting a hosted check-in, and a partner's withdrawal of their consent to the host.

A host may stay while every condition of ``store.host_access`` holds. When one is lost, the host is removed in the same
transaction, which looks to everybody like a host who left.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.care import check_in_notes, scopes
from accounts.models import User
from sessions.hosting.hosted_notes import as_check_in
from sessions.joining import appointments, codes, plans, seats
from sessions.models import LiveSession
from sessions.store import load, notices, system_changes


class MayNotHost(Exception):
    """This person is not a therapist who may host now."""


def start_hosted(
    host: User,
    couple_id: UUID | None = None,
    *,
    title: str = "",
    starts_at: datetime | None = None,
    label: str = "",
    end: Collection[UUID] = (),
    now: datetime | None = None,
) -> LiveSession:
    """Start or plan a hosted check-in, for a linked couple or for two people who join by its code.

    The label is what the host calls two who are new, for themselves alone; a linked couple's stands on the link.
    What of their own is named in ``end`` ends in the same moment.

    Raises MayNotHost, plans.BadTime, and records.NotFound for a couple that this therapist may not host.
    """
    now = now or timezone.now()
    plans.check_time(starts_at, now)
    with transaction.atomic():
        if not scopes.may_host(host):
            raise MayNotHost
        if couple_id is not None and not scopes.has_scope(host.id, couple_id, "host"):
            raise load.NotFound
        system_changes.end([one.id for one in open_now(host, now) if one.id in end], now)
        live_session = LiveSession(
            couple_id=couple_id,
            hosted=True,
            started_hosted=True,
            consent_by_seat=couple_id is None,
            title=title,
            starts_at=starts_at,
            created_at=now,
        )
        seats.add_seat(codes.save_with_new_code(live_session), host, "host")
        notices.keep_up(live_session)
        if label and couple_id is None:
            check_in_notes.call(host, as_check_in(host, live_session), label)
    return live_session


def open_now(host: User, now: datetime | None = None) -> list[LiveSession]:
    """Return the check-ins that somebody hosts and that have begun and not ended, the oldest first.

    An appointment to which nobody came is none: it is told as missed, and waits for nobody.
    """
    now = now or timezone.now()
    begun = LiveSession.objects.going_on(now).filter(took_place_at__lte=now)
    theirs = begun.filter(seats__user=host, seats__name="host", seats__left_at=None).order_by("took_place_at")
    return [one for one in theirs if one.starts_at is None or appointments.state_of(one, now) != "missed"]


def withdraw_consent(person: User, session_id: UUID) -> None:
    """Let one partner say no to the host, alone and at any time, whatever they said before. Raises records.NotFound."""
    place = load.live_session_for(person.id, session_id)
    if place.seat is not None and place.seat.name == "host":
        raise load.NotFound
    if not place.live_session.consent_by_seat:
        _withdraw_from_link(person, place.live_session)
        return
    system_changes.take_back_consent_by_seat(person, session_id)


def let_host_in_again(person: User, session_id: UUID) -> None:
    """Let one partner bring back a host who left; it happens where both still agree. Raises records.NotFound."""
    place = load.live_session_for(person.id, session_id)
    if place.seat is None or place.seat.name == "host" or not place.may_listen:
        raise load.NotFound
    system_changes.let_host_back(session_id)


def _withdraw_from_link(person: User, live_session: LiveSession) -> None:
    host_id = live_session.seats.filter(name="host").values_list("user", flat=True).first()
    for link in scopes.links_of_partner(person).filter(therapist=host_id, couple=live_session.couple_id):
        scopes.withdraw(person, link, ["host"])
