"""What the live room's page is made of, besides the snapshot that fills it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cycleproject.web.addresses import public_url
from cycleproject.web.qr import qr_svg
from sessions.checkin.state import QUIET
from sessions.models import LiveSession
from sessions.words.translated import choices


def room_context(request: HttpRequest, live_session: LiveSession, seat: str) -> dict[str, Any]:
    """Return the template context of a live session's page."""
    return {
        "live_session_id": str(live_session.id),
        "socket_path": f"/ws/sessions/{live_session.id}/",
        "you_seat": seat,
        "now": timezone.now().isoformat(),
        "rounds_revealed": live_session.rounds.filter(phase="revealed").count(),
        "quiet_seconds": int(QUIET.total_seconds()),
        "guest_to_come": _guest_to_come(live_session),
        **invitation(request, live_session),
        **choices(),
    }


def _guest_to_come(live_session: LiveSession) -> User | None:
    """Return the partner who is missing and here without an account: only the browser that they had brings them in."""
    if live_session.couple is None or live_session.hosted:
        return None
    seated = live_session.seats.values("user")
    missing = live_session.couple.memberships.filter(left_at=None, user__email=None).exclude(user__in=seated)
    membership = missing.select_related("user").first()
    return membership.user if membership else None


def invitation(request: HttpRequest, live_session: LiveSession) -> dict[str, Any]:
    """Return code, link and picture to scan, while a seat is free."""
    # What is planned for later opens for nobody yet.
    if live_session.code is None or timezone.now() < live_session.opens_at:
        return {"join_code": "", "join_link": "", "qr_svg": ""}
    link = public_url(request, reverse("join", args=[live_session.code]))
    return {"join_code": live_session.code, "join_link": link, "qr_svg": qr_svg(link)}
