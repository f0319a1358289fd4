"""The pages about privacy, safety and accessibility, which need no login."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.safety.help_lines import numbers_to_call


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy page: what is stored, for how long, and who can read it."""
    return render(request, "safety/privacy.html")


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """Say what Cycle is not for, where to find help, and what quick exit does."""
    return render(request, "safety/help.html", numbers_to_call(request.GET.get("country", "")))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how Cycle is made to be used by everybody, what is known to be missing, and whom to tell."""
    return render(request, "safety/accessibility.html", {"contact": settings.CONTACT})
