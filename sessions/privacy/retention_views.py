"""Pages of a couple's retention: how long the history is kept, words left behind, export."""

from typing import Final

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts import partners
from accounts.couple import retention
from accounts.models import Couple, User
from accounts.my_part.decorators import own_page
from sessions.history import readable, readers
from sessions.history.export import file_response
from sessions.history.query import BadQuery, filter_from
from sessions.history.readers import Reader
from sessions.history.views import kept_context, page_context
from sessions.store import load

FORMATS: Final = ("json", "csv")


@require_safe
@own_page
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show the settings of the couple's history, and the ways to export it."""
    reader = own_reader(user, request)
    wish = retention.own_retention(user, reader.couple)
    context = {
        **page_context(reader, "keeping"),
        **kept_context(reader),
        "wish": wish,
        "months_offered": sorted({*retention.MONTHS_OFFERED, wish}),
        "leaves_words": reader.leaves_words,
        "own_view": reader.own_view,
        "views_offered": own_views(reader),
        "rounds_to_export": readable.rounds_of(reader).exists(),
    }
    return render(request, "privacy/retention.html", context)


@require_POST
@own_page
def set_retention(request: HttpRequest, user: User) -> HttpResponse:
    """Store the person's wish for how long the history is kept."""
    try:
        retention.set_retention(user, _current_couple(user), int(request.POST.get("months", "")))
    except ValueError:
        raise Http404 from None
    messages.success(request, gettext("Saved"))
    return redirect("history_keeping")


@require_POST
@own_page
def leave_words(request: HttpRequest, user: User) -> HttpResponse:
    """Set whether a former partner may go on reading the person's words."""
    reader = former_reader(user, request)
    retention.set_words_left(user, reader.couple, request.POST.get("leave") == "1")
    messages.success(request, gettext("Saved"))
    return redirect(f"{reverse('history_keeping')}?couple={reader.couple.id}")


@require_POST
@own_page
def own_view(request: HttpRequest, user: User) -> HttpResponse:
    """Set how far back the person still sees what was with a former partner."""
    reader = former_reader(user, request)
    months = request.POST.get("months", "")
    try:
        retention.set_own_view(user, reader.couple, int(months) if months else None)
    except ValueError:
        raise Http404 from None
    messages.success(request, gettext("Saved"))
    return redirect(f"{reverse('history_keeping')}?couple={reader.couple.id}")


@require_safe
@own_page
def export(request: HttpRequest, user: User) -> HttpResponseBase:
    """Answer with the person's own history as a file; an account has to log in again first."""
    return file_response(*_asked_for(request, user))


@require_safe
@own_page
def export_begins(request: HttpRequest, user: User) -> HttpResponse:
    """Say that the file is being put together while the browser fetches it by itself, with scripts or without."""
    reader, form = _asked_for(request, user)
    return render(request, "privacy/export_begins.html", {**page_context(reader, "keeping"), "form": form})


def _asked_for(request: HttpRequest, user: User) -> tuple[Reader, str]:
    reader = own_reader(user, request)
    form = request.GET.get("as", "")
    if form not in FORMATS:
        raise Http404
    if not user.is_guest:
        raise_if_reauthentication_required(request, app="allauth.account")
    return reader, form


def own_reader(user: User, request: HttpRequest) -> Reader:
    """Return a person as reader of their own couple's history, never as a therapist. Raises Http404."""
    try:
        asked = filter_from({"couple": request.GET.get("couple", "") or request.POST.get("couple", "")})
        reader = readers.reader_for(user, asked.couple, only_own=True)
    except (BadQuery, load.NotFound):
        raise Http404 from None
    if reader is None:
        raise Http404
    return reader


def former_reader(user: User, request: HttpRequest) -> Reader:
    """Return a person as reader of a couple that they are no longer in. Raises Http404."""
    reader = own_reader(user, request)
    if not reader.parted:
        raise Http404
    return reader


def own_views(reader: Reader) -> list[int]:
    """Return how far back one may choose to see: less than what is kept anyway, and what is chosen now."""
    chosen = () if reader.own_view is None else (reader.own_view,)
    return sorted({*(months for months in retention.VIEWS_OFFERED if months < reader.months), *chosen}, reverse=True)


def _current_couple(user: User) -> Couple:
    """Return the person's present couple; after unpairing its settings cannot be changed. Raises Http404."""
    couple = partners.couple_of(user)
    if couple is None:
        raise Http404
    return couple
