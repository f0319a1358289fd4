"""What Django answers when no view does: a problem document under /api/, everywhere else its page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from sessions.contract.problems import plain_problem

API: Final = "/api/"
Page = Callable[..., HttpResponse]


def _or_page(page: Page, code: str) -> Page:
    @wraps(page)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if f"{request.path_info}/".startswith(API):
            return plain_problem(code, STATUS[page])
        return page(request, *args, **kwargs)

    return answer


STATUS: Final = {
    defaults.bad_request: 400,
    defaults.permission_denied: 403,
    defaults.page_not_found: 404,
    defaults.server_error: 500,
}
# Whatever is wrong before an operation is reached: a host that is not ours, a body that cannot be read.
bad_request = _or_page(defaults.bad_request, "frame.invalid")
permission_denied = _or_page(defaults.permission_denied, "seat.not_allowed")
page_not_found = _or_page(defaults.page_not_found, "item.not_found")
# What nobody foresaw. It is in the log, and whoever asked may ask again.
server_error = _or_page(defaults.server_error, "service.unavailable")
