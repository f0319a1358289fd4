"""Rate limits: on joining and guessing codes per household on the net, on API requests per person.

None is counted by what somebody types, such as an e-mail address or a code, so that nobody can lock somebody else out.
"""

import contextlib
import hashlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, Protocol
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cycleproject.web.guessing import BRAKE_AT_HOUSEHOLDS, HOUR_SECONDS, WINDOW_SECONDS, WRONG_WHILE_BRAKED, wrong_codes
from cycleproject.web.network import Prefix, prefixes

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
class Counter:
    """What has been spent under one key: so much may be, in a window of seconds that begins with the first."""

    key: str
    amount: int
    seconds: int

    def add_one(self) -> None:
        """Count one more."""
        window = int((time.time() + self.seconds) * 1000) * _SPENT
        cache.add(self.key, window, self.seconds)
        try:
            cache.incr(self.key)
        except ValueError:  # it expired in between: a new window
            cache.set(self.key, window + 1, self.seconds)

    def wait(self) -> int:
        """Return in how many seconds there is some left again; zero where there is."""
        held = cache.get(self.key, 0)
        # Others may be able to write to Redis: what is no count counts nothing.
        ends, spent = divmod(held, _SPENT) if isinstance(held, int) else (0, 0)
        if spent < self.amount:
            return 0
        return max(1, min(self.seconds, math.ceil(ends / 1000 - time.time())))


@dataclass(frozen=True)
class Limit:
    """So many times in a window of seconds, counted per household on the net, or per person where one is given.

    The households of one site share a looser one (see ``network.prefixes``).
    """

    name: str
    amount: int
    seconds: int = WINDOW_SECONDS

    def spend(self, request: HttpRequest, person: UUID | None = None) -> None:
        """Count one use against the limit. Raises RateLimited."""
        self.check(request, person)
        for counter in self.counted(request, person):
            counter.add_one()

    def check(self, request: HttpRequest, person: UUID | None = None) -> None:
        """Raise RateLimited if the limit is used up; count nothing."""
        if wait := max(counter.wait() for counter in self.asked(request, person)):
            raise RateLimited(wait)

    def counted(self, request: HttpRequest, person: UUID | None) -> list[Counter]:
        """Return what one use is counted in."""
        if person:
            return [Counter(f"limit:{self.name}:{person}", self.amount, self.seconds)]
        return self._by_prefix(request, self.amount, self.seconds)

    def asked(self, request: HttpRequest, person: UUID | None) -> list[Counter]:
        """Return what must not be used up."""
        return self.counted(request, person)

    def _by_prefix(self, request: HttpRequest, amount: int, seconds: int) -> list[Counter]:
        return [
            Counter(f"limit:{self.name}:{seconds}:{one.name}", amount * one.households, seconds)
            for one in asker_prefixes(request)
        ]


class WrongCodes(Limit):
    """The limit on codes that open nothing, which grows strict once wrong ones pile up from everywhere.

    Whoever guesses from thousands of addresses is under the limit at each. Then few wrong ones an hour are left to each
    address: whoever holds the right code has not guessed before, so it opens for them as ever.
    """

    def counted(self, request: HttpRequest, person: UUID | None) -> list[Counter]:
        """Return what a wrong code is counted in: here, here within the hour, and everywhere."""
        return [*super().counted(request, person), *self._while_braked(request), self._everywhere()]

    def asked(self, request: HttpRequest, person: UUID | None) -> list[Counter]:
        """Return what must not be used up: the hour counts only while wrong codes pile up everywhere."""
        braked = self._while_braked(request) if self._everywhere().wait() else []
        return [*super().counted(request, person), *braked]

    def _while_braked(self, request: HttpRequest) -> list[Counter]:
        return self._by_prefix(request, WRONG_WHILE_BRAKED, HOUR_SECONDS)

    def _everywhere(self) -> Counter:
        return Counter(f"limit:{self.name}:everywhere", settings.JOIN_RATE * BRAKE_AT_HOUSEHOLDS, self.seconds)


def asker_prefixes(request: HttpRequest) -> tuple[Prefix, ...]:
    """Return the parts of the net that whoever asks is counted by, the narrowest first."""
    return prefixes(get_adapter(request).get_client_ip(request))


def join_limit() -> Limit:
    """Return the limit on starting and joining check-ins, per address."""
    return Limit("entering", settings.JOIN_RATE)


def wrong_code_limit() -> Limit:
    """Return the limit on codes and tokens that open nothing, per address: what makes guessing one hopeless."""
    return WrongCodes("wrong_codes", wrong_codes(settings.JOIN_RATE))


def sample_limit() -> Limit:
    """Return the limit on rounds that are tried alone, per address."""
    return Limit("trying", settings.JOIN_RATE)


def request_limit() -> Limit:
    """Return the limit on API requests per person: as many as one socket may send frames."""
    return Limit("asking", settings.FRAME_RATE * BURST_SECONDS, BURST_SECONDS)


def invitation_limit() -> Limit:
    """Return the limit on creating invitations, per address."""
    return Limit("inviting", max(20, settings.JOIN_RATE // 3))


def account_limit() -> Limit:
    """Return the limit on log-ins, second steps and what else is typed at the door of an account, per address.

    allauth counts each of them by household, and not by site.
    """
    return Limit("accounts", max(30, settings.JOIN_RATE // 2), 60)


def may_send_mail(email: str, request: HttpRequest) -> bool:
    """Count one more message to an e-mail address and tell whether it may be sent.

    Counted by e-mail and household together: by e-mail alone, anybody could use up what its owner needs.
    """
    keys = mail_keys(email, request)
    counts = {key: _mails(key) for key in keys}
    return all(counts[key] <= MAILS_PER_WINDOW * most for key, most in keys.items())


def mail_keys(email: str, request: HttpRequest) -> dict[str, int]:
    """Return what the messages to an e-mail address are counted by, and for how many households."""
    return {
        f"limit:mails:{hashlib.sha256(f'{one.name}:{email.lower()}'.encode()).hexdigest()}": one.households
        for one in asker_prefixes(request)
    }


def _mails(key: str) -> int:
    cache.add(key, 0, HOUR_SECONDS)
    try:
        sent: int = cache.incr(key)
    except ValueError:  # it expired in between: a new window
        cache.set(key, 1, HOUR_SECONDS)
        return 1
    return sent


def mail_was_not_sent(keys: Iterable[str]) -> None:
    """Take back the count of a message: who asks again, once the mail server is back, is to get one."""
    for key in keys:
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
