"""The template context of the live room's page."""

from typing import Any, TypedDict

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from cycleproject.web.addresses import public_url
from cycleproject.web.qr import qr_svg
from sessions.checkin import details
from sessions.checkin.state import QUIET
from sessions.joining.codes import link_path
from sessions.models import LiveSession
from sessions.words.marks import DETAILS
from sessions.words.translated import choices


def room_context(request: HttpRequest, live_session: LiveSession, seat: str) -> dict[str, Any]:
    """Return what the room's page needs before the first snapshot: seat, words, codes, addresses."""
    return {
        "live_session_id": str(live_session.id),
        "socket_path": f"/ws/sessions/{live_session.id}/",
        "you_seat": seat,
        "now": timezone.now().isoformat(),
        "rounds_revealed": live_session.rounds.filter(phase="revealed").count(),
        "quiet_seconds": int(QUIET.total_seconds()),
        "guest_to_come": _guest_to_come(live_session),
        "paired_with": _paired_with(live_session, seat),
        **invitation(request, live_session),
        **choices(),
        "details": details_shown(),
        "most": {name: kind.most for name, kind in details.KINDS.items() if not isinstance(kind, details.Code)},
    }


class DetailShown(TypedDict):
    """An optional field of a mark after the reveal: what it is called, and by which words its codes are told."""

    name: str
    label: str
    labels: str
    written: bool
    short: bool


def details_shown() -> list[DetailShown]:
    """Return the optional fields of a mark in the order in which they are told."""
    rows = [(name, label, details.KINDS[name]) for name, label in DETAILS.items()]
    return [
        {
            "name": name,
            "label": gettext(label),
            "labels": "" if isinstance(kind, details.Text) else kind.labels,
            "written": isinstance(kind, details.Text),
            "short": isinstance(kind, details.Code),
        }
        for name, label, kind in rows
    ]


class Invitation(TypedDict):
    """How the other one comes in; empty where nobody can."""

    join_code: str
    join_link: str
    join_address: str
    qr_svg: str


def _paired_with(live_session: LiveSession, seat: str) -> User | None:
    """Return the partner with an account, whose first page leads into the couple's check-in; None in all others."""
    if live_session.couple is None or live_session.started_hosted:
        return None
    others = live_session.couple.memberships.filter(left_at=None, user__email__isnull=False).exclude(seat=seat)
    membership = others.select_related("user").first()
    return membership.user if membership else None


def _guest_to_come(live_session: LiveSession) -> User | None:
    """Return the partner who is missing and here without an account: only the browser that they had brings them in."""
    if live_session.couple is None or live_session.hosted:
        return None
    seated = live_session.seats.values("user")
    missing = live_session.couple.memberships.filter(left_at=None, user__email=None).exclude(user__in=seated)
    membership = missing.select_related("user").first()
    return membership.user if membership else None


def invitation(request: HttpRequest, live_session: LiveSession) -> Invitation:
    """Return the join code, its link and QR code while a seat is free; nothing after that."""
    # What is planned for later opens for nobody yet.
    if live_session.code is None or timezone.now() < live_session.opens_at:
        return {"join_code": "", "join_link": "", "join_address": "", "qr_svg": ""}
    link = public_url(request, link_path(live_session.code))
    address = link.partition("?")[0]  # the same to read and to type
    return {"join_code": live_session.code, "join_link": link, "join_address": address, "qr_svg": qr_svg(link)}
