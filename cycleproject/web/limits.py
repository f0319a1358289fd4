"""Rate limits: on joining and guessing codes per network address, on API requests per person.

None is counted by what somebody types, such as an e-mail address or a code, so that nobody can lock somebody else out.
"""

import contextlib
import hashlib
import math
import time
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, Protocol
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

WINDOW_SECONDS: Final = 600
MAILS_WINDOW_SECONDS: Final = 3600
MAILS_PER_WINDOW: Final = 5
BURST_SECONDS: Final = 3
# One number holds when a window ends, in milliseconds, and what has been spent in it: both are counted in one step.
_SPENT: Final = 1_000_000


class RateLimited(Exception):
    """A limit is used up; ``retry_after`` says in how many seconds it opens again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in a window of seconds, counted per network address, or per person where one is given."""

    name: str
    amount: int
    seconds: int = WINDOW_SECONDS

    def spend(self, request: HttpRequest, person: UUID | None = None) -> None:
        """Count one use against the limit. Raises RateLimited."""
        self.check(request, person)
        key = self._key(request, person)
        window = int((time.time() + self.seconds) * 1000) * _SPENT
        cache.add(key, window, self.seconds)
        try:
            cache.incr(key)
        except ValueError:  # it expired in between: a new window
            cache.set(key, window + 1, self.seconds)

    def check(self, request: HttpRequest, person: UUID | None = None) -> None:
        """Raise RateLimited if the limit is used up; count nothing."""
        ends, spent = divmod(cache.get(self._key(request, person), 0), _SPENT)
        if spent >= self.amount:
            raise RateLimited(max(1, min(self.seconds, math.ceil(ends / 1000 - time.time()))))

    def _key(self, request: HttpRequest, person: UUID | None) -> str:
        return f"limit:{self.name}:{person or get_adapter(request).get_client_ip(request)}"


def join_limit() -> Limit:
    """Return the limit on starting and joining check-ins, per address."""
    return Limit("entering", settings.JOIN_RATE)


def wrong_code_limit() -> Limit:
    """Return the limit on codes and tokens that open nothing, per address: what makes guessing one hopeless."""
    return Limit("wrong_codes", max(20, settings.JOIN_RATE // 3))


def request_limit() -> Limit:
    """Return the limit on API requests per person: as many as one socket may send frames."""
    return Limit("asking", settings.FRAME_RATE * BURST_SECONDS, BURST_SECONDS)


def invitation_limit() -> Limit:
    """Return the limit on creating invitations, per address."""
    return Limit("inviting", max(20, settings.JOIN_RATE // 3))


def may_send_mail(email: str, request: HttpRequest) -> bool:
    """Count one more message to an e-mail address and tell whether it may be sent.

    Counted by e-mail and network address together: by e-mail alone, anybody could use up what its owner needs.
    """
    key = mail_key(email, request)
    cache.add(key, 0, MAILS_WINDOW_SECONDS)
    try:
        return cache.incr(key) <= MAILS_PER_WINDOW
    except ValueError:  # it expired in between: a new window
        cache.set(key, 1, MAILS_WINDOW_SECONDS)
        return True


def mail_key(email: str, request: HttpRequest) -> str:
    """Return what the messages to an e-mail address are counted by."""
    asker = f"{get_adapter(request).get_client_ip(request)}:{email.lower()}"
    return f"limit:mails:{hashlib.sha256(asker.encode()).hexdigest()}"


def mail_was_not_sent(key: str) -> None:
    """Take back the count of a message: who asks again, once the mail server is back, is to get one."""
    with contextlib.suppress(ValueError):  # it expired in between
        cache.incr(key, -1)


class View(Protocol):
    """The type of a view that ``rate_limited`` can wrap."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the response to a request."""


def rate_limited(view: View) -> View:
    """Wrap a view so that RateLimited is answered with the page for status 429 and a Retry-After header."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RateLimited as too_many:
            return too_many_page(request, too_many.retry_after)

    return answer


def too_many_page(request: HttpRequest, retry_after: int) -> HttpResponse:
    """Answer with the page for status 429, which says when it works again."""
    response = render(request, "429.html", {"minutes": math.ceil(retry_after / 60)}, status=429)
    response["Retry-After"] = str(retry_after)
    return response
