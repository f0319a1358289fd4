"""The pages on which somebody erases their own words: in one round, or in everything with a former partner."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.my_part.decorators import own_page
from sessions.history import labels
from sessions.history.views import page_context, round_or_404
from sessions.privacy import erasure
from sessions.privacy.retention_views import former_reader


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def erase(request: HttpRequest, user: User, history_id: UUID) -> HttpResponse:
    """Say what erasing means, then erase the person's words in one round."""
    reader, seen = round_or_404(user, history_id)
    if reader.seat is None:
        raise Http404
    if request.method == "POST":
        erasure.erase_own_words(history_id, reader.seat)
        return redirect("history_round", history_id)
    return render(
        request, "privacy/erase.html", {**page_context(reader, "rounds"), "round": labels.round_context(seen, reader)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def take_back_words(request: HttpRequest, user: User) -> HttpResponse:
    """Say what goes, then erase the person's words in everything with a former partner."""
    reader = former_reader(user, request)
    assert reader.seat is not None, "a former partner has a seat"
    if request.method == "POST":
        erasure.take_back_all_words(reader.couple.id, reader.seat)
        messages.success(request, gettext("Your words are erased."))
        return redirect(f"{reverse('history_keeping')}?couple={reader.couple.id}")
    context = {**page_context(reader, "keeping"), "own_view": reader.own_view}
    return render(request, "privacy/take_back.html", context)
