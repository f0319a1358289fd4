"""The one loader of what a couple looks back on: revealed rounds, for a partner or for a therapist both let in.

Access is loading, as in ``records``: somebody without a right gets NotFound, whatever the id. Nothing of an open round
and nothing sealed is read here. What of a round may be seen is decided by ``snapshots.reveal_for`` alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit, care, keeping
from accounts.models import AuditKind, Couple, Membership, User
from sessions import library, models, records
from sessions.cycles import PastRound
from sessions.history_query import Asked, Cursor, Direction, Place, folded
from sessions.snapshots import Viewer, reveal_for
from sessions.state import LIFETIME, PARTNERS, OpenedMark, Partner, Reveal

NotFound = records.NotFound

PAGE: Final = 20
# A search reads what is encrypted: no request reads more of it than this.
SEARCHED_AT_MOST: Final = 500
SEARCHED_AT_ONCE: Final = 250
TEXTS: Final = ("thought", "second_look", "words")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks back, on which couple's rounds, and what of them is not theirs to read any more."""

    couple: Couple
    # None: a therapist, who sees what the partners have shared and nothing that is one's own.
    seat: Partner | None
    # The name of somebody who has left for good is empty.
    names: Mapping[Partner, str]
    parted: bool
    wordless: frozenset[Partner]
    months: int
    kept_since: datetime
    leaves_words: bool = False

    @property
    def viewer(self) -> Viewer:
        """Return whose eyes a reveal is projected for."""
        return Viewer(self.seat or "host")


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
    reveal: Mapping[str, Any]
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


# Who may look.


def reader_for(
    user: User,
    couple_id: UUID | None = None,
    now: datetime | None = None,
    *,
    opening: AuditKind = "history",
    only_own: bool = False,
) -> Reader | None:
    """Return somebody as the reader of one couple's history; without an id of their own, if there ever was one.

    Raises NotFound for a couple that they may not look back on. That a therapist opened it is recorded here, so that
    no page can forget to; what partners read themselves never is. ``only_own`` lets in partners alone.
    """
    now = now or timezone.now()
    if couple_id is None:
        # The couple they are in comes before those they were in, the newest of these first.
        own = Membership.objects.filter(user=user).order_by(F("left_at").desc(nulls_first=True)).first()
        if own is None:
            return None
        couple_id = own.couple_id
    halves = list(Membership.objects.filter(couple=couple_id).select_related("couple", "user"))
    own = next((half for half in halves if half.user_id == user.pk), None)
    if own is None:
        if only_own:
            raise NotFound
        _let_in(user, couple_id, opening)
    return _reader(halves, own, now)


@transaction.atomic
def _let_in(therapist: User, couple_id: UUID, opening: AuditKind) -> None:
    if not care.has_scope(therapist.pk, couple_id, "history"):
        raise NotFound
    audit.record(therapist, opening, couple_id)


def _reader(halves: list[Membership], own: Membership | None, now: datetime) -> Reader:
    months = keeping.months_kept(half.retention_months for half in halves if half.user_id)
    parted = any(half.left_at for half in halves)
    wordless = {records.partner(half.seat) for half in halves if parted and half is not own and not half.leaves_words}
    return Reader(
        couple=halves[0].couple,
        seat=records.partner(own.seat) if own else None,
        names={records.partner(half.seat): half.user.first_name if half.user else "" for half in halves},
        parted=parted,
        wordless=frozenset(wordless),
        months=months,
        kept_since=keeping.before(now, months),
        leaves_words=bool(own and own.leaves_words),
    )


def words_gone(user_id: UUID) -> set[tuple[UUID, str]]:
    """Return whose words a person may read no more: the couple and the seat of each former partner who left none."""
    halves = Membership.objects.filter(couple__memberships__user=user_id, left_at__isnull=False, leaves_words=False)
    return set(halves.exclude(user=user_id).values_list("couple_id", "seat"))


def other_histories(user: User, reader: Reader | None) -> list[Membership]:
    """Return the other halves of the couples that a person is or was in, besides the one they look back on."""
    halves = Membership.objects.filter(couple__memberships__user=user).exclude(user=user).select_related("user")
    if reader:
        halves = halves.exclude(couple=reader.couple)
    return list(halves.order_by(F("left_at").desc(nulls_first=True)))


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
        raise NotFound
    reader = reader_for(user, couple_id[0], now, opening="round")
    assert reader is not None, "a couple was named"
    row = _whole(rounds_of(reader)).filter(history_id=history_id).first()
    if row is None:
        raise NotFound
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


def anything_to_look_back_on(user: User) -> bool:
    """Tell whether a person has a history at all, so that pages can lead to it."""
    reader = reader_for(user)
    return reader is not None and rounds_of(reader).exists()


# Choosing rows.


def _chosen(reader: Reader, asked: Asked) -> "QuerySet[models.Round]":
    rows = _whole(rounds_of(reader))
    if asked.pattern:
        rows = rows.filter(pattern=asked.pattern)
    if asked.theme:
        of_theme = [moment.id for moment in library.MOMENTS if moment.theme == asked.theme]
        rows = rows.filter(Q(moment__in=of_theme) | Q(moment=None, theme=asked.theme))
    if asked.since:
        rows = rows.filter(opened_at__gte=datetime.combine(asked.since, time(), UTC))
    if asked.until:
        rows = rows.filter(opened_at__lt=datetime.combine(asked.until, time(), UTC) + timedelta(days=1))
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
    wanted = folded(asked.words)
    cursor = asked.cursor
    if cursor and cursor.direction == "newer":
        cursor = None  # searching walks one way
    hits: list[Seen] = []
    for row in islice(_walk(_chosen(reader, asked), cursor), SEARCHED_AT_MOST):
        cursor = Cursor(_place(row))
        seen = _seen(row, reader)
        if any(wanted in folded(text) for text in _texts(seen)):
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
    for mark in seen.reveal["marks"].values():
        yield from (mark[name] for name in TEXTS if mark.get(name))
    yield from seen.needs.values()
    yield from (step.text for step in seen.steps.values())


# Rows to what may be seen of them.


def _seen(row: models.Round, reader: Reader) -> Seen:
    readable = [seat for seat in PARTNERS if seat not in reader.wordless]
    marks = {records.partner(mark.seat): records.opened_mark(mark) for mark in row.marks.all()}
    parts = {records.partner(part.seat): part for part in row.parts.all()}
    steps = {records.partner(step.seat): step for step in row.steps.all()}
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
