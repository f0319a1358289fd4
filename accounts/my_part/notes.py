"""Private notes: loading, storing and holding what a person keeps for themselves alone.

Every note is loaded through ``notes_of``. No partner, no host and no staff page calls it for another person.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.edit_versions import check_version
from accounts.models import PrivateKind, PrivateNote, User
from cycleproject.unreadable import need_readable

MAX_NOTES: Final = 2000


class NoteLimitReached(Exception):
    """The person has as many notes as are allowed."""


def notes_of(user: User, *kinds: PrivateKind) -> QuerySet[PrivateNote]:
    """Return a person's notes of these kinds, or of every kind if none is given, newest first."""
    notes = PrivateNote.objects.filter(user=user)
    if kinds:
        notes = notes.filter(kind__in=kinds)
    return notes.order_by("-created_at", "id")


@transaction.atomic
def add_note(user: User, kind: PrivateKind, content: dict[str, Any], opens_at: datetime | None = None) -> PrivateNote:
    """Store a new note. Raises NoteLimitReached."""
    if notes_of(user).count() >= MAX_NOTES:
        raise NoteLimitReached
    return PrivateNote.objects.create(user=user, kind=kind, content=content, opens_at=opens_at)


@transaction.atomic
def replace_content(note: PrivateNote, content: dict[str, Any], started_from: str | None = None) -> None:
    """Overwrite what a note says; its date stays. Raises EditConflict if ``started_from`` is not the stored version,
    CannotOpen if what is stored cannot be read now."""
    # Without the lock two windows that save at once would both find what they started from.
    kept = PrivateNote.objects.select_for_update().get(pk=note.pk)
    need_readable(kept.content)
    check_version(started_from, kept.content, content)
    note.content = content
    note.save(update_fields=["content"])


def hold_draft(note: PrivateNote, opens_at: datetime) -> None:
    """Set the moment from which a draft may be shown."""
    note.opens_at = opens_at
    note.save(update_fields=["opens_at"])


def is_held(note: PrivateNote, now: datetime) -> bool:
    """Tell whether a draft still waits for its moment."""
    return note.opens_at is not None and note.opens_at > now
