"""A planned check-in as a calendar file (RFC 5545): one event that names nobody and nothing.

Written out here, because five lines that never vary are easier to read, and to keep neutral, than a library's calendar.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

LASTS: Final = timedelta(minutes=50)
LINE_OCTETS: Final = 75


def calendar_file(session_id: UUID, title: str, starts_at: datetime, made_at: datetime) -> str:
    """Return the calendar file, with no link, name or place: calendars are synchronised, and read over shoulders."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calendar//EN",
        "BEGIN:VEVENT",
        f"UID:{session_id}",
        f"DTSTAMP:{_instant(made_at)}",
        f"DTSTART:{_instant(starts_at)}",
        f"DTEND:{_instant(starts_at + LASTS)}",
        f"SUMMARY:{_escaped(title or gettext('Appointment'))}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


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
