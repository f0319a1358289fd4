"""Middleware that prolongs a login in use, hides a guest from allauth, and answers whoever has gone meanwhile.

Hidden, a guest may sign up or log in to an account they have: allauth shows its pages to nobody who is logged in, and a
guest is. They stay logged in as the guest until another login takes its place: a mistyped code or a form that is left
must not cost them the check-in they sit in.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.person.current_person import current_person, is_gone
from accounts.session_store import SessionStore
from cycleproject.web.limits import RateLimited, account_limit, too_many_page

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

PREFIX = "/accounts/"


class ProlongingSessionMiddleware(SessionMiddleware):
    """Django's own, which knows the token of a cookie from the key that is stored, and prolongs a login in use."""

    def process_request(self, request: HttpRequest) -> None:
        """Find the session of the cookie."""
        request.session = SessionStore.presented(request.COOKIES.get(settings.SESSION_COOKIE_NAME))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Store what has changed; prolong what has not, where that is due. The cookie holds the token."""
        session = request.session
        assert isinstance(session, SessionStore)
        if session.accessed and not session.modified and session.is_due():
            session.prolong()
            response.set_cookie(
                settings.SESSION_COOKIE_NAME,
                session.token or "",
                max_age=session.get_expiry_age(),
                domain=settings.SESSION_COOKIE_DOMAIN,
                path=settings.SESSION_COOKIE_PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=settings.SESSION_COOKIE_HTTPONLY,
                samesite=settings.SESSION_COOKIE_SAMESITE,  # type: ignore[arg-type]
            )
        answer: HttpResponse = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie.value and cookie.value == session.session_key and session.token:
            cookie.set(settings.SESSION_COOKIE_NAME, session.token, session.token)
        return answer


@sync_and_async_middleware
def hide_guest_from_allauth(get_response: Handler) -> Handler:
    """Make ``request.user`` anonymous for guests under /accounts/, and keep the guest in ``request.guest``."""

    def hidden(request: HttpRequest) -> HttpRequest:
        if request.path_info.startswith(PREFIX):
            somebody = request.user
            # Lazily: asking who is logged in asks the database, which no middleware may do in the event loop.
            request.user = SimpleLazyObject(partial(_anonymous_if_guest, somebody))  # type: ignore[assignment]
            request.guest = SimpleLazyObject(partial(_guest, somebody))  # type: ignore[attr-defined]
        return request

    if iscoroutinefunction(get_response):

        async def later(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(hidden(request))
            return response

        return later

    def now(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return get_response(hidden(request))

    return now


class AccountLimitMiddleware:
    """Count what is posted to allauth's pages by household and site, as all other limits are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse with status 429."""
        if request.method == "POST" and request.path_info.startswith(PREFIX):
            try:
                account_limit().spend(request)
            except RateLimited as too_many:
                return too_many_page(request, too_many.retry_after)
        return self.get_response(request)


def hidden_guest(request: HttpRequest) -> User | None:
    """Return the guest behind a request to one of allauth's pages, if there is one."""
    guest = getattr(request, "guest", None)
    return User.objects.get(pk=guest.pk) if guest else None


def _guest(somebody: User | AnonymousUser) -> User | None:
    return somebody if isinstance(somebody, User) and somebody.is_guest else None


def _anonymous_if_guest(somebody: User | AnonymousUser) -> User | AnonymousUser:
    return AnonymousUser() if _guest(somebody) else somebody


class GoneMeanwhileMiddleware(MiddlewareMixin):
    """Leads home whoever was deleted while a page of theirs was on its way, as everybody whom nobody knows."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what failed for that reason; while the database is away nobody can be asked for."""
        if isinstance(exception, (OperationalError, InterfaceError)):
            return None
        return redirect("home") if is_gone(getattr(request, "guest", None) or current_person(request)) else None
