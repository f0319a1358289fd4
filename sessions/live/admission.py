"""Who may open a socket to a check-in, and the place that they find there."""

from uuid import UUID

from accounts.logins import Login, login_from_key
from sessions.joining import seats
from sessions.store import cache, load


def come_in(session_key: str | None, session_id: UUID) -> tuple[Login | None, load.Place | None]:
    """Return who stands at the door of a check-in, and the place that they find there; None where there is none."""
    login = login_from_key(session_key)
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
