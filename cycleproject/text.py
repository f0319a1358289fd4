"""How text that somebody typed is cleaned: the one way, whether it came from a page, a body, a frame or a search."""

import unicodedata
from typing import Final

from cycleproject.visible import shows_something

# Written as one letter, and typed as what it looks like.
_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **{"\u0131": "i", "\u0142": "l", "\u00f8": "o", "\u0111": "d", "\u0127": "h"},
        **{"\u00e6": "ae", "\u0153": "oe"},
    }
)


class TooLong(ValueError):
    """More than there is room for."""


def clean(
    text: str,
    most: int,
    *,
    lines: bool = False,
    tabs: bool = False,
    separators: bool = True,
    strict_ends: bool = False,
) -> str:
    """Return text in NFC, without surrounding blanks. Raises TooLong, and ValueError for what may not stand in it.

    ``lines`` and ``tabs`` may stand in it where that is said, and no other control character, lone surrogates
    included; without ``separators`` Unicode's own line and paragraph breaks may not either. What stands around it is
    trimmed whatever it is; with ``strict_ends`` a control character around it is refused like one within. A text of
    which nobody would see anything is none.
    """
    # NFC never leaves less than a quarter. Asked first, because ordering thousands of combining marks takes long enough
    # to hold up everybody else.
    if len(text.strip()) > 4 * most:
        raise TooLong(f"at most {most} characters")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if strict_ends and _holds(text, ("Cc", "Cs"), but="\n"):
        raise ValueError("control characters are refused")
    text = text.strip()
    refused = ("Cc", "Cs") if separators else ("Cc", "Cs", "Zl", "Zp")
    if _holds(text, refused, but="\n" * lines + "\t" * tabs):
        raise ValueError("control characters are refused")
    if len(text) > most:
        raise TooLong(f"at most {most} characters")
    return text if shows_something(text) else ""


def filled(text: str) -> str:
    """Return text that says something. Raises ValueError."""
    if not text:
        raise ValueError("must say something")
    return text


def folded(text: str) -> str:
    """Return words as they are compared: without what differs from one keyboard, or one editor, to the next.

    Large and small, accents and dots, kinds of apostrophes, quotation marks, dashes and blanks, ends of lines, and what
    nobody sees. What makes another letter of a letter, as in Japanese, stays.
    """
    if text.isascii():  # as most words are, and a search folds thousands
        return " ".join(text.casefold().translate(_PLAIN).split())
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN)).translate(_PLAIN)
    plain = "".join(part for part in parts if not "\u0300" <= part <= "\u036f" and unicodedata.category(part) != "Cf")
    return " ".join(unicodedata.normalize("NFC", plain).split())


def _holds(text: str, categories: tuple[str, ...], *, but: str) -> bool:
    # Most texts are of letters and spaces alone, which is asked of the whole at once.
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in categories and character not in but for character in text)
