"""Which check-in a therapist's notes are on: one they host or hosted, whatever has become of it meanwhile."""

from uuid import UUID

from accounts.care.check_in_notes import CheckIn, known
from accounts.models import CareLink, User
from sessions.models import LiveSession, Seat
from sessions.store import load


def hosted_check_in(therapist: User, session_id: UUID) -> CheckIn:
    """Return the check-in that a therapist hosts or hosted, or wrote notes on before it went. Raises load.NotFound.

    Having left it, or a couple that agrees no longer, takes nobody's own notes away.
    """
    seats = Seat.objects.filter(live_session=session_id, user=therapist, name="host")
    seat = seats.select_related("live_session").first()
    found = as_check_in(therapist, seat.live_session) if seat else known(therapist, session_id)
    if found is None:
        raise load.NotFound
    return found


def as_check_in(therapist: User, live_session: LiveSession) -> CheckIn:
    """Return a hosted check-in as its notes know it, with the couple's link where it was hosted by one."""
    link = None
    if live_session.couple_id is not None and not live_session.consent_by_seat:
        links = CareLink.objects.filter(therapist=therapist, couple=live_session.couple_id)
        link = links.filter(created_at__lte=live_session.created_at).order_by("-created_at").first()
    return CheckIn(live_session.id, live_session.took_place_at, link)
