"""An agreed opening that a therapist suggests to a couple: suggesting it, how it stands, taking it back.

The therapist has no seat in it. What they are told is ``apart.told_to_host``, asked anew each time, like the scope.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.care import scopes
from accounts.models import CareLink, Couple, User
from sessions.checkin import apart as rules
from sessions.checkin.apart import ToldToHost
from sessions.joining import openings
from sessions.models import LiveSession
from sessions.store import system_changes


class NotTheirsToCallOff(Exception):
    """Both partners have agreed: from then on it is the couple's."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a therapist is told of the opening that they have suggested last."""

    opens_at: datetime
    state: ToldToHost


def suggest(
    therapist: User,
    link_id: UUID,
    opens_at: datetime,
    *,
    moment: int | None = None,
    text: str = "",
    now: datetime | None = None,
) -> bool:
    """Suggest an opening to a linked couple, and tell whether it is new: one waits at a time.

    Raises scopes.NotFound, BadHour, openings.CannotBeAsked.
    """
    now = now or timezone.now()
    with transaction.atomic():
        couple = Couple.objects.get(id=_link(therapist, link_id).sides[1])
        return openings.suggest(therapist, couple, opens_at, moment=moment, text=text, now=now).is_new


def last_of(therapist: User, link_id: UUID, now: datetime | None = None) -> Suggested | None:
    """Return the opening that a therapist suggested last to a linked couple. Raises scopes.NotFound."""
    found = _last(therapist, _link(therapist, link_id))
    return _told(found, now or timezone.now()) if found else None


def call_off(therapist: User, link_id: UUID, now: datetime | None = None) -> Suggested | None:
    """Call off what a therapist suggested last, unless both have agreed; again, or once it is over, nothing changes.

    Raises scopes.NotFound, NotTheirsToCallOff.
    """
    now = now or timezone.now()
    with transaction.atomic():
        link = _link(therapist, link_id)
        found = _last(therapist, link, lock=True)
        if found is None:
            return None
        told = _told(found, now)
        if told.state == "agreed":
            raise NotTheirsToCallOff
        if told.state == "asked":
            system_changes.end([found.id], now)
            told = Suggested(told.opens_at, "over")
    return told


def _link(therapist: User, link_id: UUID) -> CareLink:
    link = scopes.link_of_therapist(therapist, link_id)
    if "host" not in scopes.active_scopes(link):
        raise scopes.NotFound
    return link


def _last(therapist: User, link: CareLink, *, lock: bool = False) -> LiveSession | None:
    theirs = LiveSession.objects.select_for_update() if lock else LiveSession.objects.all()
    return theirs.filter(couple=link.couple_id, set_by=therapist).order_by("-created_at").first()


def _told(found: LiveSession, now: datetime) -> Suggested:
    assert found.starts_at is not None, "an opening has an hour"
    return Suggested(found.starts_at, rules.told_to_host(found.apart, found.starts_at, found.ended_at, now))
