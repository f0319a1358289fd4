"""Starting a check-in, and finding those that a person may go to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import partners
from accounts.models import Couple, User
from sessions.joining import plans
from sessions.joining.codes import PARTNERS, save_with_new_code
from sessions.joining.seats import add_seat, seat_of_member
from sessions.models import LiveSession, Seat
from sessions.store import system_changes


@dataclass(frozen=True, slots=True)
class Started:
    """The check-in that a couple was led to, and whether it is new."""

    live_session: LiveSession
    is_new: bool = True


def start_with_code(starter: User, now: datetime | None = None) -> LiveSession:
    """Start a check-in for two who are not a couple yet: the first to join by its code becomes the partner."""
    now = now or timezone.now()
    with transaction.atomic():
        live_session = save_with_new_code(LiveSession(created_at=now))
        add_seat(live_session, starter, "a")
    return live_session


def start_for_couple(
    person: User, couple: Couple, now: datetime | None = None, *, title: str = "", starts_at: datetime | None = None
) -> Started:
    """Return the couple's partner-led check-in that is open, or start one; or plan one for a time.

    Both meet in one room, and the same plan made twice is one plan. Raises plans.BadTime.
    """
    now = now or timezone.now()
    plans.check_time(starts_at, now)
    with transaction.atomic():
        Couple.objects.select_for_update().get(id=couple.id)  # without it two presses of start make two rooms
        going_on = LiveSession.objects.not_apart().filter(couple=couple, started_hosted=False, ended_at=None)
        system_changes.end(list(going_on.run_out(now).values_list("id", flat=True)), now)
        # What both missed is none that anybody is led into.
        opened = going_on.open_by(now).not_missed(now)
        # The one that opened last: what they planned for this hour comes before what is left open from the morning.
        same = going_on.planned().filter(starts_at=starts_at) if starts_at else opened.order_by("-took_place_at")
        if found := same.first():
            return Started(found, is_new=False)
        live_session = save_with_new_code(LiveSession(couple=couple, created_at=now, title=title, starts_at=starts_at))
        add_seat(live_session, person, seat_of_member(couple, person))
    return Started(live_session)


def open_check_ins_of(person: User, now: datetime | None = None) -> QuerySet[LiveSession]:
    """Return the check-ins that a person has a seat in or may take one in, newest first."""
    now = now or timezone.now()
    couple = partners.couple_of(person)
    theirs = Q(seats__user=person, seats__left_at=None)
    if couple:
        theirs |= Q(couple=couple)
    return LiveSession.objects.going_on(now).filter(theirs).distinct().order_by("-created_at")


def hosted_by(person: User, among: Collection[LiveSession]) -> list[UUID]:
    """Return the ids of the check-ins among these that a person hosts."""
    seats = Seat.objects.filter(live_session__in=among, user=person, name="host")
    return list(seats.values_list("live_session", flat=True))


def last_room(person: User) -> LiveSession | None:
    """Return the check-in that a person has sat in last, over or not."""
    return LiveSession.objects.not_apart().filter(seats__user=person).order_by("-created_at").first()


def own_room(person: User, now: datetime | None = None) -> LiveSession | None:
    """Return the check-in in which a person has a partner's seat now; planned ones begin later."""
    now = now or timezone.now()
    seated = (
        LiveSession.objects.going_on(now)
        .open_by(now)
        .not_missed(now)
        .filter(seats__user=person, seats__name__in=PARTNERS, seats__left_at=None)
    )
    return seated.order_by("-created_at").first()
