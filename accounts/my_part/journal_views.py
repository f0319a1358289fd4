"""Pages of the journal and of own lists, and deleting any private note."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.edit_versions import EditConflict, version_of
from accounts.models import PrivateKind, PrivateNote, User
from accounts.my_part import notes as private_notes
from accounts.my_part.decorators import own_page
from accounts.my_part.forms import EntryForm, LineForm
from accounts.person.unsent_words import typed_before

ENTRIES_SHOWN: Final = 50
LISTS: Final[dict[str, tuple[PrivateKind, object, object]]] = {
    "triggers": (
        "trigger",
        _("What sets it off"),
        _("Small things count: a tone, a silence, a closed door. Naming one early gives you a moment to choose."),
    ),
    "wishes": (
        "wish",
        _("What I wish for"),
        _("What you would like more of, in words you could say one day. Nobody else sees this."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def journal(request: HttpRequest, user: User) -> HttpResponse:
    """Show the journal, newest entry first, and store a new one."""
    form = EntryForm(request.POST if request.method == "POST" else None, initial=typed_before(request))
    if form.is_valid():
        try:
            private_notes.add_note(user, "journal", form.cleaned_data)
        except private_notes.NoteLimitReached:
            add_limit_error(form)
        else:
            return redirect_saved(request, "my_part_journal")
    return _journal(request, user, form, status=400 if form.errors else 200)


def _journal(request: HttpRequest, user: User, form: EntryForm, status: int, *, is_gone: bool = False) -> HttpResponse:
    entries = private_notes.notes_of(user, "journal")
    if (before := _found(entries, request.GET.get("before", ""))) is not None:
        entries = entries.filter(created_at__lt=before.created_at)
    shown = list(entries[: ENTRIES_SHOWN + 1])
    context = {
        "form": form,
        "is_gone": is_gone,
        "entries": shown[:ENTRIES_SHOWN],
        "earlier": shown[ENTRIES_SHOWN - 1].id if len(shown) > ENTRIES_SHOWN else None,
    }
    return render(request, "my_part/journal.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def entry(request: HttpRequest, user: User, note_id: UUID) -> HttpResponse:
    """Show one journal entry and save changes; after a conflict, show both texts, and nothing typed is thrown away."""
    note, typed = private_notes.notes_of(user, "journal").filter(id=note_id).first(), typed_before(request)
    if note is None:
        if request.method == "GET" and typed is None:
            raise Http404
        return _journal(request, user, EntryForm(typed or request.POST), 404, is_gone=True)
    form = EntryForm(request.POST) if request.method == "POST" else EntryForm(initial=typed or note.content)
    meanwhile = None
    if form.is_valid():
        try:
            private_notes.replace_content(note, form.cleaned_data, request.POST.get("version"))
        except PrivateNote.DoesNotExist:
            return _journal(request, user, form, 404, is_gone=True)
        except EditConflict:
            note.refresh_from_db()
            meanwhile = [note.content["text"], note.content["learned"]]
        else:
            return redirect_saved(request, "my_part_journal")
    context = {"form": form, "note": note, **version_context(typed or request.POST, note, meanwhile)}
    return render(request, "my_part/entry.html", context, status=409 if meanwhile else 400 if form.errors else 200)


def version_context(sent: Mapping[str, Any], note: PrivateNote, meanwhile: list[str] | None) -> dict[str, Any]:
    """Return what a form says that it started from; once both texts have been read, that is what is kept."""
    kept = version_of(note.content)
    return {
        "version": kept if meanwhile is not None else sent.get("version", kept),
        "kept_meanwhile": meanwhile,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def own_list(request: HttpRequest, user: User, name: str) -> HttpResponse:
    """Show one of the person's lists and store a new line."""
    if name not in LISTS:
        raise Http404
    kind, title, lead = LISTS[name]
    form = LineForm(request.POST if request.method == "POST" else None, initial=typed_before(request))
    if form.is_valid():
        try:
            private_notes.add_note(user, kind, form.cleaned_data)
        except private_notes.NoteLimitReached:
            add_limit_error(form)
        else:
            return redirect_saved(request, "my_part_list", name)
    context = {"form": form, "title": title, "lead": lead, "lines": private_notes.notes_of(user, kind)}
    return render(request, "my_part/list.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def delete(request: HttpRequest, user: User, note_id: UUID) -> HttpResponse:
    """Ask once, then delete one of the person's notes, whatever its kind."""
    note = get_object_or_404(private_notes.notes_of(user), id=note_id)
    if request.method != "POST":
        return render(request, "my_part/delete.html", {"note": note, "back": _home_of(note)})
    home = _home_of(note)
    note.delete()
    messages.success(request, gettext("Deleted"))
    return redirect(home)


def redirect_saved(request: HttpRequest, *to: str) -> HttpResponse:
    """Redirect to a page, with the message that the note is saved."""
    messages.success(request, gettext("Saved. Only you can see this."))
    return redirect(*to)


def add_limit_error(form: Form) -> None:
    """Add the error that the limit of notes is reached."""
    form.add_error("text", gettext("You have reached the limit. Delete something first."))


def _found(notes: QuerySet[PrivateNote], note_id: str) -> PrivateNote | None:
    try:
        return notes.filter(id=UUID(note_id)).first()
    except ValueError:
        return None


def _home_of(note: PrivateNote) -> str:
    match note.kind:
        case "journal":
            return reverse("my_part_journal")
        case "trigger":
            return reverse("my_part_list", args=["triggers"])
        case "wish":
            return reverse("my_part_list", args=["wishes"])
        case "draft":
            return reverse("my_part_drafts")
        case _:
            return reverse("my_part_checks")
