"""Pages of an agreed opening: proposing one, agreeing on its hour, calling it off, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import partners
from accounts.models import User
from accounts.my_part.decorators import own_page
from cycleproject.web.changes_by_time import by_time
from sessions.checkin import apart as rules
from sessions.checkin.apart import Apart
from sessions.checkin.frame_fields import TEXT_LENGTH
from sessions.joining import openings
from sessions.joining.opening_forms import HourForm, ProposeForm, hour_from
from sessions.store import load
from sessions.store.load import Place
from sessions.store.openings import ClockInDoubt, place_for
from sessions.words.translated import themes


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def propose(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for an hour and a moment, then propose them to the partner; the couple's own page where one waits."""
    partner = partners.partner_of(user)
    if partner is None or not partners.can_return(partner):
        return redirect("home")
    if waiting := openings.waiting_of(user):
        return redirect("opening", waiting.id)
    hour = {"opens_at": hour_from(request.GET.get("opens_at", ""))}
    form = ProposeForm(request.POST if request.method == "POST" else None, initial=hour)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            made = openings.propose(user, chosen["opens_at"], moment=chosen["moment"], text=chosen["text"])
        except openings.NoPartner:
            return redirect("home")
        except (rules.BadHour, ClockInDoubt):  # the hour came while it was being sent
            return redirect("opening_new")
        return redirect("opening", made.live_session.id)
    context = {"form": form, "partner": partner, "themes": themes(), "most": TEXT_LENGTH}
    return render(request, "joining/opening_new.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def opening(request: HttpRequest, user: User, session_id: UUID) -> HttpResponse:
    """Show the hour, and what may be said of it; say one."""
    place, apart = _found(user, session_id)
    if place.state.ended_at is not None:
        return redirect("room", session_id)
    form = HourForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            openings.say_hour(user, session_id, form.cleaned_data["opens_at"])
        except (openings.Over, rules.BadHour, ClockInDoubt):
            pass  # its page says how things stand
        except load.NotFound:
            raise Http404 from None
        return redirect("opening", session_id)
    return render(
        request, "joining/opening.html", _context(user, place, apart, form), status=400 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def call_off(request: HttpRequest, user: User, session_id: UUID) -> HttpResponse:
    """Ask once, then call the opening off for both; nobody is told whose doing it was."""
    place, apart = _found(user, session_id)
    if place.state.ended_at is not None:
        return redirect("room", session_id)
    if request.method == "POST":
        try:
            openings.call_off(user, session_id)
        except load.NotFound:
            raise Http404 from None
        return redirect("room", session_id)
    return render(request, "joining/opening_call_off.html", _context(user, place, apart, HourForm()))


def instead_of_room(request: HttpRequest, user: User, place: Place) -> HttpResponse | None:
    """Return what stands in place of the room while its hour is not agreed on, and where nothing opened; else None."""
    apart = place.state.apart
    if apart is None:
        return None
    if place.state.ended_at is not None:
        what = rules.outcome(apart, place.state.ended_at)
        may_plan = partners.can_return(partners.partner_of(user))
        context = {"outcome": what, "opens_at": apart.opens_at, "may_plan": may_plan}
        return render(request, "joining/opening_over.html", context)
    return None if apart.agreed else redirect("opening", place.live_session.id)


def _found(user: User, session_id: UUID) -> tuple[Place, Apart]:
    try:
        place = place_for(user.id, session_id)
    except load.NotFound:
        raise Http404 from None
    if place.seat is None or place.state.apart is None:
        raise Http404
    return place, place.state.apart


def _context(user: User, place: Place, apart: Apart, form: HourForm) -> dict[str, Any]:
    now = timezone.now()
    assert place.seat is not None
    asked = rules.open_question(apart, now)
    other = next((one.name for one in place.state.people if one.seat != place.seat.name), "")
    return {
        "live_session": place.live_session,
        "apart": apart,
        "asked": asked,
        "asked_by_you": asked is not None and asked.by == place.seat.name,
        "hour_to_agree_to": _to_agree_to(apart, place.seat.name, now),
        "set_by": openings.set_by(place.live_session),
        "other_name": other,
        "moment": place.state.latest_round.text,
        "form": form,
        "shown_hour": _shown(form, asked.opens_at if asked else apart.opens_at),
        **by_time(now, apart.opens_at, asked.opens_at if asked else None),
    }


def _to_agree_to(apart: Apart, seat: str, now: datetime) -> datetime | None:
    """Return the hour that this one of the two can say yes to; one that a therapist suggested, too."""
    asked = rules.open_question(apart, now)
    if asked is None:
        return None if apart.agreed or apart.asked else apart.opens_at
    return None if asked.by == seat else asked.opens_at


def _shown(form: HourForm, opens_at: datetime) -> str:
    if form.is_bound:
        return str(form["opens_at"].value() or "")
    return timezone.localtime(opens_at).strftime("%Y-%m-%dT%H:%M")
