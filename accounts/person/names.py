"""What a first name may be, and how a person is called: the same for pages and API."""

from accounts.models import FIRST_NAME_LENGTH, User
from cycleproject.text import clean, filled


def clean_name(name: str) -> str:
    """Return a first name in NFC, on one line. Raises ValueError when empty, too long or with control characters."""
    return filled(clean(name, FIRST_NAME_LENGTH, separators=False))


def display_name(user: User) -> str:
    """Return the first name, which allauth shows as the user's name."""
    return user.first_name
