"""Limits on guessing, by address: nobody else's login or code is ever locked by them."""

from dataclasses import dataclass
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS: Final = 600


class TooMany(Exception):
    """This address has asked too often; ``retry_after`` is in seconds."""

    retry_after = WINDOW_SECONDS


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times per address and ten minutes."""

    name: str
    amount: int

    def spend(self, request: HttpRequest) -> None:
        """Count one. Raises TooMany."""
        self.check(request)
        key = self._key(request)
        cache.add(key, 0, WINDOW_SECONDS)
        try:
            cache.incr(key)
        except ValueError:  # it expired in between: a new window
            cache.set(key, 1, WINDOW_SECONDS)

    def check(self, request: HttpRequest) -> None:
        """Raise TooMany when there is nothing left to spend."""
        if cache.get(self._key(request), 0) >= self.amount:
            raise TooMany

    def _key(self, request: HttpRequest) -> str:
        return f"limit:{self.name}:{get_adapter(request).get_client_ip(request)}"


def entering() -> Limit:
    """Return the limit on starting and joining."""
    return Limit("entering", settings.JOIN_RATE)


def wrong_codes() -> Limit:
    """Return the limit on codes that open nothing."""
    return Limit("wrong_codes", max(20, settings.JOIN_RATE // 3))
