"""What can be seen of a text: characters that show nothing are many, and some of them hold others together."""

import unicodedata
from typing import Final

# Letters and symbols by their category, blank on every screen: fillers of Hangul, the empty Braille cell, a null note.
_BLANKS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159")


def shows_something(text: str) -> bool:
    """Tell whether anybody would see anything of a text."""
    return any(map(_shows, text))


def without_invisible_edges(text: str) -> str:
    """Return a text without what shows nothing at its ends; what belongs to the last sign, as in an emoji, stays."""
    start, end = 0, len(text)
    while start < end and not _shows(text[start]) and not _is_mark(text[start]):
        start += 1
    while end > start and not _shows(text[end - 1]):
        base = end - 1
        while base > start and _belongs_to_the_one_before(text[base]):
            base -= 1
        if base < end - 1 and _shows(text[base]):
            break
        end -= 1
    return text[start:end]


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANKS


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" and not _is_selector(character)


def _belongs_to_the_one_before(character: str) -> bool:
    # Tags spell the flags of England, Scotland and Wales behind a black one.
    return _is_mark(character) or _is_selector(character) or 0xE0020 <= ord(character) <= 0xE007F


def _is_selector(character: str) -> bool:
    number = ord(character)
    return 0xFE00 <= number <= 0xFE0F or 0xE0100 <= number <= 0xE01EF or number == 0x034F
