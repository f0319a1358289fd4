"""Erasing a person's words, a whole person, or rounds that have expired.

Words are overwritten where they are stored; sealed marks and needs are destroyed unread. A revealed reaction and
intensity stay in the other's history. The seat of a deleted person keeps no name.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.couple import retention
from accounts.models import Membership, User
from cycleproject.encryption import bound_columns
from sessions.models import LiveSession, Mark, Part, Round, Seat, Step
from sessions.store import system_changes

BATCH: Final = 100


def erase_person(person: User) -> None:
    """Erase a person's words and name from every check-in they sat in, and delete those in which they sat alone."""
    for seat in Seat.objects.filter(user=person):
        erase_words(Round.objects.filter(live_session=seat.live_session_id).values_list("id", flat=True), seat.name)
        seat.first_name, seat.acknowledged, seat.seen_at = "", [], None
        seat.save(update_fields=["first_name", "acknowledged", "seen_at"])
        _erase_title(seat)
    _erase_suggested_moments(person)
    theirs = LiveSession.objects.filter(seats__user=person)
    # A host is nobody whose history it is: what two partners have erased is not kept for a third.
    partners = Seat.objects.filter(live_session__in=theirs.values("id"), name__in=("a", "b"))
    others = partners.exclude(user=person).exclude(user=None)
    alone = theirs.exclude(id__in=others.values("live_session_id"))
    # An appointment that others still have is told to them as called off. Its title is the words of who planned it.
    told = alone.filter(starts_at__isnull=False, ended_at__isnull=False, rounds=None)
    told = told.filter(couple__memberships__in=Membership.objects.exclude(user=person).exclude(user=None))
    kept = set(told.values_list("id", flat=True))
    LiveSession.objects.filter(id__in=kept).update(title="")
    alone.exclude(id__in=kept).delete()


def _erase_suggested_moments(therapist: User) -> None:
    """Erase the words in which a therapist suggested a moment to couples; in what waits each then chooses one."""
    suggested = LiveSession.objects.filter(set_by=therapist)
    for session_id in suggested.filter(ended_at=None).values_list("id", flat=True).order_by("id"):
        system_changes.raise_version(session_id)
    _erase_moments(Round.objects.filter(live_session__in=suggested).values_list("id", flat=True), "host")


def _erase_title(seat: Seat) -> None:
    """Erase the title of a check-in that this seat gave it: whoever makes one is the first to sit in it."""
    before = Seat.objects.filter(live_session=seat.live_session_id, id__lt=seat.id)
    if not before.exists():
        LiveSession.objects.filter(id=seat.live_session_id).update(title="")


@transaction.atomic
def erase_own_words(history_id: UUID, seat: str) -> None:
    """Erase what one partner wrote in one revealed round; reactions, intensities and the pattern stay.

    Answers given by a tap, such as whether the pattern fits, stay, too.
    """
    session_id = Round.objects.values_list("live_session", flat=True).get(history_id=history_id, phase="revealed")
    # Locked, because the check-in may still be going on: a need reworded at once would stay.
    live_session = LiveSession.objects.select_for_update().get(id=session_id)
    _take_back(live_session.rounds.filter(history_id=history_id), seat, live_session.couple_id)


@transaction.atomic
def take_back_all_words(couple_id: UUID, seat: str) -> None:
    """Erase what one partner wrote in everything that a couple had, once they have parted; the patterns stay.

    The moments of rounds that were set aside go as well. What is past its time for its author goes with the rest.
    """
    # Unpairing has ended what was going on. In one order, so that this waits for a purge instead of crossing it.
    list(LiveSession.objects.select_for_update().filter(couple=couple_id).order_by("id").values_list("id"))
    _take_back(Round.objects.filter(live_session__couple=couple_id), seat, couple_id)


