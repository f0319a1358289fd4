"""How a check-in gets a host and loses them: the writer for whatever no command of the room does.

A host is there while every condition holds (see ``authority``). Losing one of them is a change of state in the same
transaction in which it is lost, and looks to everybody as a host who left.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import care
from accounts.models import User
from sessions import authority, records, seating
from sessions.models import LiveSession, Seat

PLANNED_AHEAD: Final = timedelta(days=366)


class MayNotHost(Exception):
    """This person may host nobody now."""


class BadTime(Exception):
    """A check-in is planned for a time to come, within a year."""


def start(
    host: User,
    couple_id: UUID | None = None,
    *,
    title: str = "",
    starts_at: datetime | None = None,
    now: datetime | None = None,
) -> LiveSession:
    """Start or plan a hosted check-in, for a linked couple or for two who are new.

    Raises MayNotHost, BadTime, and records.NotFound for a couple that this therapist may not host.
    """
    now = now or timezone.now()
    check_time(starts_at, now)
    with transaction.atomic():
        if not care.may_host(host):
            raise MayNotHost
        if couple_id is not None and not care.has_scope(host.id, couple_id, "host"):
            raise records.NotFound
        live_session = LiveSession(
            couple_id=couple_id,
            hosted=True,
            started_hosted=True,
            consent_by_seat=couple_id is None,
            title=title,
            starts_at=starts_at,
            created_at=now,
        )
        seating.sit(seating.with_code(live_session), host, "host")
    return live_session


def check_time(starts_at: datetime | None, now: datetime) -> None:
    """Raise BadTime for what cannot be planned."""
    if starts_at is not None and not now <= starts_at <= now + PLANNED_AHEAD:
        raise BadTime


def take_consent_back(person: User, session_id: UUID) -> None:
    """Let one partner say no to the host, alone and at any time, whatever they said before. Raises records.NotFound."""
    place = records.live_session_for(person.id, session_id)
    if place.seat is not None and place.seat.name == "host":
        raise records.NotFound
    if not place.live_session.consent_by_seat:
        _take_back_from_the_link(person, place.live_session)
        return
    with transaction.atomic():
        live_session = LiveSession.objects.select_for_update().get(id=session_id)
        live_session.seats.filter(user=person).update(host_wording="", host_agreed_at=None)
        _look_at(live_session)


def look_at_hosts_of(user_ids: Collection[UUID]) -> None:
    """Let go of hosts who may no longer be there, in the transaction that took the right away.

    Those who stay are read anew all the same: what they may see of earlier check-ins may have changed.
    """
    theirs = Q(seats__user__in=user_ids) | Q(couple__memberships__user__in=user_ids)
    found = LiveSession.objects.filter(theirs, hosted=True, ended_at=None).values_list("id", flat=True)
    for live_session in LiveSession.objects.select_for_update().filter(id__in=set(found)).order_by("id"):
        _look_at(live_session)


def leave_all(host: User) -> None:
    """Let a person leave every check-in that they host."""
    theirs = LiveSession.objects.filter(seats__user=host, seats__name="host", hosted=True, ended_at=None)
    for live_session in LiveSession.objects.select_for_update().filter(id__in=set(theirs.values_list("id", flat=True))):
        _let_go(live_session)


def _look_at(live_session: LiveSession) -> None:
    if live_session.hosted and not authority.host_may(live_session, list(live_session.seats.all())):
        _let_go(live_session)
    elif live_session.ended_at is None:
        _changed(live_session)


def _let_go(live_session: LiveSession) -> None:
    """Let the host go as if they had left; where nobody has come yet, there is nobody to go on."""
    live_session.hosted = False
    host = Seat.objects.filter(live_session=live_session, name="host", left_at=None)
    host.update(left_at=timezone.now(), seen_at=None)
    _changed(live_session)
    if not live_session.seats.exclude(name="host").exists():
        seating.end_sessions([live_session.id])


def _changed(live_session: LiveSession) -> None:
    live_session.version += 1
    live_session.save(update_fields=["hosted", "version"])
    seating.tell(live_session)


def _take_back_from_the_link(person: User, live_session: LiveSession) -> None:
    host_id = live_session.seats.filter(name="host").values_list("user", flat=True).first()
    for link in care.links_for(person).filter(therapist=host_id, couple=live_session.couple_id):
        care.withdraw(person, link, ["host"])
