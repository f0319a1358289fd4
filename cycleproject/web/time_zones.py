"""Middleware that shows days and times in the time zone of whoever reads the page.

A server knows moments, not where somebody is. `static/js/site/time-zone.js` says it in a cookie, which holds the name
of a time zone and nothing else; without one, times are in UTC and say so (`partials/local_time.html`). The cookie is
for pages: programs say it with each question (`tz`), or mean UTC.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

# A page that came over https can set the first, and only there does a browser take it.
COOKIES: Final = ("__Host-zone", "zone")
PROGRAMS: Final = "/api/"


@sync_and_async_middleware
def time_zone_middleware(get_response: Handler) -> Handler:
    """Activate the reader's time zone while a request is answered."""
    if iscoroutinefunction(get_response):

        async def later(request: HttpRequest) -> HttpResponseBase:
            with timezone.override(time_zone_of(request)):
                response: HttpResponseBase = await get_response(request)
            return response

        return later

    def now(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        with timezone.override(time_zone_of(request)):
            return get_response(request)

    return now


def time_zone_of(request: HttpRequest) -> ZoneInfo | None:
    """Return the time zone that a browser has named for its pages; None if it named none that there is."""
    if request.path_info.startswith(PROGRAMS):
        return None
    return zone_named(next((request.COOKIES[name] for name in COOKIES if name in request.COOKIES), ""))


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of a name; None where there is no such zone."""
    # Asked of a list, never of the file system: a name from outside can say anything.
    return ZoneInfo(name) if name in _zones() else None


def zone_typed(typed: str) -> str | None:
    """Return the name of the time zone that somebody types, in whatever case; None where there is none."""
    return _by_lower_case().get("_".join(typed.split()).lower())


@cache
def _by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in _zones()}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
