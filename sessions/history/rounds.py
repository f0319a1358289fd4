"""The one loader of what a couple looks back on: revealed rounds, for a partner or for a therapist both let in.

Access is loading, as in ``records``: somebody without a right gets NotFound, whatever the id. Nothing of an open round
and nothing sealed is read here. What of a round may be seen is decided by ``snapshots.reveal_for`` alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from cycleproject.text import casefolded
from sessions import models
from sessions.checkin.details import texts_of
from sessions.checkin.shown_round import RoundReveal, reveal_for
from sessions.checkin.state import LIFETIME, PARTNERS, OpenedMark, Partner, Reveal
from sessions.history.figures.cycles import PastRound
from sessions.history.query import Asked, Cursor, Direction, Place
from sessions.history.readers import Reader, reader_for
from sessions.store import load
from sessions.words import library

PAGE: Final = 20
# A search reads what is encrypted: no request reads more of it than this.
SEARCHED_AT_MOST: Final = 500
SEARCHED_AT_ONCE: Final = 250


@dataclass(frozen=True, slots=True)
class ChosenStep:
    """One small step, and whether it was tried."""

    id: UUID
    text: str
    tried: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One revealed round as one reader may see it."""

    id: UUID
    place: Place
    opened_at: datetime
    reconnected_at: datetime | None
    moment: int | None
    # Empty where the words of a moment are no longer kept.
    text: str
    theme: str
    size: int | None
    # The ``reveal`` of docs/protocol.md.
    reveal: RoundReveal
    needs: Mapping[Partner, str]
    heard: frozenset[Partner]
    steps: Mapping[Partner, ChosenStep]
    relief: int | None
    # Whether there are words of the reader's own that could be erased.
    own_words: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some rounds, newest first, and where to go on."""

    rounds: tuple[Seen, ...]
    older: Cursor | None = None
    newer: Cursor | None = None


# What there is to see.


def rounds_of(reader: Reader) -> "QuerySet[models.Round]":
    """Return the revealed rounds that a reader may look back on. What is past its time is gone before it is purged."""
    return models.Round.objects.filter(
        phase="revealed",
        live_session__couple=reader.couple,
        opened_at__gte=reader.kept_since,
        # Says nothing new, but it is what the index is by.
        live_session__created_at__gte=reader.kept_since - LIFETIME,
    )


def page(reader: Reader, asked: Asked) -> Page:
    """Return one page of what is asked for."""
    if asked.words:
        return _search(reader, asked)
    direction = asked.cursor.direction if asked.cursor else "older"
    found = list(_from(_chosen(reader, asked), asked.cursor)[: PAGE + 1])
    more, rounds = len(found) > PAGE, found[:PAGE]
    if direction == "newer":
        rounds.reverse()
    return Page(
        tuple(_seen(one, reader) for one in rounds),
        older=_cursor(rounds[-1:], "older") if more or direction == "newer" else None,
        newer=_cursor(rounds[:1], "newer") if asked.cursor and (more or direction == "older") else None,
    )


def one_round(user: User, history_id: UUID, now: datetime | None = None) -> tuple[Reader, Seen]:
    """Return one revealed round for somebody who may look back on it. Raises NotFound."""
    found = models.Round.objects.filter(history_id=history_id, phase="revealed").values_list("live_session__couple")
    couple_id = found.first()
    if couple_id is None or couple_id[0] is None:
        raise load.NotFound
    reader = reader_for(user, couple_id[0], now, opening="round")
    assert reader is not None, "a couple was named"
    row = _whole(rounds_of(reader)).filter(history_id=history_id).first()
    if row is None:
        raise load.NotFound
    return reader, _seen(row, reader)


def between(reader: Reader, asked: Asked, at_most: int) -> list[Seen]:
    """Return the rounds of a time, oldest first and the newest of them, each as it was revealed."""
    rows = list(_newest_first(_chosen(reader, asked))[:at_most])
    return [_seen(row, reader) for row in reversed(rows)]


def everything(reader: Reader) -> Iterator[Seen]:
    """Return every round, newest first; read in parts, so that ten years need no more room than one."""
    return (_seen(row, reader) for row in _walk(_whole(rounds_of(reader)), None))


def past_rounds(reader: Reader) -> list[PastRound]:
    """Return what can be counted with, of every round: one query, and nothing in it is encrypted."""
    # Each mark of seat a, beside the one of seat b: both in one filter, so that they meet in one row.
    rows = models.Mark.objects.filter(round__in=rounds_of(reader), seat="a", round__marks__seat="b")
    columns = rows.values_list(
        "round__history_id",
        "round__opened_at",
        "round__moment",
        "round__theme",
        "round__pattern",
        "reaction",
        "round__marks__reaction",
        "intensity",
        "round__marks__intensity",
        "round__size",
        "round__reconnected_at",
    )
    return [
        PastRound(history_id, opened_at, _theme(moment, theme), pattern, (pulled_a, pulled_b), (a or 0, b or 0), *rest)  # type: ignore[arg-type]  # database constraints name the codes
        for history_id, opened_at, moment, theme, pattern, pulled_a, pulled_b, a, b, *rest in columns
    ]


def own_reliefs(reader: Reader, newest: int) -> list[tuple[datetime, int]]:
    """Return how much relief the reader themself felt lately, oldest first: the other's was never shown to them."""
    if reader.seat is None:
        return []
    parts = models.Part.objects.filter(round__in=rounds_of(reader), seat=reader.seat).exclude(relief=None)
    kept = parts.exclude(round__reconnected_at=None).order_by("-round__reconnected_at")
    rows = kept.values_list("round__reconnected_at", "relief")[:newest]
    return [(at, relief) for at, relief in reversed(rows) if at is not None and relief is not None]


