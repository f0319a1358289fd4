"""Passwords that are long and yet among the first that somebody tries.

The list of common passwords that Django brings has few of twelve characters and more: people who are asked for a long
one make it of a short one. So these are refused as well: one common word with figures or signs around it, the same over
and over, a walk along the keyboard, and what consists of the words of this place.
"""

import re
from functools import cache
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

# Whoever guesses here tries these first. SECURITY.md shows the list.
WORDS_OF_THIS_PLACE: Final = (
    "admin",
    "check",
    "checkin",
    "couple",
    "cycle",
    "cycleproject",
    "love",
    "partner",
    "password",
    "reveal",
    "sealed",
    "session",
    "staff",
    "therapist",
    "therapy",
    "together",
)
WALKS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
# Parts of so many keys in a row are no choice of anybody's.
SHORTEST_WALK: Final = 3
_WORDS: Final = re.compile(f"(?:{'|'.join(sorted(WORDS_OF_THIS_PLACE, key=len, reverse=True))}|in|s)+")


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that Django knows to be common."""
    return frozenset(CommonPasswordValidator().passwords)


def is_guessable(password: str) -> bool:
    """Tell whether a password is one short thing made long."""
    lowered = re.sub(r"\s", "", password.lower())
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lowered)
    letters = re.sub(r"[\W\d_]+", "", lowered)
    return (
        _is_repeated(lowered)
        or _is_a_walk(lowered)
        or core in common_passwords()
        or _WORDS.fullmatch(letters) is not None
    )


def _is_repeated(text: str) -> bool:
    """Tell whether a text is the same few characters over and over, the last time perhaps not to their end."""
    return any(text == (text[:length] * len(text))[: len(text)] for length in range(1, len(text) // 2 + 1))


def _is_a_walk(text: str) -> bool:
    """Tell whether a text consists of neighbouring keys, in either direction."""
    rows = [*WALKS, *(row[::-1] for row in WALKS)]
    here = 0
    while here < len(text):
        steps = max((_steps(text[here:], row) for row in rows), default=0)
        if steps < SHORTEST_WALK:
            return False
        here += steps
    return True


def _steps(text: str, row: str) -> int:
    """Return how many of a text's first characters stand in a row one after the other."""
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


class GuessablePasswordValidator:
    """Refuse what is long and yet among the first that somebody tries."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password that is easy to guess."""
        if is_guessable(password):
            raise ValidationError(
                gettext("That one is easy to guess. Four words that have nothing to do with each other work well."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Return what to choose, for the admin."""
        return gettext("Choose four words that have nothing to do with each other.")
