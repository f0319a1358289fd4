"""What names a request that is sent twice: the browser that sends it, and a value that it carries once.

A form carries a nonce, and its browser an anonymous cookie that is set when the form is shown. Neither is a login, and
only both together name what was sent (see ``accounts.models.receipts``, which keeps what came of it for some minutes).
"""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import Any, Final

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.decorators import sync_and_async_middleware

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

FIELD: Final = "nonce"
CSRF_FIELD: Final = "csrfmiddlewaretoken"
SAYS_NOTHING: Final = (FIELD, CSRF_FIELD)
TOKEN_BYTES: Final = 16
_NONCE_LENGTH: Final = len(secrets.token_urlsafe(TOKEN_BYTES))
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22,64}")


def new_nonce(request: HttpRequest) -> str:
    """Return a nonce for a form on the page that is being made; its browser is given the cookie with the answer."""
    know_browser(request)
    nonce = secrets.token_urlsafe(TOKEN_BYTES)
    user = getattr(request, "user", None)
    return nonce + _mark_of(nonce, user.pk) if user is not None and user.is_authenticated else nonce


def know_browser(request: HttpRequest) -> None:
    """Let a browser have its cookie with the answer, if it has none yet."""
    if not _browser(request):
        request.new_browser = secrets.token_urlsafe(TOKEN_BYTES)  # type: ignore[attr-defined]


def owner_of(nonce: str) -> str:
    """Return the mark of whoever a nonce was made for: nobody else's, and it tells nobody who that is."""
    return nonce[_NONCE_LENGTH:] if _TOKEN.fullmatch(nonce) else ""


def is_nonce_of(nonce: str, person: object) -> bool:
    """Tell whether a nonce was made for this person."""
    return constant_time_compare(owner_of(nonce), _mark_of(nonce[:_NONCE_LENGTH], person))


def _mark_of(nonce: str, person: object) -> str:
    made = salted_hmac("cycleproject.web.idempotency.owner", f"{nonce}\n{person}", algorithm="sha256").digest()
    return urlsafe_b64encode(made[:TOKEN_BYTES]).rstrip(b"=").decode()


def form_key(request: HttpRequest) -> str | None:
    """Return what names this sending of a form; None where the page or the browser has none of it."""
    browser, nonce = _browser(request), request.POST.get(FIELD, "")
    if not browser or not _TOKEN.fullmatch(nonce):
        return None
    return _digest("form", browser, nonce, request.path_info)


def words_key(request: HttpRequest) -> str | None:
    """Return what names this sending of a form with these words: whoever goes back and writes others sends others."""
    key = form_key(request)
    return None if key is None else _digest("words", key, _said(request))


def page_key(request: HttpRequest) -> str | None:
    """Return what names this sending of a form that has no nonce of ours, with these words.

    Its CSRF token is written anew for every page, which makes it as good a name.
    """
    browser, token = _browser(request), request.POST.get(CSRF_FIELD, "")
    if not browser or not _TOKEN.fullmatch(token):
        return None
    return _digest("page", browser, token, request.path_info, _said(request))


def _said(request: HttpRequest) -> str:
    return repr(sorted((name, *values) for name, values in request.POST.lists() if name not in SAYS_NOTHING))


def visit_key(request: HttpRequest) -> str:
    """Return what names a browser at an address, whatever form it sends; empty where it has no cookie."""
    browser = _browser(request)
    return _digest("visit", browser, request.path_info) if browser else ""


def op_key(request: HttpRequest, op: str | None, person: object = None) -> str | None:
    """Return what names a request of the API by the ``op`` that its client chose; None where it chose none."""
    return None if op is None else _digest("op", op, request.method or "", request.path_info, str(person))


def proxy_key(request: HttpRequest, said: str, person: object) -> str | None:
    """Return what names a request that a proxy may repeat: the id that it gave it, and everything that it says."""
    given = request.headers.get("X-Request-Id", "")
    if not _TOKEN.fullmatch(given):
        return None
    return _digest("proxy", given, request.method or "", request.path_info, str(person), said)


def secret_from(key: str | None) -> str:
    """Return a secret to hand out, the same one each time for the same request; no copy of the database tells it."""
    if key is None:
        return secrets.token_urlsafe(TOKEN_BYTES)
    made = salted_hmac("cycleproject.web.idempotency", key, algorithm="sha256").digest()[:TOKEN_BYTES]
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def forget_browser(request: HttpRequest | None, **_: Any) -> None:
    """Take a browser for another from now on: whoever comes after somebody who has logged out repeats nothing."""
    if request is not None:
        request.new_browser = secrets.token_urlsafe(TOKEN_BYTES)  # type: ignore[attr-defined]


@sync_and_async_middleware
def know_browsers(get_response: Handler) -> Handler:
    """Give a browser its cookie, where a page with a nonce was made for it."""
    if iscoroutinefunction(get_response):

        async def later(request: HttpRequest) -> HttpResponseBase:
            return _with_cookie(request, await get_response(request))

        return later

    def now(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        return _with_cookie(request, response)

    return now


def _with_cookie(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    browser: str | None = getattr(request, "new_browser", None)
    if browser:
        response.set_cookie(
            settings.BROWSER_COOKIE_NAME,
            browser,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _browser(request: HttpRequest) -> str:
    browser = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    return browser if _TOKEN.fullmatch(browser) else ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
