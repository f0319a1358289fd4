"""A country without help lines would leave the safety page empty: found at the start, not by somebody in need."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts.safety.help_lines import COUNTRIES


@register
def help_country_has_numbers(**_: Any) -> list[CheckMessage]:
    """Refuse a HELP_COUNTRY of which we know no number."""
    if not settings.HELP_COUNTRY or settings.HELP_COUNTRY in COUNTRIES:
        return []
    known = ", ".join(sorted(COUNTRIES))
    return [Error(f"HELP_COUNTRY has to be one that there are help lines for: {known}.", id="accounts.E001")]
