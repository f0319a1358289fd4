"""Whether somebody wishes to be asked how a round was a day later: the one place where that is written."""

from accounts.models import User


def set_look_back_wish(person: User, wished: bool) -> None:
    """Store what somebody wishes; what they have said stays theirs, to read and to take back."""
    person.looks_back = wished
    person.save(update_fields=["looks_back"])
