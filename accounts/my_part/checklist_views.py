"""Lists to tick in private, and honest answers. Nothing is stored unless the person presses keep."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import PrivateNote, User
from accounts.my_part import notes
from accounts.my_part.checklists import CHECKLISTS, NOTICING, QUESTIONS_FOR_A_THERAPIST, SIGNS, Item
from accounts.my_part.decorators import own
from accounts.my_part.journal_views import saved


@require_GET
@own
def checks(request: HttpRequest, user: User) -> HttpResponse:
    """Show which lists there are, and what was kept."""
    kept = [found for note in notes.notes_of(user, "check") if (found := _kept(note))]
    return render(request, "my_part/checks/overview.html", {"kept": kept})


@require_http_methods(["GET", "POST"])
@own
def checklist(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show one list; say what is known about what was ticked; keep it only when asked to."""
    asked = CHECKLISTS.get(code)
    if asked is None:
        raise Http404
    context: dict[str, Any] = {
        "checklist": asked,
        "questions": QUESTIONS_FOR_A_THERAPIST if asked is SIGNS else (),
        "came_from": "my_part_practice" if asked is NOTICING else "my_part_checks",
    }
    if request.method == "GET":
        return render(request, "my_part/checks/checklist.html", context)
    ticked = [item for item in asked.items if item.code in request.POST.getlist("ticked")]
    if "keep" in request.POST:
        try:
            notes.keep(user, "check", {"list": asked.code, "ticked": [item.code for item in ticked]})
        except notes.Full:
            context["error"] = gettext("There is no more room. Delete something first.")
        else:
            return saved(request, "my_part_checks")
    context["ticked"] = ticked
    return render(request, "my_part/checks/checked.html", context)


@require_GET
@own
def answers(request: HttpRequest, user: User) -> HttpResponse:
    """Answer honestly what people ask."""
    return render(request, "my_part/checks/answers.html")


def _kept(note: PrivateNote) -> dict[str, Any] | None:
    """Return a kept list as it is shown; none where the list is no longer offered."""
    asked = CHECKLISTS.get(note.content["list"])
    if asked is None:
        return None
    ticked: list[Item] = [item for item in asked.items if item.code in note.content["ticked"]]
    return {"id": note.id, "created_at": note.created_at, "title": asked.title, "ticked": ticked}
