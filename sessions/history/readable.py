"""The one loader of what was revealed: whatever shows a round that is over, to whomever, takes it from here.

``readers.Reader`` says who reads and what is hidden from them; ``rounds_of`` chooses the rows, and ``visible_round``
reduces one to what that reader may see. ``checkin.shown_round.reveal_for`` decides what of a reveal may be seen.
Nothing of an open round and nothing sealed is read here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext

from sessions import models
from sessions.checkin import day, own_moment
from sessions.checkin.loop import named_first
from sessions.checkin.shown_round import BothMarks, RoundReveal, Viewer, marks_for, reveal_for
from sessions.checkin.state import PARTNERS, OpenedMark, Partner, Reveal, When, other
from sessions.history.own.look_back import LookBack, shown_to
from sessions.history.query import RoundPosition
from sessions.history.readers import Reader
from sessions.store import load
from sessions.words import library

# What hangs from a round.
HANGING: Final = ("marks", "parts", "steps")


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


@dataclass(frozen=True)
class VisibleRound:
    """One revealed round, reduced to what one reader may see of it."""

    id: UUID
    place: RoundPosition
    opened_at: datetime
    revealed_at: datetime | None
    reconnected_at: datetime | None
    reconnected_on: date | None
    same_loop: bool
    moment: int | None
    # Empty where the words of a moment are no longer kept.
    text: str
    theme: str
    size: int | None
    when: When | None
    opened: Reveal
    viewer: Viewer
    named_first: Partner
    needs: Mapping[Partner, str]
    heard: frozenset[Partner]
    # By whoever heard, as the readers of their words may see them.
    heard_words: Mapping[Partner, str]
    steps: Mapping[Partner, ChosenStep]
    relief: int | None
    said_same: bool | None
    own_day: date | None
    look_backs: Mapping[Partner, LookBack]
    # Whether there are words of the reader's own that could be erased.
    own_words: bool

    @cached_property
    def reveal(self) -> RoundReveal:
        """Return the ``reveal`` of docs/protocol.md."""
        return reveal_for(self.opened, self.viewer, self.named_first, gettext)

    @property
    def marks(self) -> BothMarks:
        """Return the two marks of it: a search looks through hundreds, and shows nothing of most."""
        return marks_for(self.opened.marks, self.viewer, gettext)


def rounds_of(reader: Reader) -> "QuerySet[models.Round]":
    """Return the revealed rounds that a reader may see. Expired ones are left out even before they are purged."""
    return models.Round.objects.filter(
        phase="revealed",
        live_session__couple=reader.couple,
        opened_at__gte=reader.kept_since,
        # Says nothing new, but it is what the index is by.
        live_session__took_place_at__gte=reader.kept_since - day.LONGEST,
    )


def rounds_before(reader: Reader, moment: datetime) -> "QuerySet[models.Round]":
    """Return those that were opened before a moment; what they cost does not grow with those that came later."""
    rows = rounds_of(reader).filter(opened_at__lt=moment)
    # Says nothing new, as above: without it every round is looked at.
    return rows.filter(live_session__took_place_at__lt=moment + day.LONGEST)


def whole(rows: "QuerySet[models.Round]") -> "QuerySet[models.Round]":
    """Return rounds with everything that hangs from them, in a few queries."""
    # As lists: a manager for each round costs as much as its rows.
    hanging = (Prefetch(name, to_attr=f"read_{name}") for name in HANGING)
    return rows.select_related("live_session").prefetch_related(*hanging)


def rounds_in(reader: Reader, session_id: UUID) -> "list[VisibleRound]":
    """Return what a reader may see of one check-in, in the order in which it was."""
    return rounds_in_each(reader, [session_id])


def rounds_in_each(reader: Reader, session_ids: Collection[UUID]) -> "list[VisibleRound]":
    """Return what a reader may see of several check-ins, those of each in the order in which they were."""
    rows = whole(rounds_of(reader)).filter(live_session__in=session_ids).order_by("number")
    return [taken_from(row, reader) for row in rows]


def newest_with_step(reader: Reader, seat: Partner, since: datetime) -> "VisibleRound | None":
    """Return what a reader may see of the newest round, of a check-in that is over, in which a partner chose a step."""
    rows = whole(rounds_of(reader)).filter(steps__seat=seat, live_session__ended_at__isnull=False, opened_at__gte=since)
    row = rows.order_by("-opened_at").first()
    return visible_round(row, reader) if row else None


def taken_from(row: models.Round, reader: Reader) -> VisibleRound:
    """Return the visible round of a row that nobody needs any more, and let go of what hangs from it.

    Rows that were loaded together hold each other, and would stay in memory until garbage is collected.
    """
    seen = visible_round(row, reader)
    for name in HANGING:
        delattr(row, f"read_{name}")
    return seen


def visible_round(row: Any, reader: Reader) -> VisibleRound:
    """Return a ``whole`` round without what its reader may not see: unshared details, words not left to them."""
    readable = [seat for seat in PARTNERS if seat not in reader.wordless]
    marks = {load.partner(mark.seat): load.opened_mark(mark) for mark in row.read_marks}
    parts = {load.partner(part.seat): part for part in row.read_parts}
    steps = {load.partner(step.seat): step for step in row.read_steps}
    shown = {
        seat: mark if seat in readable else OpenedMark(mark.reaction, mark.intensity) for seat, mark in marks.items()
    }
    reveal = Reveal(
        pattern=row.pattern,  # a database constraint names the codes
        version=row.pattern_version or 1,
        marks=shown,
        fits={seat: parts[seat].fits if seat in parts else None for seat in PARTNERS},
    )
    needs = {seat: part.need for seat, part in parts.items() if seat in readable and part.need}
    # In other words it says the other's need: of one that is not kept, nothing is.
    kept = {seat for seat, part in parts.items() if part.need}
    heard_words = {
        seat: part.heard_words
        for seat, part in parts.items()
        if seat in readable and part.heard_words and other(seat) in kept
    }
    own = reader.seat
    look_backs = shown_to({seat: part.look_back for seat, part in parts.items()}, own, readable)
    wrote = bool(
        own and any((marks[own].details, needs.get(own), heard_words.get(own), own in steps, look_backs.get(own)))
    )
    return VisibleRound(
        id=row.history_id,
        place=place_of(row),
        opened_at=row.opened_at,
        revealed_at=row.revealed_at,
        reconnected_at=row.reconnected_at,
        reconnected_on=row.reconnected_on,
        same_loop=row.same_loop,
        moment=row.moment,
        text=_moment_of(row, shown, reader),
        theme=theme_of(row.moment, row.theme),
        size=row.size,
        when=row.when,
        opened=reveal,
        viewer=reader.viewer,
        named_first=named_first(row.live_session.expires_at, row.number),
        # One need alone was never shown, and is none.
        needs=needs,
        heard=frozenset(seat for seat, part in parts.items() if part.heard),
        heard_words=heard_words,
        steps={seat: ChosenStep(step.id, step.text, step.tried) for seat, step in steps.items() if seat in readable},
        relief=parts[own].relief if own in parts else None,
        said_same=parts[own].same_loop if own in parts else None,
        own_day=parts[own].reconnected_on if own in parts else None,
        look_backs=look_backs,
        own_words=own is not None and (wrote or bool(row.opened_by == own and row.text)),
    )


def _moment_of(row: models.Round, shown: Mapping[Partner, OpenedMark], reader: Reader) -> str:
    """Return what a round was about: its moment, or those that each chose, one's own first."""
    if row.moment:
        return gettext(row.text)
    if row.text:
        return "" if row.opened_by in reader.wordless else row.text
    return own_moment.of_both(shown, reader.names, reader.viewer.partner or "a", gettext)


def place_of(row: models.Round) -> RoundPosition:
    """Return where a row stands."""
    return RoundPosition(row.live_session.took_place_at, row.live_session_id, row.number)
