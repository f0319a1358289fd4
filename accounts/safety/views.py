"""What everybody may read: how to be safe, and what is kept of whom."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.safety.help_lines import COUNTRIES, country_asked, help_for


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, how long, and who can read it."""
    return render(request, "safety/privacy.html")


@require_GET
def safety(request: HttpRequest) -> HttpResponse:
    """Say what Cycle is not for, where to find help, and what quick exit does."""
    country = country_asked(request.GET.get("country", ""), settings.HELP_COUNTRY)
    context = {
        "help_lines": help_for(country),
        "help_country": country,
        "help_country_name": COUNTRIES.get(country, country),
        # The day of the check is that of the country this server is set up for, and of no other.
        "help_checked": settings.HELP_CHECKED if country == settings.HELP_COUNTRY else "",
        "countries": COUNTRIES,
    }
    return render(request, "safety/help.html", context)
