"""What a first name may be, and how a person is called: the same for pages and API."""

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
    """Return the first name, which allauth shows as the user's name."""
    return user.first_name
