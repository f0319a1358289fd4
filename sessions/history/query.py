"""Filters and cursors of the history, parsed strictly from untrusted fields. No database."""

import base64
import binascii
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from sessions.checkin.patterns import PATTERN_CODES
from sessions.words.library import THEMES

THEME_CODES: Final = frozenset(theme.code for theme in THEMES)
MAX_SEARCH_LENGTH: Final = 100

Direction = Literal["older", "newer"]
_LETTER: Final[Mapping[Direction, str]] = {"older": "o", "newer": "n"}


class BadQuery(ValueError):
    """A field of the query is unknown or malformed."""


@dataclass(frozen=True, slots=True)
class RoundPosition:
    """A round's position in the history: check-ins by when they were made, rounds by their number in them."""

    made_at: datetime
    session_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place to continue a list from, and the direction; as text it is opaque."""

    place: RoundPosition
    direction: Direction = "older"

    def __str__(self) -> str:
        place = self.place
        text = f"{_LETTER[self.direction]} {place.made_at.isoformat()} {place.session_id.hex} {place.number}"
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
        letter, made_at, session_id, number = (
            base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode("ascii").split(" ")
        )
        direction: Direction = {"o": "older", "n": "newer"}[letter]  # type: ignore[assignment]
        place = RoundPosition(datetime.fromisoformat(made_at), UUID(hex=session_id), int(number))
    except (ValueError, KeyError, binascii.Error):
        raise BadQuery("no cursor") from None
    if place.made_at.utcoffset() is None or not 0 <= place.number < 2**31:
        raise BadQuery("no cursor")
    return Cursor(place, direction)


def casefolded(text: str) -> str:
    """Return a text in the form in which search compares it: NFC, without differences of case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _one_of(text: str, known: Iterable[str]) -> str:
    if text and text not in known:
        raise BadQuery(text)
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadQuery(text) from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadQuery(text) from None


def _words(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > MAX_SEARCH_LENGTH or any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise BadQuery("no words")
    return text
