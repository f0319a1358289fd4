"""What every page needs."""

from django.conf import settings
from django.http import HttpRequest


def everywhere(request: HttpRequest) -> dict[str, str]:
    """Return where quick exit leads."""
    return {"quick_exit_url": settings.QUICK_EXIT_URL}
