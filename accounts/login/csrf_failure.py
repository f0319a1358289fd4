"""What a form is answered whose token does not fit: a log-in renews the token, and older pages hold the one before."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.person.one_shot import repeated


def answer(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Lead whoever has sent this very form before to what it made; refuse everybody else."""
    # The nonce and the browser's cookie are known to nobody else, so that no forged form comes this way.
    return repeated(request) or render(request, "403_csrf.html", status=403)
