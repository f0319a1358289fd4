"""What the live room's page is made of, besides the snapshot that fills it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from cycleproject.addresses import public_url
from cycleproject.pictures import qr_svg
from sessions import library, wording
from sessions.models import LiveSession
from sessions.state import QUIET


def room_context(request: HttpRequest, live_session: LiveSession, seat: str) -> dict[str, Any]:
    """Return the template context of a live session's page."""
    return {
        "live_session_id": str(live_session.id),
        "socket_path": f"/ws/sessions/{live_session.id}/",
        "you_seat": seat,
        "now": timezone.now().isoformat(),
        "rounds_revealed": live_session.rounds.filter(phase="revealed").count(),
        "quiet_seconds": int(QUIET.total_seconds()),
        **invitation(request, live_session),
        **choices(),
    }


def invitation(request: HttpRequest, live_session: LiveSession) -> dict[str, Any]:
    """Return code, link and picture to scan, while a seat is free."""
    # What is planned for later opens for nobody yet.
    if live_session.code is None or timezone.now() < live_session.opens_at:
        return {"join_code": "", "join_link": "", "qr_svg": ""}
    link = public_url(request, reverse("join", args=[live_session.code]))
    return {"join_code": live_session.code, "join_link": link, "qr_svg": qr_svg(link)}


def choices() -> dict[str, Any]:
    """Return what can be chosen in a check-in, in the viewer's language."""
    return {
        "reactions": [translated(reaction) for reaction in wording.REACTIONS.values()],
        "intensities": [(number, gettext(word)) for number, word in enumerate(wording.INTENSITIES, start=1)],
        "moves": [translated(move) for move in wording.MOVES.values()],
        "feelings": [(code, gettext(label)) for code, label in wording.FEELINGS.items()],
        "themes": themes(),
        "room_words": room_words(),
    }


def themes() -> list[dict[str, Any]]:
    """Return the starter library by theme."""
    return [
        {
            "code": theme.code,
            "label": gettext(theme.label),
            "moments": [
                {"id": moment.id, "text": gettext(moment.text)}
                for moment in library.MOMENTS
                if moment.theme == theme.code
            ],
        }
        for theme in library.THEMES
    ]


def room_words() -> dict[str, Any]:
    """Return the words that the reveal is told in, by code."""
    return {
        "reactions": {code: translated(reaction) for code, reaction in wording.REACTIONS.items()},
        "intensities": [gettext(word) for word in wording.INTENSITIES],
        "moves": {code: translated(move) for code, move in wording.MOVES.items()},
        "feelings": {code: gettext(label) for code, label in wording.FEELINGS.items()},
        "need_starters": {
            pattern: {reaction: [gettext(text) for text in starters] for reaction, starters in sides.items()}
            for pattern, sides in wording.PATTERN_NEED_STARTERS.items()
        },
        "step_ideas": [gettext(text) for text in wording.STEP_IDEAS],
    }


def translated(words: wording.ReactionWords | wording.MoveWords) -> Mapping[str, str]:
    """Return the fields of some words, translated; ``code`` stays as it is."""
    return {
        name: getattr(words, name) if name == "code" else gettext(getattr(words, name))
        for name in words.__dataclass_fields__
    }
