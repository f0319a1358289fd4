"""What a first name may be: one rule for pages and interfaces."""

import unicodedata

from accounts.models import FIRST_NAME_LENGTH


def clean_name(name: str) -> str:
    """Return a first name in NFC, on one line. Raises ValueError when empty, too long or with control characters."""
    name = unicodedata.normalize("NFC", name).strip()
    refused = any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name)
    if not name or refused or len(name) > FIRST_NAME_LENGTH:
        raise ValueError("not a first name")
    return name
