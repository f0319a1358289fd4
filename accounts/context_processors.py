"""Variables that every template gets."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from cycleproject.encryption import came_upon_unreadable


def quick_exit(request: HttpRequest) -> dict[str, str]:
    """Return the address that the quick exit button leads to."""
    return {"quick_exit_url": settings.QUICK_EXIT_URL}


def cannot_open(request: HttpRequest) -> dict[str, Callable[[], bool]]:
    """Return whether a value was read that no key opens; asked at the page's end, when all of them have been."""
    return {"some_cannot_be_opened": came_upon_unreadable.get}
