"""The loader of what is a person's own in revealed rounds: their marks, from every check-in, and their reliefs."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sessions import models
from sessions.history.own.findings import OwnMark
from sessions.history.readable import rounds_of
from sessions.history.readers import Reader, readers_of
from sessions.store.load import opened_mark
from sessions.words import library


def own_marks_of(user_id: UUID, now: datetime | None = None) -> list[OwnMark]:
    """Return a person's own revealed marks. Sealed ones are never loaded, not even for their author."""
    readers = readers_of(user_id, now)
    theirs = Q(pk=None)
    for reader in readers:
        theirs |= Q(round__in=rounds_of(reader), seat=reader.seat)
    marks = models.Mark.objects.filter(theirs, seal=None)
    return [_own(mark) for mark in marks.select_related("round").order_by("round__opened_at", "id")]


def _own(mark: models.Mark) -> OwnMark:
    moment = library.MOMENT_BY_ID.get(mark.round.moment or 0)
    return OwnMark(
        opened_at=mark.round.opened_at,
        theme=moment.theme if moment else mark.round.theme,
        moment=moment.id if moment else None,
        reaction=mark.reaction,
        intensity=mark.intensity or 0,
        details=opened_mark(mark).details,
    )


def own_reliefs(reader: Reader, newest: int) -> list[tuple[datetime, int]]:
    """Return the reader's own newest reliefs, oldest first; the other's are never shown."""
    if reader.seat is None:
        return []
    parts = models.Part.objects.filter(round__in=rounds_of(reader), seat=reader.seat).exclude(relief=None)
    kept = parts.exclude(round__reconnected_at=None).order_by("-round__reconnected_at")
    rows = kept.values_list("round__reconnected_at", "relief")[:newest]
    return [(at, relief) for at, relief in reversed(rows) if at is not None and relief is not None]
