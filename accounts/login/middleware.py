"""Under /accounts/ a guest counts as nobody yet, so that they can sign up, or log in to an account they have.

They stay logged in as the guest until another login takes its place: a code that is mistyped or a form that is left
must not cost them the check-in they sit in.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from asgiref.sync import iscoroutinefunction
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

from accounts.models import User

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

PREFIX = "/accounts/"


@sync_and_async_middleware
def guests_at_the_door(get_response: Handler) -> Handler:
    """Let the pages of allauth see a guest as nobody."""

    def seen(request: HttpRequest) -> HttpRequest:
        if request.path_info.startswith(PREFIX):
            somebody = request.user
            # Lazily: asking who is logged in asks the database, which no middleware may do in the event loop.
            request.user = SimpleLazyObject(partial(_seen_at_the_door, somebody))  # type: ignore[assignment]
            request.guest = SimpleLazyObject(partial(_guest, somebody))  # type: ignore[attr-defined]
        return request

    if iscoroutinefunction(get_response):

        async def later(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(seen(request))
            return response

        return later

    def now(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return get_response(seen(request))

    return now


def guest_at_the_door(request: HttpRequest) -> User | None:
    """Return the guest who asks for a page of allauth."""
    guest = getattr(request, "guest", None)
    return User.objects.get(pk=guest.pk) if guest else None


def _guest(somebody: User | AnonymousUser) -> User | None:
    return somebody if isinstance(somebody, User) and somebody.is_guest else None


def _seen_at_the_door(somebody: User | AnonymousUser) -> User | AnonymousUser:
    return AnonymousUser() if _guest(somebody) else somebody
