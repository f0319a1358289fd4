"""Filters and cursors of the history, parsed strictly from untrusted fields. No database."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal
from uuid import UUID

from cycleproject.text import clean
from sessions.checkin.patterns import PATTERN_CODES
from sessions.words.library import THEMES

THEME_CODES: Final = frozenset(theme.code for theme in THEMES)
MAX_SEARCH_LENGTH: Final = 100

Direction = Literal["older", "newer"]
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LETTER: Final[Mapping[Direction, str]] = {"older": "o", "newer": "n"}


class BadQuery(ValueError):
    """A field of the query is unknown or malformed."""


@dataclass(frozen=True, slots=True)
class RoundPosition:
    """Where a round stands: check-ins by when they took place, rounds by their number in them."""

    took_place_at: datetime
    session_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place to continue a list from, and the direction; as text it is opaque."""

    place: RoundPosition
    direction: Direction = "older"

    def __str__(self) -> str:
        place = self.place
        text = f"{_LETTER[self.direction]} {place.took_place_at.isoformat()} {place.session_id.hex} {place.number}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Conditions that all hold for the rounds to list. ``couple`` is None for one's own present or last one."""

    pattern: str = ""
    theme: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    cursor: Cursor | None = None
    couple: UUID | None = None

    @property
    def filters(self) -> bool:
        """Tell whether any condition leaves rounds out."""
        return bool(self.pattern or self.theme or self.since or self.until or self.words)


FIELDS: Final = frozenset({"pattern", "theme", "from", "to", "q", "cursor", "couple"})


def filter_from(fields: Mapping[str, str]) -> HistoryFilter:
    """Parse the fields of a query string or form into a filter. Raises BadQuery."""
    if not set(fields) <= FIELDS:
        raise BadQuery("an unknown field")
    return HistoryFilter(
        pattern=_one_of(fields.get("pattern", ""), PATTERN_CODES),
        theme=_one_of(fields.get("theme", ""), THEME_CODES),
        since=_day(fields.get("from", "")),
        until=_day(fields.get("to", "")),
        words=_words(fields.get("q", "")),
        cursor=cursor_from(fields["cursor"]) if fields.get("cursor") else None,
        couple=_uuid(fields["couple"]) if fields.get("couple") else None,
    )


def cursor_from(text: str) -> Cursor:
    """Parse a cursor from its text. Raises BadQuery."""
    try:
        letter, took_place_at, session_id, number = (
            base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode("ascii").split(" ")
        )
        direction: Direction = {"o": "older", "n": "newer"}[letter]  # type: ignore[assignment]
        at = datetime.fromisoformat(took_place_at)
        if at.utcoffset() is None or not 0 <= int(number) < 2**31:
            raise BadQuery("no cursor")
        # By the clock that everything is stored by: at both ends of time there are moments that it cannot tell.
        place = RoundPosition(at.astimezone(UTC), UUID(hex=session_id), int(number))
    except (ValueError, KeyError, OverflowError, binascii.Error):
        raise BadQuery("no cursor") from None
    return Cursor(place, direction)


def begin_of(day: date, zone: tzinfo, *, days_later: int = 0) -> datetime | None:
    """Return when a day begins where the reader is; None at an end of time, beyond which there is nothing to leave out.

    Where the clock is put forward at midnight this is the moment at which it is.
    """
    try:
        return datetime.combine(day + timedelta(days=days_later), time(), zone).astimezone(UTC)
    except OverflowError:
        return None


def _one_of(text: str, known: Iterable[str]) -> str:
    if text and text not in known:
        raise BadQuery(text)
    return text


def _day(text: str) -> date | None:
    if not text:
        return None
    # More is a date to the library: weeks, and digits without dashes.
    if not _DAY.fullmatch(text):
        raise BadQuery(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadQuery(text) from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadQuery(text) from None


def _words(text: str) -> str:
    try:
        return clean(text, MAX_SEARCH_LENGTH)
    except ValueError:
        raise BadQuery("no words") from None
