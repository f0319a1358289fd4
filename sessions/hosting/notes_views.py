"""The page of a therapist's own notes on one check-in, with their name for two guests."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.care import check_in_notes, notes
from accounts.care.forms import LabelForm, NotesForm
from accounts.care.views import account_required
from accounts.edit_versions import EditConflict, version_of
from accounts.models import User
from accounts.person.unsent_words import typed_before
from sessions.hosting.hosted_notes import hosted_check_in
from sessions.store import load


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def of_a_check_in(request: HttpRequest, user: User, session_id: UUID) -> HttpResponse:
    """Show the notes on one check-in and save changes; after a conflict, show both texts."""
    changed = False
    check_in = _own(user, session_id)
    try:
        kept = check_in_notes.read(user, check_in.id)
        typed = typed_before(request)
        form = NotesForm(request.POST if request.method == "POST" else None, initial=typed or {"text": kept})
        if form.is_valid():
            check_in_notes.write(user, check_in, form.cleaned_data["text"], request.POST.get("version"))
            messages.success(request, gettext("Saved. Only you can see this."))
            return redirect("check_in_notes", session_id)
    except EditConflict:
        changed, kept = True, check_in_notes.read(user, check_in.id)
    except notes.SecondFactorMissing:
        messages.info(
            request,
            gettext("You need a second step to log in before you can open notes on couples. Add one, then come back."),
        )
        return redirect("mfa_index")
    context = {
        "form": form,
        "check_in": check_in,
        "label": check_in_notes.label_of(user, check_in),
        # What stands in the form has been read beside what is kept, so it may take its place with the next tap.
        "version": version_of(kept) if changed else (typed or request.POST).get("version", version_of(kept)),
        "kept_meanwhile": kept if changed else None,
    }
    return render(request, "hosting/notes.html", context, status=409 if changed else 400 if form.errors else 200)


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
