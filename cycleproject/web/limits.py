"""Limits on guessing by address, and on hurry by person: nobody else is ever locked out by them."""

import hashlib
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


class TooMany(Exception):
    """Somebody has asked too often; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in a while, for each address; for each person where a person is named."""

    name: str
    amount: int
    seconds: int = WINDOW_SECONDS

    def spend(self, request: HttpRequest, person: UUID | None = None) -> None:
        """Count one. Raises TooMany."""
        self.check(request, person)
        key = self._key(request, person)
        cache.add(key, 0, self.seconds)
        try:
            cache.incr(key)
        except ValueError:  # it expired in between: a new window
            cache.set(key, 1, self.seconds)

    def check(self, request: HttpRequest, person: UUID | None = None) -> None:
        """Raise TooMany when there is nothing left to spend."""
        if cache.get(self._key(request, person), 0) >= self.amount:
            raise TooMany(self.seconds)

    def _key(self, request: HttpRequest, person: UUID | None) -> str:
        return f"limit:{self.name}:{person or get_adapter(request).get_client_ip(request)}"


def entering() -> Limit:
    """Return the limit on starting and joining."""
    return Limit("entering", settings.JOIN_RATE)


def wrong_codes() -> Limit:
    """Return the limit on codes that open nothing."""
    return Limit("wrong_codes", max(20, settings.JOIN_RATE // 3))


def asking() -> Limit:
    """Return the limit on what one person asks for: as much as one socket may."""
    return Limit("asking", settings.FRAME_RATE * BURST_SECONDS, BURST_SECONDS)


def inviting() -> Limit:
    """Return the limit on making invitations."""
    return Limit("inviting", max(20, settings.JOIN_RATE // 3))


def mails_to(email: str, request: HttpRequest) -> bool:
    """Tell whether one more message may go from here to an address, and count it.

    By both: counted by e-mail alone, anybody could use up what its owner needs.
    """
    asker = f"{get_adapter(request).get_client_ip(request)}:{email.lower()}"
    key = f"limit:mails:{hashlib.sha256(asker.encode()).hexdigest()}"
    cache.add(key, 0, MAILS_WINDOW_SECONDS)
    try:
        return cache.incr(key) <= MAILS_PER_WINDOW
    except ValueError:  # it expired in between: a new window
        cache.set(key, 1, MAILS_WINDOW_SECONDS)
        return True


class View(Protocol):
    """A Django view."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a request."""


def limited(view: View) -> View:
    """Answer 429 when this address has started, joined or guessed too often."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooMany as too_many:
            response = render(request, "429.html", status=429)
            response["Retry-After"] = str(too_many.retry_after)
            return response

    return answer
