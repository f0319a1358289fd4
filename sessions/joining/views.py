"""Pages for starting a check-in and for joining one by its code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import partners
from accounts.models import User
from accounts.person.current_person import current_person, name_form, named_person
from cycleproject.web.limits import join_limit, rate_limited, wrong_code_limit
from sessions.joining import seats
from sessions.joining.codes import find_by_code
from sessions.joining.join import ConsentMissing, UnknownCode, join_by_code
from sessions.joining.start import start_for_couple, start_with_code
from sessions.models import LiveSession


@require_http_methods(["GET", "POST"])
@rate_limited
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a first name, then start a check-in with a code and go to its room."""
    user = current_person(request)
    if user and partners.in_account_couple(user):
        return redirect("couple")  # a code would open for nobody
    form = name_form(request)
    if request.method == "POST" and form.is_valid():
        join_limit().spend(request)
        starter = named_person(request, form.cleaned_data["first_name"])
        return redirect("room", start_with_code(starter).id)
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
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a first name, then take the free seat. Only POST uses the code up: link previews fetch the page, too."""
    wrong_code_limit().check(request)
    live_session = find_by_code(code)
    user = current_person(request)
    if live_session is None or not _open_to(user, live_session):
        wrong_code_limit().spend(request)
        return render(request, "joining/join.html", {"known": False}, status=404)
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
    joiner = named_person(request, first_name)
    try:
        live_session = join_by_code(joiner, code, agrees_to_host=agrees)
    except (UnknownCode, ConsentMissing):
        wrong_code_limit().spend(request)
        return render(request, "joining/join.html", {"known": False}, status=404)
    return redirect("room", live_session.id)
