"""The first page and the couple's page: open check-ins, and the ways to start or join one."""

import re
from datetime import datetime
from typing import Any, Final, get_args
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import partners
from accounts.care import scopes
from accounts.couple.invitations import open_invitation
from accounts.models import User
from accounts.my_part.decorators import own_page
from accounts.person.current_person import current_person
from cycleproject.web.changes_by_time import by_time, next_midnight
from cycleproject.web.limits import rate_limited, wrong_code_limit
from sessions.checkin.state import Tried
from sessions.history.own.last_step import last_step_of
from sessions.history.own.look_back import look_back_due_at, to_look_back_on
from sessions.joining import appointments, openings
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
from sessions.joining.rhythm_card import card_of
from sessions.joining.start import hosted_by, open_check_ins_of
from sessions.joining.views import lead_in
from sessions.models import LiveSession
from sessions.store import system_changes

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
    invitation, context = open_invitation(user), _home_context(user)
    if invitation:
        context |= by_time(timezone.now(), context.get("changes_at"), invitation.expires_at)
    return render(request, "couple/overview.html", {**context, "invitation": invitation})


def _home_context(user: User | None) -> dict[str, Any]:
    if user is None:
        return {}
    now = timezone.now()
    partner = partners.partner_of(user)
    settled = partners.in_account_couple(user)
    opening = openings.waiting_of(user)
    couple = partners.couple_of(user)
    rhythm = card_of(couple, opening, now) if couple else None
    may_host = scopes.may_host(user)
    # What somebody started alone before they paired opens for nobody any more.
    found = open_check_ins_of(user, now).prefetch_related("seats")
    shown = [one for one in found if one.couple_id or one.hosted or not settled]
    # What a therapist hosts is her work; here is her own side.
    hosting = set(hosted_by(user, shown))
    going_on = [one for one in shown if one.id not in hosting and one != opening]
    missed = [one for one in going_on if appointments.state_of(one, now) == "missed"]
    is_open = [one for one in going_on if one.opens_at <= now and one not in missed]
    planned = [one for one in going_on if one.opens_at > now]
    nothing = appointments.come_to_nothing_for(user, now).prefetch_related("seats")
    off = [one for one in nothing if one.id not in set(hosted_by(user, nothing))]
    # What is still to come stands in the order in which it comes, before what came to nothing.
    others = [*is_open[1:], *sorted(planned, key=_time_of), *off, *missed]
    return {
        "person": user,
        "waiting": [_check_in(one, partner, now) for one in [*is_open[:1], *others]],
        "open_now": _check_in(is_open[0], partner, now) if is_open else None,
        "others": [_check_in(one, partner, now) for one in others],
        "waiting_title": gettext("Open or planned") if planned or off or missed else gettext("Open now"),
        "practice_waiting": sum(one.id in hosting and appointments.state_of(one, now) != "missed" for one in shown),
        "opening": opening,
        "partner": partner,
        "partner_can_return": partners.can_return(partner),
        "seat": partners.seat_of(user),
        "settled": settled,
        # Whoever has a room of their own is led back to it: a second one would leave somebody waiting.
        "may_start": not any(not one.started_hosted for one in is_open),
        "secondary": bool(is_open) or may_host,
        "may_host": may_host,
        "last_step": last_step_of(user, now),
        "look_back_on": to_look_back_on(user, now),
        "card": rhythm,
        # To look back on, and a step to tell of, come with a day.
        **by_time(
            now,
            next_midnight(now),
            look_back_due_at(user, now),
            opening.starts_at if opening else None,
            rhythm.changes_at if rhythm else None,
            *appointments.next_changes([*shown, *off], now),
        ),
    }


def _time_of(live_session: LiveSession) -> datetime:
    return live_session.starts_at or live_session.created_at


def _check_in(live_session: LiveSession, partner: User | None, now: datetime) -> dict[str, Any]:
    return {
        "url": reverse("room", args=[live_session.id]),
        "title": live_session.title or gettext("Your check-in"),
        "named": bool(live_session.title),
        "partner_name": partner.first_name if partner and live_session.couple_id and not live_session.hosted else "",
        "starts_at": live_session.starts_at,
        "hosted": live_session.hosted,
        "state": appointments.state_of(live_session, now),
    }


@require_POST
@own_page
def step_tried(request: HttpRequest, user: User, step_id: UUID) -> HttpResponse:
    """Keep how one's own step of the last check-in went, then return to the first page."""
    step = last_step_of(user, timezone.now())
    tried = request.POST.get("tried", "")
    couple = partners.couple_of(user)
    if couple is None or step is None or step.id != step_id or tried not in get_args(Tried):
        raise Http404
    system_changes.step_tried(couple.id, step.id, tried)
    return redirect("home")


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
