"""The privacy page and the safety page, which need no login."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.safety.help_lines import COUNTRIES, help_lines_in, selected_country


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy page: what is stored, for how long, and who can read it."""
    return render(request, "safety/privacy.html")


@require_GET
def safety(request: HttpRequest) -> HttpResponse:
    """Show the safety page: what Cycle is not for, help lines by country, what quick exit does."""
    country = selected_country(request.GET.get("country", ""), settings.HELP_COUNTRY)
    context = {
        "help_lines": help_lines_in(country),
        "help_country": country,
        "help_country_name": COUNTRIES.get(country, country),
        # The day of the check is that of the country this server is set up for, and of no other.
        "help_checked": settings.HELP_CHECKED if country == settings.HELP_COUNTRY else "",
        "countries": COUNTRIES,
    }
    return render(request, "safety/help.html", context)
