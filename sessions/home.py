"""The first page, and the page of a couple: what is open, and every way to begin."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import partners
from accounts.couple.invitations import open_one_of
from accounts.models import User
from accounts.person.current_person import person
from cycleproject.web.limits import limited, wrong_codes
from sessions.joining.codes import by_code, ended_room_by_code, normal_code, room_by_code
from sessions.joining.start import open_sessions_of
from sessions.joining.views import lead_in
from sessions.models import LiveSession


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is; start a check-in, join one, or go back to one that is open."""
    user = person(request)
    return render(request, "home.html", _home_context(user))


@login_required
@require_GET
def couple(request: HttpRequest) -> HttpResponse:
    """Say who the two are; start a check-in together, invite, or unpair."""
    user = person(request)
    assert user is not None, "this page asks for a login"
    return render(request, "couple/overview.html", {**_home_context(user), "invitation": open_one_of(user)})


def _home_context(user: User | None) -> dict[str, Any]:
    if user is None:
        return {"waiting": []}
    partner = partners.partner_of(user)
    settled = partners.is_settled(user)
    # What somebody started alone before they paired opens for nobody any more.
    going_on = [one for one in open_sessions_of(user) if one.couple_id or one.hosted or not settled]
    planned = any(one.starts_at and one.starts_at > timezone.now() for one in going_on)
    return {
        "waiting": [_check_in(live_session, partner) for live_session in going_on],
        "waiting_title": gettext("Open or planned") if planned else gettext("Open now"),
        "partner": partner,
        "seat": partners.seat_of(user),
        "settled": settled,
    }


def _check_in(live_session: LiveSession, partner: User | None) -> dict[str, Any]:
    return {
        "url": reverse("room", args=[live_session.id]),
        "title": live_session.title or gettext("Your check-in"),
        "partner_name": partner.first_name if partner and live_session.couple_id and not live_session.hosted else "",
        "starts_at": live_session.starts_at,
        "hosted": live_session.hosted,
    }


@require_http_methods(["GET", "POST"])
@limited
def enter_code(request: HttpRequest) -> HttpResponse:
    """Lead from a typed code to the page that asks for a first name."""
    typed = request.POST.get("code", "")
    code, user = normal_code(typed), person(request)
    if not typed.strip():
        return redirect("home")
    if user and (room := room_by_code(user, code) or ended_room_by_code(user, code)):
        return lead_in(request, user, room)
    wrong_codes().check(request)
    if by_code(code) is None:
        wrong_codes().spend(request)
        error = gettext("That code opens nothing now. Ask for a new one, or try the letters again.")
        return render(request, "home.html", {**_home_context(user), "code_error": error, "typed": typed}, status=404)
    return redirect("join", code)
