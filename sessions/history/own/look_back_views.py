"""The page on which somebody says how a round was a day later, or takes that back."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.my_part.decorators import own_page
from cycleproject.text import clean
from sessions.history import labels
from sessions.history.own import look_back
from sessions.history.own.look_back import FEELINGS, LINE_LENGTH, LookBack
from sessions.history.views import page_context, round_or_404


class LookBackForm(forms.Form):
    """A feeling, a line if one likes, and whether the other may see both."""

    feeling = forms.ChoiceField(choices=[(code, code) for code in FEELINGS])
    line = forms.CharField(required=False, max_length=LINE_LENGTH * 8)
    shared = forms.BooleanField(required=False)

    def clean_line(self) -> str:
        """Return the line in its stored form."""
        try:
            return clean(self.cleaned_data["line"], LINE_LENGTH, lines=True)
        except ValueError:
            raise ValidationError(_("Please use a shorter line, in plain letters.")) from None


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def say(request: HttpRequest, user: User, history_id: UUID) -> HttpResponse:
    """Ask how a round was a day later, and keep the answer; whoever takes it back leaves nothing."""
    reader, seen = round_or_404(user, history_id)
    if reader.seat is None:
        raise Http404
    kept = seen.look_backs.get(reader.seat)
    if request.method == "POST" and "take_back" in request.POST:
        look_back.take_back(history_id, reader.seat)
        return redirect("history_round", history_id)
    now = timezone.now()
    if not look_back.may_say(user, seen.opened_at, kept, now):
        raise Http404
    form = LookBackForm(request.POST if request.method == "POST" else None, initial=dict(kept or {}))
    if form.is_valid():
        try:
            look_back.keep(user, history_id, reader.seat, _said(form.cleaned_data), now)
        except look_back.NotOffered:
            raise Http404 from None  # taken back meanwhile, in another window
        return redirect("history_round", history_id)
    context = {
        **page_context(reader, "rounds"),
        "round": labels.round_context(seen, reader),
        "form": form,
        "feelings": [(code, labels.feeling_word(code)) for code in FEELINGS],
        "kept": kept is not None,
    }
    return render(request, "history/look_back.html", context, status=400 if form.errors else 200)


def _said(fields: dict[str, Any]) -> LookBack:
    return {"feeling": fields["feeling"], "line": fields["line"], "shared": fields["shared"]}
