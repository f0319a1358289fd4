"""One entry for a calendar as a file (RFC 5545), for whatever has a time here: it names nobody and nothing.

Written out, because a few lines that never vary are easier to read, and to keep neutral, than a library's calendar. An
entry is a function of what it is about: downloaded again it is the same to the byte, and a calendar that has it already
keeps one. What has changed has a higher ``sequence``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

LINE_OCTETS: Final = 75
# A file with a method has an organizer (RFC 5546, 3.2). It is nobody, at an address that can never be anybody's.
NOBODY: Final = "mailto:nobody@calendar.invalid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``begins`` without a zone is the hour of whatever clock reads it, each week the same one."""

    uid: str
    title: str
    begins: datetime
    lasts: timedelta
    changed_at: datetime
    sequence: int = 0
    every_weeks: int = 0  # 0: once
    called_off: bool = False


def calendar_file(entry: Entry) -> str:
    """Return the file: no link, no names, no place; calendars are read over shoulders and synchronised."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calendar//EN",
        f"METHOD:{_method(entry)}",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{_instant(entry.changed_at)}",
        f"SEQUENCE:{entry.sequence}",
        f"ORGANIZER;CN=Calendar:{NOBODY}",
        f"DTSTART:{_moment(entry.begins)}",
        f"DURATION:PT{int(entry.lasts.total_seconds()) // 60}M",
        *_repeated(entry.every_weeks),
        *(["STATUS:CANCELLED"] if entry.called_off else []),
        f"SUMMARY:{_escaped(entry.title)}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def content_type(entry: Entry) -> str:
    """Return the type of the file, which names its method as the file does (RFC 5545, 8.1)."""
    return f"text/calendar; charset=utf-8; method={_method(entry)}"


def _method(entry: Entry) -> str:
    """Return what a calendar is to do with it: take it over, or take out what it has under this name (RFC 5546)."""
    return "CANCEL" if entry.called_off else "PUBLISH"


def _repeated(every_weeks: int) -> list[str]:
    if not every_weeks:
        return []
    return ["RRULE:FREQ=WEEKLY" if every_weeks == 1 else f"RRULE:FREQ=WEEKLY;INTERVAL={every_weeks}"]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}" if moment.tzinfo is None else _instant(moment)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, none of which cuts a character in two."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += size
    return "\r\n".join([*pieces, piece])
