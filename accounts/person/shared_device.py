"""A browser that is handed on: one that belongs to a practice, and a login that somebody is finished with there.

Whoever opens a link of a practice's device marks the browser with a cookie that names nobody. From then on it offers no
guest who was here before, and every page lets a guest say that they are finished, or does it when nobody touches it.
"""

from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from accounts.person.current_person import current_person

COOKIE: Final = "shared_device"
ASKED_BY: Final = "device"
OF_A_PRACTICE: Final = "practice"
LASTS: Final = 365 * 24 * 3600


def cookie_name() -> str:
    """Return the cookie's name: over https one that no neighbouring host and no plain http can set."""
    return f"{settings.COOKIE_PREFIX}{COOKIE}"


def is_of_a_practice(request: HttpRequest) -> bool:
    """Tell whether this browser is handed from one couple to the next."""
    # Devices that were marked before the name had a prefix stay marked.
    marks = (request.GET.get(ASKED_BY), request.COOKIES.get(cookie_name()), request.COOKIES.get(COOKIE))
    return OF_A_PRACTICE in marks


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Mark a browser that came by the link for a practice's device; return the response."""
    if request.GET.get(ASKED_BY) == OF_A_PRACTICE:
        response.set_cookie(
            cookie_name(), OF_A_PRACTICE, max_age=LASTS, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def finish_here(request: HttpRequest) -> None:
    """End the login of this browser. A guest cannot come back by it, and nobody after them comes in as them."""
    if current_person(request):
        logout(request)
