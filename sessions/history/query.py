"""What somebody asks of the history: which rounds, and from where on. No database, and nothing here is trusted."""

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
WORDS_AT_MOST: Final = 100

Direction = Literal["older", "newer"]
_LETTER: Final[Mapping[Direction, str]] = {"older": "o", "newer": "n"}


class Unreadable(ValueError):
    """What was asked cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a round stands: check-ins by when they took place, rounds by their number in them."""

    took_place_at: datetime
    session_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """From where on, and which way."""

    place: Place
    direction: Direction = "older"

    def __str__(self) -> str:
        place = self.place
        text = f"{_LETTER[self.direction]} {place.took_place_at.isoformat()} {place.session_id.hex} {place.number}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rounds: all of these at once. ``couple`` is None for one's own."""

    pattern: str = ""
    theme: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    cursor: Cursor | None = None
    couple: UUID | None = None

    @property
    def filters(self) -> bool:
        """Tell whether anything but a page of everything is asked for."""
        return bool(self.pattern or self.theme or self.since or self.until or self.words)


FIELDS: Final = frozenset({"pattern", "theme", "from", "to", "q", "cursor", "couple"})


def asked_by(fields: Mapping[str, str]) -> Asked:
    """Return what is asked by the fields of an address or a form. Raises Unreadable."""
    if not set(fields) <= FIELDS:
        raise Unreadable("an unknown field")
    return Asked(
        pattern=_one_of(fields.get("pattern", ""), PATTERN_CODES),
        theme=_one_of(fields.get("theme", ""), THEME_CODES),
        since=_day(fields.get("from", "")),
        until=_day(fields.get("to", "")),
        words=_words(fields.get("q", "")),
        cursor=cursor_from(fields["cursor"]) if fields.get("cursor") else None,
        couple=_uuid(fields["couple"]) if fields.get("couple") else None,
    )


def cursor_from(text: str) -> Cursor:
    """Return the cursor that a text stands for. Raises Unreadable."""
    try:
        letter, took_place_at, session_id, number = (
            base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode("ascii").split(" ")
        )
        direction: Direction = {"o": "older", "n": "newer"}[letter]  # type: ignore[assignment]
        place = Place(datetime.fromisoformat(took_place_at), UUID(hex=session_id), int(number))
    except (ValueError, KeyError, binascii.Error):
        raise Unreadable("no cursor") from None
    if place.took_place_at.utcoffset() is None or not 0 <= place.number < 2**31:
        raise Unreadable("no cursor")
    return Cursor(place, direction)


def folded(text: str) -> str:
    """Return words as they are compared: composed, and with no difference between large and small."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _one_of(text: str, known: Iterable[str]) -> str:
    if text and text not in known:
        raise Unreadable(text)
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(text) from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unreadable(text) from None


def _words(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > WORDS_AT_MOST or any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise Unreadable("no words")
    return text
