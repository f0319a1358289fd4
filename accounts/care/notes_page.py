"""The page on which a therapist writes notes, whatever they are on: saving, two windows, a missing second step."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from accounts.care.forms import NotesForm
from accounts.care.notes import SecondFactorMissing
from accounts.edit_versions import EditConflict, version_of
from accounts.person.unsent_words import typed_before


def notes_page(
    request: HttpRequest,
    template: str,
    *,
    read: Callable[[], str],
    write: Callable[[str, str | None], None],
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Show notes and save changes; after a conflict, show both texts.

    ``write`` takes the new text and the version that it started from; ``context`` says what else the page shows.
    """
    changed = False
    try:
        kept = read()
        typed = typed_before(request)
        form = NotesForm(request.POST if request.method == "POST" else None, initial=typed or {"text": kept})
        if form.is_valid():
            write(form.cleaned_data["text"], request.POST.get("version"))
            messages.success(request, gettext("Saved. Only you can see this."))
            return redirect(request.path)
    except EditConflict:
        changed, kept = True, read()
    except SecondFactorMissing:
        messages.info(
            request,
            gettext("You need a second step to log in before you can open notes on couples. Add one, then come back."),
        )
        return redirect("mfa_index")
    shown = {
        "form": form,
        # What stands in the form has been read beside what is kept, so it may take its place with the next tap.
        "version": version_of(kept) if changed else (typed or request.POST).get("version", version_of(kept)),
        "kept_meanwhile": kept if changed else None,
    }
    status = 409 if changed else 400 if form.errors else 200
    return render(request, template, shown | context(), status=status)
