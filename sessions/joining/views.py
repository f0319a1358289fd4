"""Pages for starting a check-in and for joining one by its code."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts import partners
from accounts.models import User
from accounts.person.current_person import come_in_as, comer, current_person, is_named_otherwise, name_form, who_comes
from accounts.person.forms import FirstNameForm
from accounts.person.one_shot import one_shot, revisited
from accounts.person.shared_device import remember
from cycleproject.web.changes_by_time import by_time
from cycleproject.web.limits import join_limit, rate_limited, wrong_code_limit
from sessions.joining import codes, seats
from sessions.joining.appointments import next_changes
from sessions.joining.finished import not_of_before
from sessions.joining.join import ConsentMissing, UnknownCode, join_by_code
from sessions.joining.start import own_room, start_for_couple, start_with_code
from sessions.models import LiveSession


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
@one_shot
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a first name, then open a check-in that waits for the other person."""
    user = not_of_before(request, comer(request))
    if current_person(request) is None and (back := revisited(request)):
        return back
    if user and partners.in_account_couple(user):
        return redirect("couple")  # a code would open for nobody
    if user and (going_on := own_room(user)):
        return _go_back_to(request, going_on)
    form = name_form(request, user)
    asks_again = is_named_otherwise(request, user)
    if request.method == "POST" and form.is_valid() and not asks_again:
        join_limit().spend(request)
        starter = who_comes(user, form)
        live_session = start_with_code(starter)
        come_in_as(request, starter)
        return redirect("room", live_session.id)
    context = {"form": form, "comer": user, "asked_afresh": current_person(request) is not None}
    status = 400 if form.errors else 409 if asks_again else 200
    return render(request, "joining/start.html", context, status=status)


def _go_back_to(request: HttpRequest, going_on: LiveSession) -> HttpResponse:
    """Lead to the check-in that somebody has, instead of making a second one that leaves it without a way back."""
    if request.method == "POST":
        return redirect("room", going_on.id)
    context = {"live_session": going_on, **by_time(timezone.now(), *next_changes([going_on], timezone.now()))}
    return render(request, "joining/going_on.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
def start_together(request: HttpRequest) -> HttpResponse:
    """Ask who has the browser; then start the couple's check-in, or go to the one that has not ended, with no code."""
    user = current_person(request)
    couple = partners.couple_of(user) if user else None
    if user is None or couple is None or not partners.can_return(partners.partner_of(user)):
        return redirect("start")  # or they would wait for nobody
    if request.method != "POST":
        return render(request, "joining/again.html", {"comer": user, "partner": partners.partner_of(user)})
    join_limit().spend(request)
    return redirect("room", start_for_couple(user, couple).live_session.id)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
@one_shot
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a first name, then take the free seat. Looking uses nothing up: link previews look too."""
    return remember(request, _join(request, code))


def _join(request: HttpRequest, code: str) -> HttpResponse:
    user = comer(request)
    if user and (room := codes.room_by_code(user, code)):
        return lead_in(request, user, room)
    user = not_of_before(request, comer(request))
    # Who comes by a link has guessed nothing, and waits for nobody who guesses at the same address.
    if not codes.is_passed_on(code, request.GET.get("key", "")):
        wrong_code_limit().check(request)
    live_session = codes.find_by_code(code)
    if live_session is None or not _open_to(user, live_session):
        return _closed(request, code)
    form = name_form(request, user)
    agrees = request.POST.get("agrees") == "yes"
    unasked = seats.needs_host_consent(live_session) and not agrees
    left = own_room(user) if user and live_session.couple is None else None
    stays = left is not None and left.couple_id is not None and request.POST.get("leaves") != str(left.id)
    if (
        request.method == "POST"
        and form.is_valid()
        and not unasked
        and not stays
        and not is_named_otherwise(request, user)
    ):
        join_limit().spend(request)
        return _take_seat(request, user, code, form, agrees)
    missing = request.method == "POST" and unasked
    context = {
        **_page_of(live_session),
        "form": form,
        "comer": user,
        # In a practice the browser knows the name of whoever sat here before.
        "asked_afresh": live_session.hosted or current_person(request) is not None,
        "consent_missing": missing,
        "left": left,
        "left_partner": partners.partner_of(user) if user and left and left.couple_id else None,
        **by_time(timezone.now(), live_session.expires_at),
    }
    status = 400 if form.errors or missing else 409 if request.method == "POST" else 200
    return render(request, "joining/join.html", context, status=status)


def lead_in(request: HttpRequest, user: User, room: LiveSession) -> HttpResponse:
    """Lead somebody to the check-in that they sit in; while the other one is missing, say whom the link is for."""
    if room.code:
        words = gettext(
            "This link is for the other person. Send it to them. In this browser you are %(name)s. "
            "Two people need two phones, or two browsers."
        )
        messages.info(request, words % {"name": user.first_name})
    return redirect("room", room.id)


def _page_of(live_session: LiveSession) -> dict[str, Any]:
    return {
        "known": True,
        "live_session": live_session,
        "asks_consent": seats.needs_host_consent(live_session),
        # Whoever has left is nobody who invites: a host who is gone is not named any more.
        "inviter_name": live_session.seats.filter(left_at=None).order_by("pk")[0].first_name,
    }


def _open_to(user: User | None, live_session: LiveSession) -> bool:
    if live_session.couple is not None:
        couple = partners.couple_of(user) if user else None
        return couple is not None and couple.id == live_session.couple.id
    if user is None or partners.is_free(user):
        return True
    # Two who are a couple already may be met in the room too: the first of them keeps the other seat for the other.
    taken = list(live_session.seats.values_list("name", flat=True))
    return live_session.hosted and taken == ["host"]


def _take_seat(request: HttpRequest, user: User | None, code: str, form: FirstNameForm, agrees: bool) -> HttpResponse:
    try:
        with transaction.atomic():  # who does not get in has not come: nobody is made, and no login changes
            joiner = who_comes(user, form)
            live_session = join_by_code(joiner, code, agrees_to_host=agrees)
    except (UnknownCode, ConsentMissing):
        return _closed(request, code)
    come_in_as(request, joiner)
    return redirect("room", live_session.id)


def _closed(request: HttpRequest, code: str) -> HttpResponse:
    """Lead back whoever has been brought in by this code before; tell everybody else that nothing is open."""
    user = comer(request)
    if user and (ended := codes.ended_room_by_code(user, code)):
        return redirect("room", ended.id)
    if back := revisited(request):
        return back
    if not codes.is_passed_on(code, request.GET.get("key", "")):
        wrong_code_limit().spend(request)
    return render(request, "joining/join.html", {"known": False, "comer": user}, status=404)
