"""Variables that every template gets."""

from django.conf import settings
from django.http import HttpRequest


def quick_exit(request: HttpRequest) -> dict[str, str]:
    """Return the address that the quick exit button leads to."""
    return {"quick_exit_url": settings.QUICK_EXIT_URL}
