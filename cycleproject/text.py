"""How text that somebody typed is cleaned: the one way, whether it came from a page, a body, a frame or a search."""

import unicodedata


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
    trimmed whatever it is; with ``strict_ends`` a control character around it is refused like one within.
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
    return text


def filled(text: str) -> str:
    """Return text that says something. Raises ValueError."""
    if not text:
        raise ValueError("must say something")
    return text


def casefolded(text: str) -> str:
    """Return text as it is compared in a search: composed, and with no difference between large and small."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _holds(text: str, categories: tuple[str, ...], *, but: str) -> bool:
    # Most texts are of letters and spaces alone, which is asked of the whole at once.
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in categories and character not in but for character in text)
