"""Pages and searches of the history: which of the rounds that a reader may see, and in what order.

Access is loading, as in ``store.load``: somebody without a right gets NotFound, whatever the id. What of a round may be
seen is decided in ``readable``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cycleproject.text import folded
from sessions import models
from sessions.checkin.details import texts_of
from sessions.checkin.state import PARTNERS
from sessions.history.query import Cursor, Direction, HistoryFilter, begin_of
from sessions.history.readable import VisibleRound, place_of, rounds_of, taken_from, visible_round, whole
from sessions.history.readers import Reader, reader_for
from sessions.store import load
from sessions.words import library

PAGE_SIZE: Final = 20
# A search reads what is encrypted: no request reads more of it than this.
SEARCH_LIMIT: Final = 500
SEARCH_BATCH: Final = 250


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """One page of rounds, newest first, with cursors to the pages beside it."""

    rounds: tuple[VisibleRound, ...]
    older: Cursor | None = None
    newer: Cursor | None = None


# What there is to see.


def page(reader: Reader, asked: HistoryFilter) -> RoundsPage:
    """Return one page of the rounds that fit a filter."""
    if asked.words:
        return _search(reader, asked)
    direction = asked.cursor.direction if asked.cursor else "older"
    found = list(_from(_chosen(reader, asked), asked.cursor)[: PAGE_SIZE + 1])
    more, rounds = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if direction == "newer":
        rounds.reverse()
    return RoundsPage(
        tuple(visible_round(one, reader) for one in rounds),
        older=_cursor(rounds[-1:], "older") if more or direction == "newer" else None,
        newer=_cursor(rounds[:1], "newer") if asked.cursor and (more or direction == "older") else None,
    )


def one_round(user: User, history_id: UUID, now: datetime | None = None) -> tuple[Reader, VisibleRound]:
    """Return one revealed round by its public id, and its reader. Raises NotFound."""
    found = models.Round.objects.filter(history_id=history_id, phase="revealed").values_list("live_session__couple")
    couple_id = found.first()
    if couple_id is None or couple_id[0] is None:
        raise load.NotFound
    reader = reader_for(user, couple_id[0], now, opening="round")
    assert reader is not None, "a couple was named"
    row = whole(rounds_of(reader)).filter(history_id=history_id).first()
    if row is None:
        raise load.NotFound
    return reader, visible_round(row, reader)


def rounds_between(reader: Reader, asked: HistoryFilter, at_most: int) -> list[VisibleRound]:
    """Return the newest rounds that fit a filter, at most so many, oldest first."""
    rows = list(_newest_first(_chosen(reader, asked))[:at_most])
    return [visible_round(row, reader) for row in reversed(rows)]


def all_rounds(reader: Reader) -> Iterator[VisibleRound]:
    """Yield every round, newest first; read in batches, so that ten years need no more memory than one."""
    return (taken_from(row, reader) for row in _walk(whole(rounds_of(reader)), None))


# Choosing rows.


def _chosen(reader: Reader, asked: HistoryFilter) -> "QuerySet[models.Round]":
    rows = whole(rounds_of(reader))
    zone = timezone.get_current_timezone()  # a day is a day where the reader is
    if asked.pattern:
        rows = rows.filter(pattern=asked.pattern)
    if asked.theme:
        of_theme = [moment.id for moment in library.MOMENTS if moment.theme == asked.theme]
        rows = rows.filter(Q(moment__in=of_theme) | Q(moment=None, theme=asked.theme))
    if asked.since and (first := begin_of(asked.since, zone)):
        rows = rows.filter(opened_at__gte=first)
    if asked.until and (after := begin_of(asked.until, zone, days_later=1)):
        rows = rows.filter(opened_at__lt=after)
    return rows


def _newest_first(rows: "QuerySet[models.Round]") -> "QuerySet[models.Round]":
    return rows.order_by("-live_session__took_place_at", "-live_session_id", "-number")


def _from(rows: "QuerySet[models.Round]", cursor: Cursor | None) -> "QuerySet[models.Round]":
    """Return the rounds after a cursor; found by position and index, so that late pages cost what the first does."""
    if cursor is None:
        return _newest_first(rows)
    place, way = cursor.place, "lt" if cursor.direction == "older" else "gt"
    beyond = (
        Q(**{f"live_session__took_place_at__{way}": place.took_place_at})
        | Q(live_session__took_place_at=place.took_place_at, **{f"live_session_id__{way}": place.session_id})
        | Q(live_session=place.session_id, **{f"number__{way}": place.number})
    )
    rows = rows.filter(beyond, **{f"live_session__took_place_at__{way}e": place.took_place_at})
    return _newest_first(rows) if way == "lt" else _newest_first(rows).reverse()


def _cursor(rows: list[models.Round], direction: Direction) -> Cursor | None:
    return Cursor(place_of(rows[0]), direction) if rows else None


def _search(reader: Reader, asked: HistoryFilter) -> RoundsPage:
    """Decrypt and search rounds, newest first, until a page is full or the limit reached; the cursor goes on there."""
    wanted = folded(asked.words)
    cursor = asked.cursor
    if cursor and cursor.direction == "newer":
        cursor = None  # searching walks one way
    hits: list[VisibleRound] = []
    for row in islice(_walk(_chosen(reader, asked), cursor), SEARCH_LIMIT):
        cursor = Cursor(place_of(row))
        seen = visible_round(row, reader)
        if any(wanted in folded(text) for text in _texts(seen)):
            hits.append(seen)
            if len(hits) == PAGE_SIZE:
                break
    else:
        # Walked to the end, or as far as one request may: only a look ahead tells which.
        if cursor is None or not _from(_chosen(reader, asked), cursor).exists():
            return RoundsPage(tuple(hits))
    return RoundsPage(tuple(hits), older=cursor)


def _walk(rows: "QuerySet[models.Round]", cursor: Cursor | None) -> Iterator[models.Round]:
    while batch := list(_from(rows, cursor)[:SEARCH_BATCH]):
        yield from batch
        cursor = Cursor(place_of(batch[-1]))


def _texts(seen: VisibleRound) -> Iterator[str]:
    yield seen.text
    marks = seen.marks
    for seat in PARTNERS:
        yield from texts_of(marks[seat])
    yield from seen.needs.values()
    yield from seen.heard_words.values()
    yield from (step.text for step in seen.steps.values())
    yield from (said["line"] for said in seen.look_backs.values())
