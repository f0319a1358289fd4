"""Pages for starting a check-in and for joining one by its code."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import partners
from accounts.models import User
from accounts.person.current_person import come_in_as, current_person, name_form, named_person
from accounts.person.one_shot import one_shot, revisited
from cycleproject.web.limits import join_limit, rate_limited, wrong_code_limit
from sessions.joining import seats
from sessions.joining.codes import find_by_code
from sessions.joining.join import ConsentMissing, UnknownCode, join_by_code
from sessions.joining.start import start_for_couple, start_with_code
from sessions.models import LiveSession


@require_http_methods(["GET", "POST"])
@rate_limited
@one_shot
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a first name, then open a check-in that waits for the other person."""
    user = current_person(request)
    if user is None and (back := revisited(request)):
        return back
    if user and partners.in_account_couple(user):
        return redirect("couple")  # a code would open for nobody
    form = name_form(request)
    if request.method == "POST" and form.is_valid():
        join_limit().spend(request)
        starter = named_person(request, form.cleaned_data["first_name"])
        live_session = start_with_code(starter)
        come_in_as(request, starter)
        return redirect("room", live_session.id)
    return render(request, "joining/start.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@rate_limited
def start_together(request: HttpRequest) -> HttpResponse:
    """Start the couple's check-in, or go to the one that has not ended; no code is needed."""
    user = current_person(request)
    couple = partners.couple_of(user) if user else None
    if user is None or couple is None:
        return redirect("start")
    join_limit().spend(request)
    return redirect("room", start_for_couple(user, couple).live_session.id)


@require_http_methods(["GET", "POST"])
@rate_limited
@one_shot
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a first name, then take the free seat. Only POST uses the code up: link previews fetch the page, too."""
    wrong_code_limit().check(request)
    live_session = find_by_code(code)
    user = current_person(request)
    if live_session is None or not _open_to(user, live_session):
        return _closed(request)
    if user and live_session.seats.filter(user=user).exists():
        return redirect("room", live_session.id)
    form = name_form(request)
    agrees = request.POST.get("agrees") == "yes"
    unasked = seats.needs_host_consent(live_session) and not agrees
    if request.method == "POST" and form.is_valid() and not unasked:
        join_limit().spend(request)
        return _take_seat(request, code, form.cleaned_data["first_name"], agrees)
    missing = request.method == "POST" and unasked
    context = {
        "known": True,
        "form": form,
        "live_session": live_session,
        "asks_consent": seats.needs_host_consent(live_session),
        "consent_missing": missing,
        # Whoever has left is nobody who invites: a host who is gone is not named any more.
        "inviter_name": live_session.seats.filter(left_at=None).order_by("pk")[0].first_name,
    }
    return render(request, "joining/join.html", context, status=400 if form.errors or missing else 200)


def _open_to(user: User | None, live_session: LiveSession) -> bool:
    if live_session.couple is not None:
        couple = partners.couple_of(user) if user else None
        return couple is not None and couple.id == live_session.couple.id
    taken = list(live_session.seats.values_list("name", "user"))
    if user is None or partners.is_free(user) or user.id in (user_id for _, user_id in taken):
        return True
    # Two who are a couple already may be met in the room too: the first of them keeps the other seat for the other.
    return live_session.hosted and [name for name, _ in taken] == ["host"]


def _take_seat(request: HttpRequest, code: str, first_name: str, agrees: bool) -> HttpResponse:
    try:
        with transaction.atomic():  # who does not get in has not come: nobody is made, and no login changes
            joiner = named_person(request, first_name)
            live_session = join_by_code(joiner, code, agrees_to_host=agrees)
    except (UnknownCode, ConsentMissing):
        return _closed(request)
    come_in_as(request, joiner)
    return redirect("room", live_session.id)


def _closed(request: HttpRequest) -> HttpResponse:
    """Lead back whoever this very browser has brought in some minutes ago; tell everybody else that nothing is open."""
    if back := revisited(request):
        return back
    wrong_code_limit().spend(request)
    return render(request, "joining/join.html", {"known": False}, status=404)
