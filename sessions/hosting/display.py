"""A therapist's one display for the room: it shows the check-in that was put on it, and nothing when that is over.

Opened once on the wall, it stays at one address. What nobody took down is gone by itself: with the end of the check-in,
with the right to host it, and when everybody has been away for some minutes.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from sessions.models import RoomDisplay
from sessions.store import load

# Nobody at all, the host's own page included. Phones that sleep on a table while two talk are not two who have gone.
NOBODY_FOR: Final = timedelta(minutes=5)
# Neither of the two, though the host's page is open still: it may be the next couple that comes in.
NEITHER_FOR: Final = timedelta(minutes=20)


def put_on(therapist: User, session_id: UUID, now: datetime | None = None) -> None:
    """Show a check-in that a therapist hosts on their display, whatever was on it; again is the same.

    Raises load.NotFound.
    """
    now = now or timezone.now()
    shown = shown_on(therapist, now)
    if shown and shown.live_session.id == session_id:
        return
    place = load.live_session_for(therapist.id, session_id)
    if not _hosts(place, now):
        raise load.NotFound
    on_it = {"live_session": place.live_session, "put_on_at": now}
    RoomDisplay.objects.update_or_create(therapist=therapist, defaults=on_it)


def blank(therapist: User) -> None:
    """Show nothing on the display, at once; again is the same."""
    RoomDisplay.objects.filter(therapist=therapist).update(live_session=None, put_on_at=None)


def shown_on(therapist: User, now: datetime | None = None) -> load.Place | None:
    """Return the check-in that the display shows now; None while it is blank."""
    now = now or timezone.now()
    display = RoomDisplay.objects.filter(therapist=therapist, live_session__isnull=False).first()
    if display is None or display.live_session_id is None or display.put_on_at is None:
        return None
    try:
        place = load.live_session_for(therapist.id, display.live_session_id)
    except load.NotFound:
        return None
    if not _hosts(place, now) or _is_left_alone(place, display.put_on_at, now):
        return None
    return place


def _hosts(place: load.Place, now: datetime) -> bool:
    is_host = place.seat is not None and place.seat.name == "host"
    return is_host and place.may_listen and not place.state.ended(now)


def _is_left_alone(place: load.Place, put_on_at: datetime, now: datetime) -> bool:
    seen = {one.seat: one.seen_at for one in place.state.people if one.seen_at}
    anybody = max([put_on_at, *seen.values()])
    either = max([put_on_at, *(at for seat, at in seen.items() if seat != "host")])
    return anybody < now - NOBODY_FOR or either < now - NEITHER_FOR
