"""Middleware for a lost key: what cannot be opened is said in a sentence on the page, and is no fault of the server's.

Values that do not open are read as empty, so that everything else goes on (see cycleproject/unreadable.py). Whoever
would write over one, or needs what is in it, is refused; programs are told so by ``sessions.contract.problems``.
"""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from cycleproject import unreadable

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class LostKeysMiddleware:
    """Answers with a page of its own where a view came upon a value that it needs and that does not open."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Begin without anything that did not open."""
        unreadable.came_upon_unreadable.set(False)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that nothing was changed; 409, because asking again changes nothing either."""
        if isinstance(exception, unreadable.CannotOpen):
            return render(request, "cannot_open.html", status=409)
        return None