# Choosing rows.


def _chosen(reader: Reader, asked: Asked) -> "QuerySet[models.Round]":
    rows = _whole(rounds_of(reader))
    zone = timezone.get_current_timezone()  # a day is a day where the reader is
    if asked.pattern:
        rows = rows.filter(pattern=asked.pattern)
    if asked.theme:
        of_theme = [moment.id for moment in library.MOMENTS if moment.theme == asked.theme]
        rows = rows.filter(Q(moment__in=of_theme) | Q(moment=None, theme=asked.theme))
    if asked.since:
        rows = rows.filter(opened_at__gte=datetime.combine(asked.since, time(), zone))
    if asked.until:
        rows = rows.filter(opened_at__lt=datetime.combine(asked.until + timedelta(days=1), time(), zone))
    return rows


def _whole(rows: "QuerySet[models.Round]") -> "QuerySet[models.Round]":
    return rows.select_related("live_session").prefetch_related("marks", "parts", "steps")


def _newest_first(rows: "QuerySet[models.Round]") -> "QuerySet[models.Round]":
    return rows.order_by("-live_session__created_at", "-live_session_id", "-number")


def _from(rows: "QuerySet[models.Round]", cursor: Cursor | None) -> "QuerySet[models.Round]":
    """Return what follows a cursor, in its direction: found by its place, so that no page costs more than the first."""
    if cursor is None:
        return _newest_first(rows)
    place, way = cursor.place, "lt" if cursor.direction == "older" else "gt"
    beyond = (
        Q(**{f"live_session__created_at__{way}": place.made_at})
        | Q(live_session__created_at=place.made_at, **{f"live_session_id__{way}": place.session_id})
        | Q(live_session=place.session_id, **{f"number__{way}": place.number})
    )
    rows = rows.filter(beyond, **{f"live_session__created_at__{way}e": place.made_at})
    return _newest_first(rows) if way == "lt" else _newest_first(rows).reverse()


def _cursor(rows: list[models.Round], direction: Direction) -> Cursor | None:
    return Cursor(_place(rows[0]), direction) if rows else None


def _place(row: models.Round) -> Place:
    return Place(row.live_session.created_at, row.live_session_id, row.number)


def _search(reader: Reader, asked: Asked) -> Page:
    """Walk from the newest on until a page is full or enough was read; where to go on is the last one looked at."""
    wanted = casefolded(asked.words)
    cursor = asked.cursor
    if cursor and cursor.direction == "newer":
        cursor = None  # searching walks one way
    hits: list[Seen] = []
    for row in islice(_walk(_chosen(reader, asked), cursor), SEARCHED_AT_MOST):
        cursor = Cursor(_place(row))
        seen = _seen(row, reader)
        if any(wanted in casefolded(text) for text in _texts(seen)):
            hits.append(seen)
            if len(hits) == PAGE:
                break
    else:
        # Walked to the end, or as far as one request may: only a look ahead tells which.
        if cursor is None or not _from(_chosen(reader, asked), cursor).exists():
            return Page(tuple(hits))
    return Page(tuple(hits), older=cursor)


def _walk(rows: "QuerySet[models.Round]", cursor: Cursor | None) -> Iterator[models.Round]:
    while batch := list(_from(rows, cursor)[:SEARCHED_AT_ONCE]):
        yield from batch
        cursor = Cursor(_place(batch[-1]))


def _texts(seen: Seen) -> Iterator[str]:
    yield seen.text
    for seat in PARTNERS:
        yield from texts_of(seen.reveal["marks"][seat])
    yield from seen.needs.values()
    yield from (step.text for step in seen.steps.values())


# Rows to what may be seen of them.


def _seen(row: models.Round, reader: Reader) -> Seen:
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
    own = reader.seat
    return Seen(
        id=row.history_id,
        place=_place(row),
        opened_at=row.opened_at,
        reconnected_at=row.reconnected_at,
        moment=row.moment,
        text=gettext(row.text) if row.moment else "" if row.opened_by in reader.wordless else row.text,
        theme=_theme(row.moment, row.theme),
        size=row.size,
        reveal=reveal_for(reveal, reader.viewer, gettext),
        # One need alone was never shown, and is none.
        needs=needs,
        heard=frozenset(seat for seat, part in parts.items() if part.heard),
        steps={seat: ChosenStep(step.id, step.text, step.tried) for seat, step in steps.items() if seat in readable},
        relief=parts[own].relief if own in parts else None,
        own_words=bool(
            own and (marks[own].details or needs.get(own) or own in steps or (row.opened_by == own and row.text))
        ),
    )


def _theme(moment: int | None, theme: str) -> str:
    found = library.MOMENT_BY_ID.get(moment or 0)
    return found.theme if found else theme
