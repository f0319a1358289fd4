"""A therapist's own notes on a couple: theirs alone, whatever the couple agrees to, and gone with their account."""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts import care
from accounts.models import CareLink, CareNotes, User

NOTES_LENGTH: Final = 20_000


class SecondFactorMissing(Exception):
    """Notes are kept behind a second factor."""


def read(therapist: User, link_id: UUID) -> str:
    """Return one's own notes on a couple; empty where there are none. Raises care.NotFound, SecondFactorMissing."""
    notes = CareNotes.objects.filter(link=_own(therapist, link_id)).first()
    return notes.text if notes else ""


@transaction.atomic
def write(therapist: User, link_id: UUID, text: str) -> None:
    """Put other words in the notes' place; none at all removes them. Raises care.NotFound, SecondFactorMissing."""
    link = _own(therapist, link_id)
    if text:
        CareNotes.objects.update_or_create(link=link, defaults={"text": text})
    else:
        CareNotes.objects.filter(link=link).delete()


def all_of(therapist: User) -> QuerySet[CareNotes]:
    """Return all of a therapist's own notes, for their own export."""
    return CareNotes.objects.filter(link__therapist=therapist).order_by("link__created_at", "pk")


def ended_links_with_notes(therapist: User) -> QuerySet[CareLink]:
    """Return the links that are over and on which something is written, newest first."""
    ended = CareLink.objects.filter(therapist=therapist, ended_at__isnull=False)
    return ended.filter(pk__in=CareNotes.objects.values("link")).order_by("-ended_at", "id")


def _own(therapist: User, link_id: UUID) -> CareLink:
    link = CareLink.objects.filter(therapist=therapist, id=link_id).first()
    if link is None:
        raise care.NotFound
    if not care.has_second_factor(therapist):
        raise SecondFactorMissing
    return link
