"""Numbers to call, by country (ISO 3166 alpha-2).

Numbers change: whoever runs Cycle checks them, then sets HELP_COUNTRY and the day of the check in HELP_CHECKED.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A help line to call: its name, number and hours."""

    name: str
    number: str
    hours: str = "24/7"
    note: str = ""


HELP_LINES: Final[Mapping[str, tuple[HelpLine, ...]]] = {
    "AT": (HelpLine("TelefonSeelsorge", "142"), HelpLine("Frauenhelpline", "0800 222 555")),
    "AU": (HelpLine("Lifeline", "13 11 14"), HelpLine("1800RESPECT", "1800 737 732")),
    "CA": (HelpLine("9-8-8 Suicide Crisis Helpline", "988"),),
    "CH": (HelpLine("Die Dargebotene Hand / La Main Tendue", "143"),),
    "DE": (HelpLine("TelefonSeelsorge", "0800 111 0 111"), HelpLine("Hilfetelefon Gewalt gegen Frauen", "116 016")),
    "ES": (HelpLine("Línea 024", "024"), HelpLine("Línea 016", "016")),
    "FR": (HelpLine("Numéro national de prévention du suicide", "3114"), HelpLine("Violences Femmes Info", "3919")),
    "GB": (HelpLine("Samaritans", "116 123"), HelpLine("National Domestic Abuse Helpline", "0808 2000 247")),
    "IE": (HelpLine("Samaritans", "116 123"), HelpLine("Women's Aid", "1800 341 900")),
    "NL": (HelpLine("113 Zelfmoordpreventie", "113"), HelpLine("Veilig Thuis", "0800 2000")),
    "NZ": (HelpLine("1737 Need to talk?", "1737"), HelpLine("Women's Refuge", "0800 733 843")),
    "US": (
        HelpLine("988 Suicide & Crisis Lifeline", "988"),
        HelpLine("National Domestic Violence Hotline", "1-800-799-7233"),
    ),
}


COUNTRIES: Final[Mapping[str, Any]] = {
    "AU": _("Australia"),
    "AT": _("Austria"),
    "CA": _("Canada"),
    "FR": _("France"),
    "DE": _("Germany"),
    "IE": _("Ireland"),
    "NL": _("Netherlands"),
    "NZ": _("New Zealand"),
    "ES": _("Spain"),
    "CH": _("Switzerland"),
    "GB": _("United Kingdom"),
    "US": _("United States"),
}


def selected_country(country: str, default: str) -> str:
    """Return the requested country if its help lines are known, else the server's default."""
    country = country.strip().upper()
    return country if country in HELP_LINES else default


def help_lines_in(country: str) -> tuple[HelpLine, ...]:
    """Return the help lines of a country; none if it is not in the list."""
    return HELP_LINES.get(country, ())


def numbers_to_call(country: str = "") -> dict[str, Any]:
    """Return the template context of `safety/advice.html`: the numbers of a country, else of this server's own."""
    country = selected_country(country, settings.HELP_COUNTRY)
    return {
        "help_lines": help_lines_in(country),
        "help_country": country,
        "help_country_name": COUNTRIES.get(country, country),
        # The day of the check is that of the country this server is set up for, and of no other.
        "help_checked": settings.HELP_CHECKED if country == settings.HELP_COUNTRY else "",
        "countries": COUNTRIES,
    }
