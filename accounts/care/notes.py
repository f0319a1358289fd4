"""A therapist's own notes on a couple: theirs alone, whatever the couple agrees to, and gone with their account.

They may be open twice, on the console and on their page. Whoever says which version they started from cannot overwrite
what was written meanwhile in another window.
"""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.care import scopes
from accounts.edit_versions import check_version
from accounts.models import CareLink, CareNotes, CheckInNotes, User
from cycleproject.unreadable import need_readable

NOTES_LENGTH: Final = 20_000


class SecondFactorMissing(Exception):
    """The therapist has no second factor, without which notes are neither shown nor written."""


def read(therapist: User, link_id: UUID) -> str:
    """Return one's own notes on a couple; empty where there are none. Raises scopes.NotFound, SecondFactorMissing."""
    notes = CareNotes.objects.filter(link=own_link(therapist, link_id)).first()
    return notes.text if notes else ""


@transaction.atomic
def write(therapist: User, link_id: UUID, text: str, started_from: str | None = None) -> None:
    """Replace the notes on a couple; an empty text removes them.

    Raises scopes.NotFound, SecondFactorMissing, EditConflict if ``started_from`` is not the stored version, and
    CannotOpen if what is stored cannot be read now.
    """
    link = own_link(therapist, link_id)
    # Without the lock two windows that save at once would both find what they started from.
    CareLink.objects.select_for_update().get(pk=link.pk)
    kept = read(therapist, link_id)
    need_readable(kept)
    check_version(started_from, kept, text)
    if text:
        CareNotes.objects.update_or_create(link=link, defaults={"text": text})
    else:
        CareNotes.objects.filter(link=link).delete()


def notes_by(therapist: User) -> QuerySet[CareNotes]:
    """Return all notes that a therapist has written, oldest link first."""
    return CareNotes.objects.filter(link__therapist=therapist).order_by("link__created_at", "pk")


def delete_all_of(therapist: User) -> None:
    """Delete all of a therapist's own notes and labels; their links stay for what the partners have on them."""
    notes_by(therapist).delete()
    CheckInNotes.objects.filter(therapist=therapist).delete()
    CareLink.objects.filter(therapist=therapist).update(label=None)


def ended_links_with_notes(therapist: User) -> QuerySet[CareLink]:
    """Return a therapist's ended links that still have notes, newest first."""
    ended = CareLink.objects.filter(therapist=therapist, ended_at__isnull=False)
    return ended.filter(scopes.holding_notes()).order_by("-ended_at", "id")


def own_link(therapist: User, link_id: UUID) -> CareLink:
    """Return a link of one's own, open or ended, for its notes. Raises scopes.NotFound, SecondFactorMissing."""
    link = CareLink.objects.filter(therapist=therapist, id=link_id).first()
    if link is None:
        raise scopes.NotFound
    if not scopes.has_second_factor(therapist):
        raise SecondFactorMissing
    return link
