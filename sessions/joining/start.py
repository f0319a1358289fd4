"""Starting a check-in, and finding the ones that a person may go to."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import partners
from accounts.models import Couple, User
from sessions.joining.codes import PARTNERS, with_code
from sessions.joining.seats import seat_in, sit
from sessions.models import LiveSession
from sessions.store import system_changes


@dataclass(frozen=True, slots=True)
class Started:
    """A check-in to go to, and whether it is a new one."""

    live_session: LiveSession
    is_new: bool = True


def start_with_code(starter: User, now: datetime | None = None) -> LiveSession:
    """Start a check-in for a new couple: whoever posts its code first is the other half."""
    now = now or timezone.now()
    with transaction.atomic():
        live_session = with_code(LiveSession(created_at=now))
        sit(live_session, starter, "a")
    return live_session


def start_for_couple(
    person: User, couple: Couple, now: datetime | None = None, *, title: str = "", starts_at: datetime | None = None
) -> Started:
    """Return the couple's partner-led check-in that has not ended, or start one."""
    now = now or timezone.now()
    with transaction.atomic():
        Couple.objects.select_for_update().get(id=couple.id)  # without it two presses of start make two rooms
        going_on = LiveSession.objects.filter(couple=couple, started_hosted=False, ended_at=None)
        system_changes.end(list(going_on.run_out(now).values_list("id", flat=True)), now)
        running = going_on.first()
        if running:
            return Started(running, is_new=False)
        live_session = with_code(LiveSession(couple=couple, created_at=now, title=title, starts_at=starts_at))
        sit(live_session, person, seat_in(couple, person))
    return Started(live_session)


def open_sessions_of(person: User, now: datetime | None = None) -> QuerySet[LiveSession]:
    """Return the check-ins that a person sits in or may sit down in, newest first."""
    now = now or timezone.now()
    couple = partners.couple_of(person)
    theirs = Q(seats__user=person, seats__left_at=None)
    if couple:
        theirs |= Q(couple=couple)
    return LiveSession.objects.going_on(now).filter(theirs).distinct().order_by("-created_at")


def own_room(person: User, now: datetime | None = None) -> LiveSession | None:
    """Return the check-in in which a person has a partner's seat now; planned ones begin later."""
    now = now or timezone.now()
    seated = (
        LiveSession.objects.going_on(now)
        .open_by(now)
        .filter(seats__user=person, seats__name__in=PARTNERS, seats__left_at=None)
    )
    return seated.order_by("-created_at").first()
