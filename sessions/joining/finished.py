"""Being finished on a device, which then knows somebody no more; and whom a practice's device knows still."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.person.current_person import current_person
from accounts.person.shared_device import finish_here, is_of_a_practice
from sessions.joining.start import last_room, own_room

# As long as a page waits for a touch (static/js/joining/finish.js).
IDLE: Final = timedelta(minutes=10)


@require_http_methods(["GET", "HEAD", "POST"])
def finished(request: HttpRequest) -> HttpResponse:
    """End the login here, then say that whoever comes next begins as themselves."""
    if request.method == "POST":
        finish_here(request)
        return redirect("finished")
    return render(request, "joining/finished.html")


def not_of_before(request: HttpRequest, user: User | None) -> User | None:
    """Return who may go on in this browser. On a practice's device no guest may whose check-in is over."""
    return None if user and _is_done(request, user) else user


def forget_who_is_done(request: HttpRequest) -> None:
    """End the login that a guest forgot on a practice's device, whose page was closed before it could do so."""
    user = current_person(request)
    if user is None or not _is_done(request, user):
        return
    last = last_room(user)
    if last and (last.ended_at or last.ends_at) < timezone.now() - IDLE:
        finish_here(request)


def _is_done(request: HttpRequest, user: User) -> bool:
    return user.is_guest and is_of_a_practice(request) and own_room(user) is None
