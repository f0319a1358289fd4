"""Middleware that shows days and times in the time zone of whoever reads the page.

The browser names its zone in a cookie, which `static/js/site/time-zone.js` sets and which holds nothing else. Without
the cookie, times are in UTC and say so (`partials/local_time.html`).
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
    """Return the time zone that the browser's cookie names; None without one or for an unknown name."""
    named = next((request.COOKIES[name] for name in COOKIES if name in request.COOKIES), "")
    # Asked of a list, never of the file system: a cookie can say anything.
    return ZoneInfo(named) if named in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
