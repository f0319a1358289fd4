"""Pages of the opening that a therapist suggests to a couple: suggesting it, how it stands, taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.care import scopes
from accounts.care.views import account_required
from accounts.models import User
from accounts.person.one_shot import typed_once
from cycleproject.web.changes_by_time import by_time
from sessions.checkin.apart import BadHour
from sessions.checkin.frame_fields import TEXT_LENGTH
from sessions.hosting import suggested_openings
from sessions.hosting.suggested_openings import Suggested
from sessions.joining.opening_forms import ProposeForm
from sessions.joining.openings import CannotBeAsked
from sessions.store.openings import ClockInDoubt
from sessions.words.translated import themes


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@typed_once
def suggested(request: HttpRequest, user: User, link_id: UUID) -> HttpResponse:
    """Show how the suggestion that waits stands; else ask for an hour and a moment, and suggest them to both."""
    try:
        last = suggested_openings.last_of(user, link_id)
        if last is None or last.state == "over":
            return _ask(request, user, link_id, last)
        if request.method == "POST":
            return redirect("suggested_opening", link_id)
        return render(request, "hosting/suggested_opening.html", _about(user, link_id, last))
    except scopes.NotFound:
        raise Http404 from None


def _ask(request: HttpRequest, user: User, link_id: UUID, last: Suggested | None) -> HttpResponse:
    form = ProposeForm(request.POST if request.method == "POST" else None)
    refused = False
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            suggested_openings.suggest(user, link_id, chosen["opens_at"], moment=chosen["moment"], text=chosen["text"])
        except CannotBeAsked:
            refused = True
        except (BadHour, ClockInDoubt):  # the hour came while it was being sent
            return redirect("suggested_opening", link_id)
        else:
            return redirect("suggested_opening", link_id)
    shown = {"form": form, "refused": refused, "themes": themes(), "most": TEXT_LENGTH}
    status = 409 if refused else 400 if form.errors else 200
    return render(request, "hosting/suggest_opening.html", {**_about(user, link_id, last), **shown}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@typed_once
def call_off(request: HttpRequest, user: User, link_id: UUID) -> HttpResponse:
    """Ask once, then call off what is suggested; once both have agreed it is the couple's."""
    try:
        last = suggested_openings.last_of(user, link_id)
        if last is None or last.state != "asked":
            return redirect("suggested_opening", link_id)
        if request.method != "POST":
            return render(request, "hosting/suggested_opening_call_off.html", _about(user, link_id, last))
        suggested_openings.call_off(user, link_id)
    except suggested_openings.NotTheirsToCallOff:
        return redirect("suggested_opening", link_id)
    except scopes.NotFound:
        raise Http404 from None
    messages.success(request, gettext("It is called off."))
    return redirect("practice")


def _about(user: User, link_id: UUID, last: Suggested | None) -> dict[str, Any]:
    """Return what each of these pages shows: whom it is for, and how the last one stands. Raises scopes.NotFound."""
    link = scopes.link_of_therapist(user, link_id)
    changes = by_time(timezone.now(), last.opens_at if last else None)
    return {"link": link, "partners": scopes.partners_of(link), "last": last, **changes}
