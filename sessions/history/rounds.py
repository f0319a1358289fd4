"""The loader of revealed rounds for the history, for a partner or for a therapist with the consent of both.

Access is loading, as in ``store.load``: somebody without a right gets NotFound, whatever the id. Nothing of an open
round and nothing sealed is read here. ``checkin.shown_round.reveal_for`` decides what of a round may be seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from cycleproject.text import folded
from sessions import models
from sessions.checkin.details import texts_of
from sessions.checkin.loop import named_first
from sessions.checkin.shown_round import RoundReveal, reveal_for
from sessions.checkin.state import LIFETIME, PARTNERS, OpenedMark, Partner, Reveal, When
from sessions.history.look_back import LookBack, shown_to
from sessions.history.query import Cursor, Direction, HistoryFilter, RoundPosition, begin_of
from sessions.history.readers import Reader, reader_for
from sessions.store import load
from sessions.words import library

PAGE_SIZE: Final = 20
# A search reads what is encrypted: no request reads more of it than this.
SEARCH_LIMIT: Final = 500
SEARCH_BATCH: Final = 250


def theme_of(moment: int | None, theme: str) -> str:
    """Return a round's theme: that of its moment in the library, or the one that was given with own words."""
    found = library.MOMENT_BY_ID.get(moment or 0)
    return found.theme if found else theme


@dataclass(frozen=True, slots=True)
class ChosenStep:
    """A partner's small step, and whether it was tried."""

    id: UUID
    text: str
    tried: str


@dataclass(frozen=True, slots=True)
class VisibleRound:
    """One revealed round, reduced to what one reader may see of it."""

    id: UUID
    place: RoundPosition
    opened_at: datetime
    reconnected_at: datetime | None
    reconnected_on: date | None
    same_loop: bool
    moment: int | None
    # Empty where the words of a moment are no longer kept.
    text: str
    theme: str
    size: int | None
    when: When | None
    # The ``reveal`` of docs/protocol.md.
    reveal: RoundReveal
    needs: Mapping[Partner, str]
    heard: frozenset[Partner]
    # By whoever heard, as the readers of their words may see them.
    heard_words: Mapping[Partner, str]
    steps: Mapping[Partner, ChosenStep]
    relief: int | None
    said_same: bool | None
    look_backs: Mapping[Partner, LookBack]
    # Whether there are words of the reader's own that could be erased.
    own_words: bool


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """One page of rounds, newest first, with cursors to the pages beside it."""

    rounds: tuple[VisibleRound, ...]
    older: Cursor | None = None
    newer: Cursor | None = None


# What there is to see.


def rounds_of(reader: Reader) -> "QuerySet[models.Round]":
    """Return the revealed rounds that a reader may see. Expired ones are left out even before they are purged."""
    return models.Round.objects.filter(
        phase="revealed",
        live_session__couple=reader.couple,
        opened_at__gte=reader.kept_since,
        # Says nothing new, but it is what the index is by.
        live_session__took_place_at__gte=reader.kept_since - LIFETIME,
    )


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
        tuple(_visible(one, reader) for one in rounds),
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
    row = _whole(rounds_of(reader)).filter(history_id=history_id).first()
    if row is None:
        raise load.NotFound
    return reader, _visible(row, reader)


def rounds_between(reader: Reader, asked: HistoryFilter, at_most: int) -> list[VisibleRound]:
    """Return the newest rounds that fit a filter, at most so many, oldest first."""
    rows = list(_newest_first(_chosen(reader, asked))[:at_most])
    return [_visible(row, reader) for row in reversed(rows)]


def all_rounds(reader: Reader) -> Iterator[VisibleRound]:
    """Yield every round, newest first; read in batches, so that ten years need no more memory than one."""
    return (_visible(row, reader) for row in _walk(_whole(rounds_of(reader)), None))


# Choosing rows.


def _chosen(reader: Reader, asked: HistoryFilter) -> "QuerySet[models.Round]":
    rows = _whole(rounds_of(reader))
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


def _whole(rows: "QuerySet[models.Round]") -> "QuerySet[models.Round]":
    return rows.select_related("live_session").prefetch_related("marks", "parts", "steps")


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
    return Cursor(_place(rows[0]), direction) if rows else None


def _place(row: models.Round) -> RoundPosition:
    return RoundPosition(row.live_session.took_place_at, row.live_session_id, row.number)


def _search(reader: Reader, asked: HistoryFilter) -> RoundsPage:
    """Decrypt and search rounds, newest first, until a page is full or the limit reached; the cursor goes on there."""
    wanted = folded(asked.words)
    cursor = asked.cursor
    if cursor and cursor.direction == "newer":
        cursor = None  # searching walks one way
    hits: list[VisibleRound] = []
    for row in islice(_walk(_chosen(reader, asked), cursor), SEARCH_LIMIT):
        cursor = Cursor(_place(row))
        seen = _visible(row, reader)
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
        cursor = Cursor(_place(batch[-1]))


def _texts(seen: VisibleRound) -> Iterator[str]:
    yield seen.text
    for seat in PARTNERS:
        yield from texts_of(seen.reveal["marks"][seat])
    yield from seen.needs.values()
    yield from seen.heard_words.values()
    yield from (step.text for step in seen.steps.values())
    yield from (said["line"] for said in seen.look_backs.values())


# Rows to what may be seen of them.


def _visible(row: models.Round, reader: Reader) -> VisibleRound:
    readable = [seat for seat in PARTNERS if seat not in reader.wordless]
    marks = {load.partner(mark.seat): load.opened_mark(mark) for mark in row.marks.all()}
    parts = {load.partner(part.seat): part for part in row.parts.all()}
    steps = {load.partner(step.seat): step for step in row.steps.all()}
    shown = {
        seat: mark if seat in readable else OpenedMark(mark.reaction, mark.intensity) for seat, mark in marks.items()
    }
    reveal = Reveal(
        pattern=row.pattern,  # type: ignore[arg-type]  # a database constraint names the codes
        version=row.pattern_version or 1,
        marks=shown,
        fits={seat: parts[seat].fits if seat in parts else None for seat in PARTNERS},
    )
    needs = {seat: part.need for seat, part in parts.items() if seat in readable and part.need}
    heard_words = {seat: part.heard_words for seat, part in parts.items() if seat in readable and part.heard_words}
    own = reader.seat
    look_backs = shown_to({seat: part.look_back for seat, part in parts.items()}, own, readable)
    wrote = bool(
        own and any((marks[own].details, needs.get(own), heard_words.get(own), own in steps, look_backs.get(own)))
    )
    return VisibleRound(
        id=row.history_id,
        place=_place(row),
        opened_at=row.opened_at,
        reconnected_at=row.reconnected_at,
        reconnected_on=row.reconnected_on,
        same_loop=row.same_loop,
        moment=row.moment,
        text=gettext(row.text) if row.moment else "" if row.opened_by in reader.wordless else row.text,
        theme=theme_of(row.moment, row.theme),
        size=row.size,
        when=row.when,
        reveal=reveal_for(reveal, reader.viewer, named_first(row.live_session.expires_at, row.number), gettext),
        # One need alone was never shown, and is none.
        needs=needs,
        heard=frozenset(seat for seat, part in parts.items() if part.heard),
        heard_words=heard_words,
        steps={seat: ChosenStep(step.id, step.text, step.tried) for seat, step in steps.items() if seat in readable},
        relief=parts[own].relief if own in parts else None,
        said_same=parts[own].same_loop if own in parts else None,
        look_backs=look_backs,
        own_words=own is not None and (wrote or bool(row.opened_by == own and row.text)),
    )
