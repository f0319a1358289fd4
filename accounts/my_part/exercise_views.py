"""Pages of the exercises, one track for each pull, and of drafts that wait; no partner has to join in."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.edit_versions import EditConflict
from accounts.models import PrivateNote, User
from accounts.my_part import notes
from accounts.my_part.decorators import own_page
from accounts.my_part.forms import HOLDS, OPENINGS, BackForm, DraftForm
from accounts.my_part.journal_views import add_limit_error, redirect_saved, version_context
from accounts.person.unsent_words import typed_before
from cycleproject.web.changes_by_time import by_time


@require_safe
@own_page
def practice(request: HttpRequest, user: User) -> HttpResponse:
    """Show the two tracks of exercises."""
    return render(request, "my_part/exercises/overview.html")


@require_safe
@own_page
def settle(request: HttpRequest, user: User) -> HttpResponse:
    """Show the exercise for the pull to move closer: breathing with a timer."""
    return render(request, "my_part/exercises/settle.html", {"minutes": [1, 2, 3, 5]})


@require_safe
@own_page
def stay(request: HttpRequest, user: User) -> HttpResponse:
    """Show the exercise for the pull to make space: staying a little longer, with a timer."""
    return render(request, "my_part/exercises/stay.html", {"minutes": [1, 2, 3, 5]})


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def back(request: HttpRequest, user: User) -> HttpResponse:
    """Compose a sentence that says when one will be back; it is shown to copy and stored nowhere."""
    form = BackForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context["opening"] = OPENINGS[form.cleaned_data["opening"]]
        context["time"] = form.cleaned_data["time"]
    return render(request, "my_part/exercises/back.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def drafts(request: HttpRequest, user: User) -> HttpResponse:
    """Show the person's drafts, and store a new one until its time comes."""
    now = timezone.now()
    form = DraftForm(request.POST if request.method == "POST" else None, initial=typed_before(request))
    if form.is_valid():
        opens_at = now + HOLDS[form.cleaned_data["hold"]]
        try:
            notes.add_note(user, "draft", {"text": form.cleaned_data["text"]}, opens_at)
        except notes.NoteLimitReached:
            add_limit_error(form)
        else:
            return redirect_saved(request, "my_part_drafts")
    return _drafts(request, user, form, status=400 if form.errors else 200)


def _drafts(request: HttpRequest, user: User, form: DraftForm, status: int, *, is_gone: bool = False) -> HttpResponse:
    now = timezone.now()
    kept = [(note, notes.is_held(note, now)) for note in notes.notes_of(user, "draft")]
    context = {"form": form, "drafts": kept, "is_gone": is_gone, **by_time(now, *(note.opens_at for note, _ in kept))}
    return render(request, "my_part/drafts/overview.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def draft(request: HttpRequest, user: User, note_id: UUID) -> HttpResponse:
    """Show a draft that may be shown, or when it may be; put it away again after a change.

    Where it was changed or deleted meanwhile, what was typed here is shown and nothing is thrown away. What was put
    away meanwhile stays unread.
    """
    now = timezone.now()
    note, typed = notes.notes_of(user, "draft").filter(id=note_id).first(), typed_before(request)
    if note is None:
        if request.method == "GET" and typed is None:
            raise Http404
        return _drafts(request, user, DraftForm(typed or request.POST), 404, is_gone=True)
    is_held = notes.is_held(note, now)
    if is_held and request.method == "GET" and typed is None:
        return render(request, "my_part/drafts/held.html", {"note": note, **by_time(now, note.opens_at)})
    form = DraftForm(request.POST) if request.method == "POST" else DraftForm(initial=typed or note.content)
    meanwhile = None
    if form.is_valid():
        try:
            with transaction.atomic():
                notes.replace_content(note, {"text": form.cleaned_data["text"]}, _started_from(request, is_held))
                notes.hold_draft(note, now + HOLDS[form.cleaned_data["hold"]])
        except PrivateNote.DoesNotExist:
            return _drafts(request, user, form, 404, is_gone=True)
        except EditConflict:
            note.refresh_from_db()
            is_held = notes.is_held(note, now)
            meanwhile = [] if is_held else [note.content["text"]]
        else:
            return redirect_saved(request, "my_part_drafts")
    context = {"form": form, "note": note, **version_context(typed or request.POST, note, meanwhile)}
    status = 409 if meanwhile is not None else 400 if form.errors else 200
    return render(request, "my_part/drafts/open.html", context, status=status)


def _started_from(request: HttpRequest, is_held: bool) -> str | None:
    # What waits is overwritten by nobody who does not know of it.
    return request.POST.get("version", "" if is_held else None)


@require_POST
@own_page
def show_draft(request: HttpRequest, user: User, note_id: UUID) -> HttpResponse:
    """End a draft's waiting early, as its author may."""
    note = get_object_or_404(notes.notes_of(user, "draft"), id=note_id)
    if notes.is_held(note, now := timezone.now()):
        notes.hold_draft(note, now)
    return redirect("my_part_draft", note.id)
