"""The first page and the couple's page: open check-ins, and the ways to start or join one."""

import re
from datetime import date
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import partners
from accounts.couple.invitations import open_invitation
from accounts.models import User
from accounts.person.current_person import current_person
from cycleproject.web.limits import rate_limited, wrong_code_limit
from sessions.history.look_back import to_look_back_on
from sessions.joining.codes import (
    ended_room_by_code,
    find_by_code,
    is_passed_on,
    key_in,
    link_path,
    normalized,
    room_by_code,
)
from sessions.joining.finished import forget_who_is_done
from sessions.joining.start import hosted_by, open_check_ins_of
from sessions.joining.views import lead_in
from sessions.models import LiveSession

LOOKS_LIKE_A_CODE: Final = re.compile("[A-Z0-9]{6}")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is; start a check-in, join one, or go back to one that is open."""
    forget_who_is_done(request)
    user = current_person(request)
    return render(request, "home.html", _home_context(user))


@login_required
@require_safe
def couple(request: HttpRequest) -> HttpResponse:
    """Say who the two are; start a check-in together, invite, or unpair."""
    user = current_person(request)
    assert user is not None, "this page asks for a login"
    context = {**_home_context(user), **_weekly_time(user), "invitation": open_invitation(user)}
    return render(request, "couple/overview.html", context)


def _weekly_time(user: User) -> dict[str, Any]:
    """Return the couple's weekly time, its day as a date that falls on it; nothing where none is chosen."""
    couple = partners.couple_of(user)
    if couple is None or couple.weekly_day is None:
        return {}
    # The first of January 2024 was a Monday.
    return {"weekly_day": date(2024, 1, 1 + couple.weekly_day), "weekly_time": couple.weekly_time}


def _home_context(user: User | None) -> dict[str, Any]:
    if user is None:
        return {"waiting": []}
    partner = partners.partner_of(user)
    settled = partners.in_account_couple(user)
    # What somebody started alone before they paired opens for nobody any more.
    shown = [one for one in open_check_ins_of(user) if one.couple_id or one.hosted or not settled]
    # What a therapist hosts is her work; here is her own side.
    hosting = set(hosted_by(user, shown))
    going_on = [one for one in shown if one.id not in hosting]
    planned = any(one.starts_at and one.starts_at > timezone.now() for one in going_on)
    return {
        "waiting": [_check_in(live_session, partner) for live_session in going_on],
        "waiting_title": gettext("Open or planned") if planned else gettext("Open now"),
        "practice_waiting": len(hosting),
        "partner": partner,
        "partner_can_return": partners.can_return(partner),
        "seat": partners.seat_of(user),
        "settled": settled,
        "look_back_on": to_look_back_on(user, timezone.now()),
    }


def _check_in(live_session: LiveSession, partner: User | None) -> dict[str, Any]:
    return {
        "url": reverse("room", args=[live_session.id]),
        "title": live_session.title or gettext("Your check-in"),
        "partner_name": partner.first_name if partner and live_session.couple_id and not live_session.hosted else "",
        "starts_at": live_session.starts_at,
        "hosted": live_session.hosted,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
def enter_code(request: HttpRequest) -> HttpResponse:
    """Lead from a typed code to the page that asks for a first name."""
    typed = request.POST.get("code", "")
    code, user = normalized(typed), current_person(request)
    if not typed.strip():
        return redirect("home")
    if user and (room := room_by_code(user, code) or ended_room_by_code(user, code)):
        return lead_in(request, user, room)
    passed_on = is_passed_on(code, key_in(typed))
    if not passed_on:
        wrong_code_limit().check(request)
    if find_by_code(code) is None:
        if not passed_on:
            wrong_code_limit().spend(request)
        error = gettext("That code isn’t active. Ask for a new one, or check the letters.")
        opens_for_some = user is None and LOOKS_LIKE_A_CODE.fullmatch(code)
        context = {
            **_home_context(user),
            "code_error": error,
            "typed": typed,
            "code_path": reverse("join", args=[code]) if opens_for_some else "",
        }
        return render(request, "home.html", context, status=404)
    return redirect(link_path(code) if passed_on else reverse("join", args=[code]))
