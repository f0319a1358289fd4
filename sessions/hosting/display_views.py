"""The page of a therapist's display for the room, and putting a check-in on it and off it from the console."""

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.care import at_work, scopes
from accounts.person.current_person import current_person
from sessions.hosting import display as room_display
from sessions.live.page import room_context
from sessions.store import load


@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Show what is on the display now, or nothing; a check-in that is posted is put on it first."""
    user = current_person(request)
    if user is None:
        return redirect_to_login(request.get_full_path())
    if not scopes.may_host(user):
        raise Http404
    if request.method == "POST":
        try:
            room_display.put_on(user, UUID(request.POST.get("session", "")))
        except (ValueError, load.NotFound):
            raise Http404 from None
        return redirect("display")
    at_work.mark(request)
    place = room_display.shown_on(user)
    if place is None:
        return render(request, "hosting/display_blank.html")
    live_session = place.live_session
    context = {**room_context(request, live_session, ""), "live_session": live_session, "follows": live_session.id}
    return render(request, "hosting/screen.html", context)


@require_safe
def now_on(request: HttpRequest) -> HttpResponse:
    """Answer with the check-in that is on the asker's display; the display asks every few seconds."""
    user = current_person(request)
    place = room_display.shown_on(user) if user else None
    answer = JsonResponse({"on": str(place.live_session.id) if place else ""})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def blank(request: HttpRequest) -> HttpResponse:
    """Show nothing on the display."""
    user = current_person(request)
    if user is None:
        raise Http404
    room_display.blank(user)
    return redirect("practice")
