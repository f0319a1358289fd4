"""The page on which somebody erases their own words in one round."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.my_part.decorators import own
from sessions.history import labels as words
from sessions.history.views import frame, round_or_404
from sessions.privacy import erasure


@require_http_methods(["GET", "POST"])
@own
def erase(request: HttpRequest, user: User, history_id: UUID) -> HttpResponse:
    """Erase one's own words in one round, after saying what that means."""
    reader, seen = round_or_404(user, history_id)
    if reader.seat is None:
        raise Http404
    if request.method == "POST":
        erasure.erase_own_words(history_id, reader.seat)
        return redirect("history_round", history_id)
    return render(request, "privacy/erase.html", {**frame(reader, "rounds"), "round": words.told(seen, reader)})
