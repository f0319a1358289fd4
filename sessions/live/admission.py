"""Deciding who may open a socket to a check-in."""

from uuid import UUID

from accounts.logins import Login, login_from_token
from sessions.joining import seats
from sessions.store import cache, load


def admit(token: str | None, session_id: UUID) -> tuple[Login | None, load.Place | None]:
    """Return the login behind a key and the place it has in a check-in, seating a partner; None for what is missing."""
    login = login_from_token(token)
    if login is None:
        return None, None
    try:
        place = cache.place_of(login.user_id, session_id)
        if place.seat is None:
            seats.take_seat(login.user_id, session_id)
            place = cache.place_of(login.user_id, session_id)
    except (load.NotFound, seats.NotYet):
        return login, None
    return login, place
