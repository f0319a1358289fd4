"""Passwords that have been in a leak, looked up in a file: nobody is told that somebody here chooses one.

The file is what the tool of haveibeenpwned.com downloads: a line for each password, its SHA-1 in hexadecimal, perhaps a
colon and a count, ordered by the first. Whoever runs Cycle says where it is (`BREACHED_PASSWORDS`). All of it has tens
of gigabytes, and a look reads some forty pages.
"""

import hashlib
import logging
import os
from typing import BinaryIO, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

logger = logging.getLogger(__name__)

DIGEST_LENGTH: Final = 40
# More than a digest and a count take.
LONGEST_LINE: Final = 80


def is_breached(password: str, lines: BinaryIO) -> bool:
    """Tell whether a password is in a file of ordered digests."""
    # What the file is made of, and nothing that protects anybody.
    wanted = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().encode()
    least, most = 0, lines.seek(0, os.SEEK_END)
    # A line that begins at or after ``least`` and before ``most`` is the one, or none is.
    while least < most:
        middle = (least + most) // 2
        begins = _next_line(lines, middle)
        line = lines.readline(LONGEST_LINE) if begins < most else b""
        found = line[:DIGEST_LENGTH].lower()
        if found == wanted:
            return True
        if line and found < wanted:
            least = begins + len(line)
        else:
            most = middle
    return False


def _next_line(lines: BinaryIO, place: int) -> int:
    """Go to the first line that begins at a place or after it, and return where it begins."""
    if place == 0:
        return lines.seek(0)
    lines.seek(place - 1)
    lines.readline(LONGEST_LINE)
    return lines.tell()


class BreachedPasswordValidator:
    """Refuse what has been in a leak, where there is a file of such."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password that others have tried since it was stolen."""
        if settings.BREACHED_PASSWORDS and self._is_breached(password):
            raise ValidationError(
                gettext("That one was in a leak elsewhere, so others try it. Choose one that you use nowhere else."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        """Return what to choose, for the admin."""
        return gettext("Choose one that you use nowhere else.")

    def _is_breached(self, password: str) -> bool:
        try:
            with open(settings.BREACHED_PASSWORDS, "rb") as lines:
                return is_breached(password, lines)
        except OSError:  # nobody is kept from an account because a disk is away
            logger.error("the file of breached passwords cannot be read: passwords are chosen without it")
            return False
