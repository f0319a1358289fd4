"""The page on which one can try a round alone."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cycleproject.web.limits import rate_limited, sample_limit
from sessions.checkin.patterns import REACTIONS
from sessions.sample.round import MOMENT, NAMES, revealed
from sessions.words.marks import INTENSITIES
from sessions.words.translated import choices, room_words


class TwoTaps(forms.Form):
    """A mark of two taps."""

    reaction = forms.ChoiceField(choices=[(code, code) for code in REACTIONS])
    intensity = forms.TypedChoiceField(
        choices=[(number, number) for number in range(1, len(INTENSITIES) + 1)], coerce=int
    )


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
def sample(request: HttpRequest) -> HttpResponse:
    """Show a moment to mark; then open that mark beside the scripted one. Nothing of it is kept."""
    told: dict[str, Any] = {"moment": gettext(MOMENT.text), "you": NAMES["a"], "other": NAMES["b"]}
    if request.method != "POST":
        return render(request, "sample/mark.html", {**told, **choices()})
    sample_limit().spend(request)
    form = TwoTaps(request.POST)
    if not form.is_valid():
        return render(request, "sample/mark.html", {**told, **choices(), "incomplete": True}, status=400)
    opened = revealed(form.cleaned_data["reaction"], form.cleaned_data["intensity"], timezone.now())
    return render(request, "sample/reveal.html", {**told, **opened, "room_words": room_words()})
