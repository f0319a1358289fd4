"""The page on which somebody erases their own words in one round."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.my_part.decorators import own_page
from sessions.history import labels
from sessions.history.views import page_context, round_or_404
from sessions.privacy import erasure


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
