"""Cleaning of private texts, the same for forms and API."""

import unicodedata


class TooLong(ValueError):
    """The text has more characters than are allowed."""


def clean_words(words: str, most: int) -> str:
    """Return a text in NFC without surrounding blanks. Raises TooLong, and ValueError for control characters."""
    # NFC never leaves less than a quarter. Asked first: ordering a megabyte of combining marks takes long.
    if len(words) > 4 * most:
        raise TooLong("too long")
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n")).strip()
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in words):
        raise ValueError("control characters are refused")
    if len(words) > most:
        raise TooLong("too long")
    return words
