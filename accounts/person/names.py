"""What a first name may be: one rule for pages and interfaces."""

import unicodedata

from accounts.models import FIRST_NAME_LENGTH, User
from cycleproject.visible import shows_something, without_invisible_edges


def clean_name(name: str) -> str:
    """Return a first name in NFC, on one line, without blanks and invisible characters around it.

    Raises ValueError when nobody would see anything of it, when it is too long or has control characters.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        raise ValueError("not a first name")
    name = without_invisible_edges(name)
    if not shows_something(name) or len(name) > FIRST_NAME_LENGTH:
        raise ValueError("not a first name")
    return name


def display_name(user: User) -> str:
    """Return what a person is called by."""
    return user.first_name
