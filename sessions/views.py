"""The pages of a check-in. Rules live in ``rules``; here is only what a page shows and where it leads."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import couples
from accounts.invitations import open_one_of
from accounts.limits import entering, limited, wrong_codes
from accounts.models import User
from accounts.views import name_form, named_person, person
from sessions import records, seating
from sessions.hosting_page import console
from sessions.models import LiveSession
from sessions.room_page import room_context


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
    return render(request, "accounts/couple.html", {**_home_context(user), "invitation": open_one_of(user)})


def _home_context(user: User | None) -> dict[str, Any]:
    if user is None:
        return {"waiting": []}
    partner = couples.partner_of(user)
    settled = couples.is_settled(user)
    # What somebody started alone before they paired opens for nobody any more.
    going_on = [one for one in seating.open_sessions_of(user) if one.couple_id or one.hosted or not settled]
    planned = any(one.starts_at and one.starts_at > timezone.now() for one in going_on)
    return {
        "waiting": [_check_in(live_session, partner) for live_session in going_on],
        "waiting_title": gettext("Open or planned") if planned else gettext("Open now"),
        "partner": partner,
        "seat": couples.seat_of(user),
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
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a first name, then open a check-in that waits for the other person."""
    user = person(request)
    if user and couples.is_settled(user):
        return redirect("couple")  # a code would open for nobody
    form = name_form(request)
    if request.method == "POST" and form.is_valid():
        entering().spend(request)
        starter = named_person(request, form.cleaned_data["first_name"])
        return redirect("room", seating.start_with_code(starter).id)
    return render(request, "accounts/start.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@limited
def start_together(request: HttpRequest) -> HttpResponse:
    """Go to the couple's check-in, or open one, without a code."""
    user = person(request)
    couple = couples.couple_of(user) if user else None
    if user is None or couple is None:
        return redirect("start")
    entering().spend(request)
    return redirect("room", seating.start_for_couple(user, couple).live_session.id)


@require_http_methods(["GET", "POST"])
@limited
def enter_code(request: HttpRequest) -> HttpResponse:
    """Lead from a typed code to the page that asks for a first name."""
    code = seating.normal_code(request.POST.get("code", ""))
    if not code:
        return redirect("home")
    wrong_codes().check(request)
    if seating.by_code(code) is None:
        wrong_codes().spend(request)
        error = gettext("That code opens nothing now. Ask for a new one, or try the letters again.")
        return render(request, "home.html", {**_home_context(person(request)), "code_error": error}, status=404)
    return redirect("join", code)


@require_http_methods(["GET", "POST"])
@limited
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a first name, then take the free seat. Looking uses nothing up: link previews look too."""
    wrong_codes().check(request)
    live_session = seating.by_code(code)
    user = person(request)
    if live_session is None or not _open_to(user, live_session):
        wrong_codes().spend(request)
        return render(request, "accounts/join.html", {"known": False}, status=404)
    if user and live_session.seats.filter(user=user).exists():
        return redirect("room", live_session.id)
    form = name_form(request)
    agrees = request.POST.get("agrees") == "yes"
    unasked = seating.asks_consent(live_session) and not agrees
    if request.method == "POST" and form.is_valid() and not unasked:
        entering().spend(request)
        return _take_seat(request, code, form.cleaned_data["first_name"], agrees)
    missing = request.method == "POST" and unasked
    context = {
        "known": True,
        "form": form,
        "live_session": live_session,
        "asks_consent": seating.asks_consent(live_session),
        "consent_missing": missing,
        # Whoever has left is nobody who invites: a host who is gone is not named any more.
        "inviter_name": live_session.seats.filter(left_at=None).order_by("pk")[0].first_name,
    }
    return render(request, "accounts/join.html", context, status=400 if form.errors or missing else 200)


def _open_to(user: User | None, live_session: LiveSession) -> bool:
    if live_session.couple is not None:
        couple = couples.couple_of(user) if user else None
        return couple is not None and couple.id == live_session.couple.id
    taken = list(live_session.seats.values_list("name", "user"))
    if user is None or couples.is_free(user) or user.id in (user_id for _, user_id in taken):
        return True
    # Two who are a couple already may be met in the room too: the first of them keeps the other seat for the other.
    return live_session.hosted and [name for name, _ in taken] == ["host"]


def _take_seat(request: HttpRequest, code: str, first_name: str, agrees: bool) -> HttpResponse:
    joiner = named_person(request, first_name)
    try:
        live_session = seating.join_by_code(joiner, code, agrees_to_host=agrees)
    except (seating.UnknownCode, seating.ConsentMissing):
        wrong_codes().spend(request)
        return render(request, "accounts/join.html", {"known": False}, status=404)
    return redirect("room", live_session.id)


@require_GET
def room(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show the live room; what happens in it comes by socket."""
    user = person(request)
    if user is None:
        raise Http404
    try:
        seating.take_seat(user.id, session_id)
        place = records.live_session_for(user.id, session_id)
    except records.NotFound:
        raise Http404 from None
    if place.seat is None and place.live_session.code and seating.asks_consent(place.live_session):
        return redirect("join", place.live_session.code)
    if place.seat is None or not place.may_listen:
        raise Http404
    if place.seat.name == "host":
        return console(request, user, place)
    context = {**room_context(request, place.live_session, place.seat.name), "live_session": place.live_session}
    return render(request, "sessions/room.html", context)
