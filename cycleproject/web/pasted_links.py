"""Links as chats and mails pass them on: with a full stop, a bracket or a quotation mark that was behind them."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import is_valid_path
from django.utils.decorators import sync_and_async_middleware
from django.utils.encoding import iri_to_uri

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

# None of these ends an address or a token of ours.
BEHIND: Final = re.compile(r"[^\w/=~-]+/?$")
WITHOUT_PAGES: Final = ("/api/", "/static/")


@sync_and_async_middleware
def forgive_what_stands_behind(get_response: Handler) -> Handler:
    """Lead from an address where nothing is to the one without what stands behind it, if there is such a page."""
    if iscoroutinefunction(get_response):

        async def later(request: HttpRequest) -> HttpResponseBase:
            return _without_it(request, await get_response(request))

        return later

    def now(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        return _without_it(request, response)

    return now


def _without_it(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    path = request.path_info
    meant = BEHIND.sub("", path)
    if response.status_code != 404 or meant == path or request.method not in ("GET", "HEAD"):
        return response
    if not meant.endswith("/"):
        meant += "/"
    if meant.startswith(WITHOUT_PAGES) or not is_valid_path(meant):
        return response
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(iri_to_uri(f"{meant}?{query}" if query else meant))
