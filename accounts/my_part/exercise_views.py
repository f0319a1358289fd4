"""Two tracks of practice, one for each pull; none of it needs a partner who joins."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.my_part import notes
from accounts.my_part.decorators import own
from accounts.my_part.forms import HOLDS, OPENINGS, BackForm, DraftForm
from accounts.my_part.journal_views import no_room, saved


@require_GET
@own
def practice(request: HttpRequest, user: User) -> HttpResponse:
    """Show both tracks."""
    return render(request, "my_part/exercises/overview.html")


@require_GET
@own
def settle(request: HttpRequest, user: User) -> HttpResponse:
    """Breathe for a while."""
    return render(request, "my_part/exercises/settle.html", {"minutes": [1, 3, 5]})


@require_GET
@own
def stay(request: HttpRequest, user: User) -> HttpResponse:
    """Stay a little longer than the pull would have it."""
    return render(request, "my_part/exercises/stay.html", {"minutes": [1, 2, 3, 5]})


@require_http_methods(["GET", "POST"])
@own
def back(request: HttpRequest, user: User) -> HttpResponse:
    """Put together a sentence that says when one will be back; it is stored nowhere."""
    form = BackForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context["opening"] = OPENINGS[form.cleaned_data["opening"]]
        context["time"] = form.cleaned_data["time"]
    return render(request, "my_part/exercises/back.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@own
def drafts(request: HttpRequest, user: User) -> HttpResponse:
    """Show which drafts are put away, and put away a new one."""
    now = timezone.now()
    form = DraftForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        opens_at = now + HOLDS[form.cleaned_data["hold"]]
        try:
            notes.keep(user, "draft", {"text": form.cleaned_data["text"]}, opens_at)
        except notes.Full:
            no_room(form)
        else:
            return saved(request, "my_part_drafts")
    kept = [(note, notes.is_held(note, now)) for note in notes.notes_of(user, "draft")]
    return render(
        request, "my_part/drafts/overview.html", {"form": form, "drafts": kept}, status=400 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@own
def draft(request: HttpRequest, user: User, note_id: UUID) -> HttpResponse:
    """Show a draft once its time has come, and put it away again; until then say only when that is."""
    now = timezone.now()
    note = get_object_or_404(notes.notes_of(user, "draft"), id=note_id)
    if notes.is_held(note, now):
        return render(request, "my_part/drafts/held.html", {"note": note})
    form = DraftForm(request.POST) if request.method == "POST" else DraftForm(initial=note.content)
    if form.is_valid():
        notes.rewrite(note, {"text": form.cleaned_data["text"]})
        notes.hold(note, now + HOLDS[form.cleaned_data["hold"]])
        return saved(request, "my_part_drafts")
    return render(request, "my_part/drafts/open.html", {"form": form, "note": note}, status=400 if form.errors else 200)


@require_POST
@own
def show_draft(request: HttpRequest, user: User, note_id: UUID) -> HttpResponse:
    """Show a draft before its time: the one who wrote it decides."""
    note = get_object_or_404(notes.notes_of(user, "draft"), id=note_id)
    if notes.is_held(note, now := timezone.now()):
        notes.hold(note, now)
    return redirect("my_part_draft", note.id)
