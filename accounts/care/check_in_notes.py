"""A therapist's own notes on one check-in that they host: dated, theirs alone, whatever the couple agrees to.

Those on a linked couple stay until their author deletes them. Those on two guests go with the guests' check-in.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.care import labels, scopes
from accounts.care.notes import SecondFactorMissing
from accounts.edit_versions import check_version
from accounts.models import CareLink, CheckInNotes, User
from cycleproject.unreadable import Unreadable, need_readable


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The check-in that notes are on: its id, its day, and the couple's link, which two guests do not have."""

    id: UUID
    began_at: datetime
    link: CareLink | None


def read(therapist: User, check_in: UUID) -> str:
    """Return one's own notes on a check-in; empty where there are none. Raises SecondFactorMissing."""
    if not scopes.has_second_factor(therapist):
        raise SecondFactorMissing
    kept = _own(therapist).filter(check_in=check_in).first()
    return kept.text if kept else ""


@transaction.atomic
def write(therapist: User, check_in: CheckIn, text: str, started_from: str | None = None) -> None:
    """Replace the notes on a check-in; an empty text removes them.

    Raises SecondFactorMissing, EditConflict if ``started_from`` is not the stored version, and CannotOpen if what is
    stored cannot be read now.
    """
    if not scopes.has_second_factor(therapist):
        raise SecondFactorMissing
    kept = _locked(therapist, check_in)
    need_readable(kept.text)
    check_version(started_from, kept.text, text)
    kept.text = text
    kept.save(update_fields=["text"])
    _delete_empty(kept)


def label_of(therapist: User, check_in: CheckIn) -> str:
    """Return what a therapist calls the couple of a check-in: the link's label or, for two guests, the check-in's."""
    if check_in.link:
        return labels.of_link(check_in.link)
    kept = _own(therapist).filter(check_in=check_in.id).first()
    return (kept.label if kept else None) or ""


@transaction.atomic
def call(therapist: User, check_in: CheckIn, label: str) -> None:
    """Store what a therapist calls the couple of a check-in; an empty label is none."""
    if check_in.link:
        labels.call(therapist, check_in.link.pk, label)
        return
    kept = _locked(therapist, check_in)
    need_readable(kept.label)
    kept.label = label or None
    kept.save(update_fields=["label"])
    _delete_empty(kept)


def labels_of_guests(therapist: User, check_ins: Collection[UUID]) -> dict[UUID, str]:
    """Return what a therapist calls the guests of these check-ins, where they call them something."""
    kept = _own(therapist).filter(check_in__in=check_ins, link=None)
    return {one.check_in: one.label for one in kept if one.label}


def known(therapist: User, check_in: UUID) -> CheckIn | None:
    """Return the check-in that notes were written on, also when it is itself no longer kept."""
    kept = _own(therapist).filter(check_in=check_in).select_related("link").first()
    return CheckIn(kept.check_in, kept.began_at, kept.link) if kept else None


def on_link(therapist: User, link_id: UUID) -> "QuerySet[CheckInNotes]":
    """Return the dated notes on one couple, newest first."""
    return _own(therapist).filter(link=link_id).order_by("-began_at", "-pk")


def of_guests(therapist: User) -> "QuerySet[CheckInNotes]":
    """Return what stands on check-ins of guests that are kept, newest first: the way back to it."""
    return _own(therapist).filter(link=None).order_by("-began_at", "-pk")


def all_by(therapist: User) -> "QuerySet[CheckInNotes]":
    """Return all dated notes and labels of guests, oldest first."""
    return _own(therapist).order_by("began_at", "pk")


def delete_those_of_guests(gone: Q) -> None:
    """Delete what was written on check-ins of guests that are no longer kept."""
    CheckInNotes.objects.filter(gone, link=None).delete()


def _own(therapist: User) -> "QuerySet[CheckInNotes]":
    return CheckInNotes.objects.filter(therapist=therapist)


def _locked(therapist: User, check_in: CheckIn) -> CheckInNotes:
    # Without the lock two windows that save at once would both find what they started from.
    found, _ = CheckInNotes.objects.select_for_update().get_or_create(
        therapist=therapist,
        check_in=check_in.id,
        defaults={"began_at": check_in.began_at, "link": check_in.link, "text": ""},
    )
    return found


def _delete_empty(kept: CheckInNotes) -> None:
    # What cannot be read now looks empty, and is not.
    said = (kept.text, kept.label)
    if not any(said) and not any(isinstance(one, Unreadable) for one in said):
        kept.delete()
