"""Pages of an appointment: how it stands, moving it, calling it off; one question each."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.care import at_work
from accounts.models import User
from accounts.person.current_person import current_person
from accounts.person.one_shot import one_shot
from cycleproject.web.changes_by_time import by_time
from sessions.checkin.appointment import AHEAD, Deed, next_change, obstacle
from sessions.checkin.refusals import REFUSALS
from sessions.joining import appointments
from sessions.joining.appointment_forms import MoveForm
from sessions.joining.appointments import Found
from sessions.store import load


def instead_of_room(request: HttpRequest, user: User, session_id: UUID) -> HttpResponse | None:
    """Return the page of an appointment that is no room now; None for a room.

    One whose hour is over may still be entered for as long as its room is open, by whoever says so.
    """
    now = timezone.now()
    try:
        found = appointments.find(user, session_id, now)
    except load.NotFound:
        return None  # the room says the same to whoever may not look into it
    state = found.state(now)
    if state in ("open", "check_in"):
        return None
    may_enter = state == "missed" and obstacle(found.appointment, found.reader, "enter", now) is None
    if may_enter and _may_sit(user, session_id):
        if "late" in request.GET:
            return None
    else:
        may_enter = False
    return _page(request, found, now, may_enter=may_enter)


def _may_sit(user: User, session_id: UUID) -> bool:
    try:
        return load.live_session_for(user.id, session_id).may_listen
    except load.NotFound:
        return False


def _page(request: HttpRequest, found: Found, now: datetime, *, may_enter: bool) -> HttpResponse:
    _at_work(request, found)
    context = {
        "live_session": found.live_session,
        "appointment": found.appointment,
        "state": found.state(now),
        "may": found.may(now),
        "may_enter": may_enter,
        "is_host": found.reader == "host",
        "code_comes": found.reader == "host" and found.live_session.couple_id is None,
        **by_time(now, next_change(found.appointment, now)),
    }
    return render(request, "joining/appointment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_shot
def move(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Ask for another time, then move the appointment there."""
    now = timezone.now()
    user, found = _found(request, session_id, now)
    if not _may(found, "move", now):
        return redirect("room", session_id)
    version = {"starts_at": found.appointment.starts_at, "seen": found.live_session.sequence}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=version)
    clashes: list[datetime] = []
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        if found.reader == "host" and not chosen["all_the_same"]:
            clashes = appointments.clashes_for(user, chosen["starts_at"], except_for=[session_id])
        code = None if clashes else _moved(user, session_id, form)
        if code is None and not clashes:
            return redirect("room", session_id)
        if code is not None:
            form.add_error("starts_at", gettext(REFUSALS[code].sentence))
    context = {
        "form": form,
        "live_session": found.live_session,
        "seen": found.live_session.sequence,
        "clashes": clashes,
        **by_time(now, found.appointment.opens_at),
    }
    return render(request, "joining/move.html", context, status=409 if clashes else 400 if form.errors else 200)


def _moved(user: User, session_id: UUID, form: MoveForm) -> str | None:
    """Move it, or return the code that says why not."""
    chosen = form.cleaned_data
    try:
        appointments.move(user, session_id, chosen["starts_at"], seen=chosen["seen"])
    except load.NotFound:
        raise Http404 from None
    except appointments.Refused as refused:
        return refused.code
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@one_shot
def call_off(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Ask once, then call the appointment off, for all alike."""
    now = timezone.now()
    user, found = _found(request, session_id, now)
    if not _may(found, "call_off", now):
        return redirect("room", session_id)
    if request.method != "POST":
        context = {"live_session": found.live_session, **by_time(now, found.appointment.opens_at)}
        return render(request, "joining/call_off.html", context)
    try:
        appointments.call_off(user, session_id, now)
    except load.NotFound:
        raise Http404 from None
    except appointments.Refused:
        pass  # its page says how things stand
    return redirect("room", session_id)


def _found(request: HttpRequest, session_id: UUID, now: datetime) -> tuple[User, Found]:
    user = current_person(request)
    if user is None:
        raise Http404
    try:
        found = appointments.find(user, session_id, now)
    except load.NotFound:
        raise Http404 from None
    _at_work(request, found)
    return user, found


def _may(found: Found, deed: Deed, now: datetime) -> bool:
    return found.state(now) in AHEAD and deed in found.may(now)


def _at_work(request: HttpRequest, found: Found) -> None:
    if found.reader == "host":
        at_work.mark(request)
