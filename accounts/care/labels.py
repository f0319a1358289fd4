"""What a therapist calls a couple, to tell it from others: theirs alone, encrypted, and on no page of anybody else's.

A label begins with the invitation, stands on the link that comes of it, and may be changed at any time.
"""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.care import scopes
from accounts.models import CareLink, User
from cycleproject.text import clean
from cycleproject.unreadable import need_readable

LABEL_LENGTH: Final = 60


def clean_label(label: str) -> str:
    """Return a label as it is kept, on one line. Raises ValueError."""
    return clean(label, LABEL_LENGTH, separators=False)


def of_link(link: CareLink | None) -> str:
    """Return what a link's therapist calls its couple. Call it for that therapist alone."""
    return (link.label if link else None) or ""


def labelled(therapist: User) -> QuerySet[CareLink]:
    """Return a therapist's links whose couples they call something, open and ended, oldest first."""
    return CareLink.objects.filter(therapist=therapist, label__isnull=False).order_by("created_at", "id")


def call(therapist: User, link_id: UUID, label: str) -> None:
    """Store what a therapist calls a couple, linked now or earlier; an empty label is none.

    Raises scopes.NotFound, and CannotOpen if the label that is stored cannot be read now.
    """
    link = CareLink.objects.filter(pk=link_id, therapist=therapist).first()
    if link is None:
        raise scopes.NotFound
    need_readable(link.label)
    link.label = label or None
    link.save(update_fields=["label"])
