"""What a first name may be, and how a person is called: the same for pages and API."""

from accounts.models import FIRST_NAME_LENGTH, User
from cycleproject.text import clean
from cycleproject.visible import shows_something, without_invisible_edges


def clean_name(name: str) -> str:
    """Return a first name in NFC, on one line, without blanks and invisible characters around it.

    Raises ValueError when nobody would see anything of it, when it is too long or has control characters.
    """
    name = without_invisible_edges(clean(name, FIRST_NAME_LENGTH, separators=False))
    if not shows_something(name):
        raise ValueError("not a first name")
    return name


def display_name(user: User) -> str:
    """Return the first name, which allauth shows as the user's name."""
    return user.first_name
