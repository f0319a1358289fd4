"""A therapist's own notes on a couple: theirs alone, whatever the couple agrees to, and gone with their account.

They may be open twice, on the console and on their page. Whoever says which version they started from cannot put
away what was written meanwhile in another window.
"""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.care import scopes
from accounts.models import CareLink, CareNotes, User

NOTES_LENGTH: Final = 20_000


class SecondFactorMissing(Exception):
    """Notes are kept behind a second factor."""


class ChangedMeanwhile(Exception):
    """The notes are no longer what the writer started from."""


def read(therapist: User, link_id: UUID) -> str:
    """Return one's own notes on a couple; empty where there are none. Raises care.NotFound, SecondFactorMissing."""
    notes = CareNotes.objects.filter(link=_own(therapist, link_id)).first()
    return notes.text if notes else ""


def version_of(text: str) -> str:
    """Return a name for what the notes say: of the words and not of a time, so that an equal text is no change."""
    return salted_hmac("care notes", text, algorithm="sha256").hexdigest()[:32]


@transaction.atomic
def write(therapist: User, link_id: UUID, text: str, started_from: str | None = None) -> None:
    """Put other words in the notes' place; none at all removes them.

    Raises care.NotFound, SecondFactorMissing, and ChangedMeanwhile if the version started from is not the kept one.
    """
    link = _own(therapist, link_id)
    # Without the lock two windows that save at once would both find what they started from.
    CareLink.objects.select_for_update().get(pk=link.pk)
    kept = read(therapist, link_id)
    if started_from is not None and started_from != version_of(kept) and text != kept:
        raise ChangedMeanwhile
    if text:
        CareNotes.objects.update_or_create(link=link, defaults={"text": text})
    else:
        CareNotes.objects.filter(link=link).delete()


def all_of(therapist: User) -> QuerySet[CareNotes]:
    """Return all of a therapist's own notes, for their own export."""
    return CareNotes.objects.filter(link__therapist=therapist).order_by("link__created_at", "pk")


def delete_all_of(therapist: User) -> None:
    """Delete all of a therapist's own notes; their links stay for what the partners have on them."""
    all_of(therapist).delete()


def ended_links_with_notes(therapist: User) -> QuerySet[CareLink]:
    """Return the links that are over and on which something is written, newest first."""
    ended = CareLink.objects.filter(therapist=therapist, ended_at__isnull=False)
    return ended.filter(pk__in=CareNotes.objects.values("link")).order_by("-ended_at", "id")


def _own(therapist: User, link_id: UUID) -> CareLink:
    link = CareLink.objects.filter(therapist=therapist, id=link_id).first()
    if link is None:
        raise scopes.NotFound
    if not scopes.has_second_factor(therapist):
        raise SecondFactorMissing
    return link
