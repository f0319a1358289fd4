"""What a first name may be: one rule for pages and interfaces."""

import unicodedata

from accounts.models import FIRST_NAME_LENGTH, User


def clean_name(name: str) -> str:
    """Return a first name in NFC, on one line. Raises ValueError when empty, too long or with control characters."""
    name = unicodedata.normalize("NFC", name).strip()
    refused = any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name)
    if not name or refused or len(name) > FIRST_NAME_LENGTH:
        raise ValueError("not a first name")
    return name


def display_name(user: User) -> str:
    """Return what a person is called by."""
    return user.first_name
