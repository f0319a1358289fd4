"""The page of a therapist's own notes on one check-in, with their name for two guests."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.care import check_in_notes
from accounts.care.forms import LabelForm
from accounts.care.notes_page import notes_page
from accounts.care.views import account_required
from accounts.models import User
from sessions.hosting.hosted_notes import hosted_check_in
from sessions.store import load


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def of_a_check_in(request: HttpRequest, user: User, session_id: UUID) -> HttpResponse:
    """Show the notes on one check-in and save changes; after a conflict, show both texts."""
    check_in = _own(user, session_id)
    return notes_page(
        request,
        "hosting/notes.html",
        read=partial(check_in_notes.read, user, check_in.id),
        write=partial(check_in_notes.write, user, check_in),
        context=lambda: {"check_in": check_in, "label": check_in_notes.label_of(user, check_in)},
    )


@require_POST
@account_required
def name_guests(request: HttpRequest, user: User, session_id: UUID) -> HttpResponse:
    """Save what the therapist calls the couple of one check-in, for themselves alone."""
    check_in = _own(user, session_id)
    form = LabelForm(request.POST)
    if form.is_valid():
        check_in_notes.call(user, check_in, form.cleaned_data["label"])
        messages.success(request, gettext("Saved. Only you can see this."))
    else:
        messages.error(request, str(form.errors["label"][0]))
    return redirect("check_in_notes", session_id)


def _own(user: User, session_id: UUID) -> check_in_notes.CheckIn:
    try:
        return hosted_check_in(user, session_id)
    except load.NotFound:
        raise Http404 from None
