"""What somebody asks of the history: which rounds, and from where on. No database, and nothing here is trusted."""

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
WORDS_AT_MOST: Final = 100

Direction = Literal["older", "newer"]
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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
        at = datetime.fromisoformat(took_place_at)
        if at.utcoffset() is None or not 0 <= int(number) < 2**31:
            raise Unreadable("no cursor")
        # By the clock that everything is stored by: at both ends of time there are moments that it cannot tell.
        place = Place(at.astimezone(UTC), UUID(hex=session_id), int(number))
    except (ValueError, KeyError, OverflowError, binascii.Error):
        raise Unreadable("no cursor") from None
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
        raise Unreadable(text)
    return text


def _day(text: str) -> date | None:
    if not text:
        return None
    # More is a date to the library: weeks, and digits without dashes.
    if not _DAY.fullmatch(text):
        raise Unreadable(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable(text) from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unreadable(text) from None


def _words(text: str) -> str:
    try:
        return clean(text, WORDS_AT_MOST)
    except ValueError:
        raise Unreadable("no words") from None
