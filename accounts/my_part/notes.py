"""What a person keeps for themselves alone: nobody else has a way in, whoever they are to that person.

Every note is loaded through ``notes_of``. No partner, no host and no staff page calls it for another person.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import PrivateKind, PrivateNote, User

NOTES_AT_MOST: Final = 2000


class Full(Exception):
    """A person keeps as many notes as there is room for."""


def notes_of(user: User, *kinds: PrivateKind) -> QuerySet[PrivateNote]:
    """Return one's own notes of some kinds, newest first; of every kind where none is named."""
    notes = PrivateNote.objects.filter(user=user)
    if kinds:
        notes = notes.filter(kind__in=kinds)
    return notes.order_by("-created_at", "id")


@transaction.atomic
def keep(user: User, kind: PrivateKind, content: dict[str, Any], opens_at: datetime | None = None) -> PrivateNote:
    """Keep a new note. Raises Full."""
    if notes_of(user).count() >= NOTES_AT_MOST:
        raise Full
    return PrivateNote.objects.create(user=user, kind=kind, content=content, opens_at=opens_at)


def rewrite(note: PrivateNote, content: dict[str, Any]) -> None:
    """Put other words in a note's place."""
    note.content = content
    note.save(update_fields=["content"])


def hold(note: PrivateNote, opens_at: datetime) -> None:
    """Show a draft from a moment on, and not before."""
    note.opens_at = opens_at
    note.save(update_fields=["opens_at"])


def is_held(note: PrivateNote, now: datetime) -> bool:
    """Tell whether a draft is not to be shown yet."""
    return note.opens_at is not None and note.opens_at > now
