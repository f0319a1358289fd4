"""Pages of the private checklists, and of honest answers. Nothing is stored unless the person presses keep."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import PrivateNote, User
from accounts.my_part import notes
from accounts.my_part.checklists import CHECKLISTS, NOTICING, NOTICING_CLOSER, QUESTIONS_FOR_A_THERAPIST, SIGNS, Item
from accounts.my_part.decorators import own_page
from accounts.my_part.enough import is_enough_for_now
from accounts.my_part.journal_views import redirect_saved
from cycleproject.unreadable import Unreadable


@require_safe
@own_page
def checks(request: HttpRequest, user: User) -> HttpResponse:
    """Show the checklists, and the checks that the person has kept."""
    kept = [found for note in notes.notes_of(user, "check") if (found := _kept(note))]
    context = {"kept": kept, "enough_for_now": is_enough_for_now(request, user)}
    return render(request, "my_part/checks/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def checklist(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show one checklist, or what is known about the ticked items; store the check only when asked to."""
    asked = CHECKLISTS.get(code)
    if asked is None:
        raise Http404
    context: dict[str, Any] = {
        "checklist": asked,
        "questions": QUESTIONS_FOR_A_THERAPIST if asked is SIGNS else (),
        "came_from": "my_part_practice" if asked in (NOTICING_CLOSER, NOTICING) else "my_part_checks",
    }
    if request.method != "POST":
        return render(request, "my_part/checks/checklist.html", context)
    ticked = [item for item in asked.items if item.code in request.POST.getlist("ticked")]
    if "keep" in request.POST:
        try:
            notes.add_note(user, "check", {"list": asked.code, "ticked": [item.code for item in ticked]})
        except notes.NoteLimitReached:
            context["error"] = gettext("You have reached the limit. Delete something first.")
        else:
            return redirect_saved(request, "my_part_checks")
    context["ticked"] = ticked
    return render(request, "my_part/checks/checked.html", context)


@require_safe
@own_page
def answers(request: HttpRequest, user: User) -> HttpResponse:
    """Show honest answers to what people ask: can it work, how long, one or both."""
    return render(request, "my_part/checks/answers.html")


def _kept(note: PrivateNote) -> dict[str, Any] | None:
    """Return the template context of a stored check; None if its list is no longer offered.

    One that cannot be opened has its day and nothing else, and can be deleted.
    """
    if isinstance(note.content, Unreadable):
        return {"id": note.id, "created_at": note.created_at, "title": gettext("A check"), "ticked": []}
    asked = CHECKLISTS.get(note.content["list"])
    if asked is None:
        return None
    ticked: list[Item] = [item for item in asked.items if item.code in note.content["ticked"]]
    return {"id": note.id, "created_at": note.created_at, "title": asked.title, "ticked": ticked}
