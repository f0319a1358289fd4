"""What people write for themselves: one rule for pages and interfaces."""

import unicodedata

from cycleproject.visible import shows_something


class TooLong(ValueError):
    """More than there is room for."""


def clean_words(words: str, most: int) -> str:
    """Return words in NFC without surrounding blanks; what nobody would see anything of is none.

    Raises TooLong, and ValueError for control characters.
    """
    # NFC never leaves less than a quarter. Asked first: ordering a megabyte of combining marks takes long.
    if len(words) > 4 * most:
        raise TooLong("too long")
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n")).strip()
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in words):
        raise ValueError("control characters are refused")
    if len(words) > most:
        raise TooLong("too long")
    return words if shows_something(words) else ""
