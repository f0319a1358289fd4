"""Variables that every template gets."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from accounts.care.at_work import is_of_work
from accounts.person.shared_device import is_of_a_practice
from cycleproject.unreadable import came_upon_unreadable

# Where a page stands in the navigation, by how its address begins.
SECTIONS: Final = {
    "/couple/": "couple",
    "/history/": "history",
    "/my-part/": "my_part",
    "/practice/": "practice",
    "/settings/": "settings",
    "/accounts/signup/": "sign_up",
    "/accounts/login/": "log_in",
    "/accounts/": "settings",
}


def quick_exit(request: HttpRequest) -> dict[str, str]:
    """Return the address that the quick exit button leads to."""
    return {"quick_exit_url": settings.QUICK_EXIT_URL}


def device_of_a_practice(request: HttpRequest) -> dict[str, bool]:
    """Return whether this browser is handed from one couple to the next."""
    return {"device_of_a_practice": is_of_a_practice(request)}


def at_work(request: HttpRequest) -> dict[str, bool]:
    """Return whether the page is of a therapist's work, and links to nothing of her own side."""
    return {"at_work": is_of_work(request)}


def cannot_open(request: HttpRequest) -> dict[str, Callable[[], bool]]:
    """Return whether a value was read that no key opens; asked at the page's end, when all of them have been."""
    return {"some_cannot_be_opened": came_upon_unreadable.get}


def section(request: HttpRequest) -> dict[str, str]:
    """Return the part of the navigation that a page belongs to, and the part whose first page it is."""
    here = next((name for begin, name in SECTIONS.items() if request.path.startswith(begin)), "")
    if request.path == "/":
        here = "home"
    first = request.path in SECTIONS or here == "home"
    return {"section": here, "section_current": "page" if first else "true"}
