"""Erasing what is one person's alone. A reaction and an intensity that were revealed stay in the other's history.

Words are overwritten where they stand, sealed marks and needs destroyed unread. A seat that its person has left for
good keeps no name.
"""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from sessions import seating
from sessions.models import LiveSession, Mark, Part, Round, Seat, Step


def end_everything_of(person: User, now: datetime) -> None:
    """End the check-ins that a person sits in as a partner, as if they had left."""
    seats = Seat.objects.filter(user=person, name__in=("a", "b"), live_session__ended_at=None)
    seating.end_sessions(list(seats.values_list("live_session_id", flat=True)), now)


def erase_person(person: User) -> None:
    """Erase a person's words and name from every check-in they sat in; one that nobody else sat in goes whole."""
    for seat in Seat.objects.filter(user=person):
        erase_words(Round.objects.filter(live_session=seat.live_session_id).values_list("id", flat=True), seat.name)
        seat.first_name, seat.acknowledged, seat.seen_at = "", [], None
        seat.save(update_fields=["first_name", "acknowledged", "seen_at"])
    theirs = LiveSession.objects.filter(seats__user=person)
    # A host is nobody whose history it is: what two partners have erased is not kept for a third.
    partners = Seat.objects.filter(live_session__in=theirs.values("id"), name__in=("a", "b"))
    others = partners.exclude(user=person).exclude(user=None)
    theirs.exclude(id__in=others.values("live_session_id")).delete()


def erase_words(round_ids: Collection[int], seat: str) -> None:
    """Erase what one seat wrote in these rounds, and what it answered in private; nothing can be opened afterwards."""
    rounds = list(round_ids)
    marks = Mark.objects.filter(round__in=rounds, seat=seat)
    marks.exclude(seal=None).delete()
    marks.update(details={}, share=[])
    Part.objects.filter(round__in=rounds, seat=seat).update(need=None, need_seal=None, relief=None, fits=None)
    Step.objects.filter(round__in=rounds, seat=seat).delete()