def _take_back(rounds: "QuerySet[Round]", seat: str, couple_id: UUID | None) -> None:
    round_ids = rounds.values_list("id", flat=True)
    _write_over(Mark.objects.filter(round__in=round_ids, seat=seat), details={}, share=[])
    parts = Part.objects.filter(round__in=round_ids, seat=seat)
    # An empty text and not none: the rules would take a need that is gone for one that was never shown.
    _write_over(parts.exclude(need=None), need="")
    parts.update(need_seal=None, heard_words=None, look_back=None)
    _erase_what_was_heard(round_ids, seat)
    steps = Step.objects.filter(round__in=round_ids, seat=seat)
    gone = list(steps.values_list("id", flat=True))
    steps.delete()
    _erase_moments(round_ids, seat)
    # Which shows what has changed in any case.
    system_changes.steps_gone(couple_id, gone)


def delete_expired_rounds(now: datetime) -> int:
    """Delete the rounds older than their couple's retention, and check-ins left empty; return how many rounds."""
    return sum(_delete_rounds(over) for over in _expired(now))


def expired_rounds(now: datetime) -> int:
    """Return how many rounds that would be."""
    return sum(over.count() for over in _expired(now))


def rounds_kept() -> int:
    """Return how many rounds there are."""
    return Round.objects.count()


def last_told() -> datetime | None:
    """Return when the newest check-in or person was made: what the database itself knows of the time."""
    times = [model.objects.aggregate(newest=Max("created_at"))["newest"] for model in (User, LiveSession)]
    return max((at for at in times if at), default=None)


def _expired(now: datetime) -> "Iterator[QuerySet[Round]]":
    since: dict[datetime, list[UUID]] = {}
    for couple_id, kept_since in retention.kept_since_by_couple(now).items():
        since.setdefault(kept_since, []).append(couple_id)
    for kept_since, couple_ids in since.items():
        over = Round.objects.filter(opened_at__lt=kept_since).exclude(live_session__ended_at=None)
        for start in range(0, len(couple_ids), BATCH):
            yield over.filter(live_session__couple__in=couple_ids[start : start + BATCH])


def _delete_rounds(over: "QuerySet[Round]") -> int:
    forgotten = 0
    while rows := list(over.values_list("id", "live_session")[:BATCH]):
        with transaction.atomic():
            steps: dict[UUID | None, set[UUID]] = {}
            of_rounds = Step.objects.filter(round__in=[round_id for round_id, _ in rows])
            for couple, step_id in of_rounds.values_list("round__live_session__couple", "id"):
                steps.setdefault(couple, set()).add(step_id)
            _, deleted = Round.objects.filter(id__in=[round_id for round_id, _ in rows]).delete()
            LiveSession.objects.filter(id__in={session_id for _, session_id in rows}, rounds=None).delete()
            for whose, gone in steps.items():
                system_changes.steps_gone(whose, gone)
        # What another purge has deleted in this moment it counts itself.
        forgotten += deleted.get(Round._meta.label, 0)
    return forgotten


def _erase_what_was_heard(round_ids: Collection[int], seat: str) -> None:
    """Erase what the other heard of this seat's need: in other words it says the same (decision 0031)."""
    Part.objects.filter(round__in=round_ids).exclude(seat=seat).update(heard_words=None)


def _erase_moments(round_ids: Collection[int], seat: str) -> None:
    _write_over(Round.objects.filter(id__in=round_ids, opened_by=seat), text="")


def erase_words(round_ids: Collection[int], seat: str) -> None:
    """Erase what one seat wrote and answered privately in these rounds, and destroy its seals."""
    rounds = list(round_ids)
    marks = Mark.objects.filter(round__in=rounds, seat=seat)
    marks.exclude(seal=None).delete()
    _write_over(marks, details={}, share=[])
    parts = Part.objects.filter(round__in=rounds, seat=seat)
    parts.update(need=None, need_seal=None, heard_words=None, relief=None, fits=None, look_back=None)
    _erase_what_was_heard(rounds, seat)
    Step.objects.filter(round__in=rounds, seat=seat).delete()
    _erase_moments(rounds, seat)


def _write_over(rows: "QuerySet[Any]", **columns: Any) -> None:
    """Write the same to every row, encrypted for each by itself."""
    for pk, *row in list(rows.values_list("pk", *rows.model.BOUND_TO)):
        rows.filter(pk=pk).update(**bound_columns(rows.model, row, columns))
