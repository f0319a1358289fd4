"""What a check-in may be called: one rule for pages and interfaces."""

from typing import Final

from sessions.checkin.frames import clean_text

TITLE_LENGTH: Final = 80


def clean_title(title: str) -> str:
    """Return a title on one line. Raises ValueError when too long or with control characters."""
    # Counted before it is composed too: what is much longer is not worth composing.
    if len(title) > 4 * TITLE_LENGTH:
        raise ValueError("at most 80 characters")
    title = clean_text(title)
    if len(title) > TITLE_LENGTH or "\n" in title:
        raise ValueError("at most 80 characters, on one line")
    return title
