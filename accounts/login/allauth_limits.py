"""When what allauth limits works again, which it tells nobody."""

import math
import time
from collections.abc import Iterator

from allauth.account import app_settings as account_settings
from allauth.core.internal import ratelimit
from allauth.mfa import app_settings as mfa_settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from cycleproject.web.limits import too_many_page


def seconds_until_open(request: HttpRequest, key: str = "") -> int:
    """Return in how many seconds no limit that this request has used up holds any more; ``key`` is of whom it is."""
    return max([1, *_waits(request, key)])


def answer_too_many(request: HttpRequest) -> HttpResponse:
    """Answer with our page for status 429 where allauth refuses."""
    return too_many_page(request, seconds_until_open(request))


def _waits(request: HttpRequest, key: str) -> Iterator[int]:
    now = time.time()
    for app, limits in (
        ("allauth.account", account_settings.RATE_LIMITS),
        ("allauth.mfa", mfa_settings.RATE_LIMITS),
    ):
        for action in limits:
            for rate in ratelimit.get_rates(app=app, action=action):
                if (rate.per == "key" and not key) or (rate.per == "user" and not request.user.is_authenticated):
                    continue
                kept = ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key)
                times = cache.get(kept, [])[: rate.amount]  # newest first
                if len(times) == rate.amount and (wait := times[-1] + rate.duration - now) > 0:
                    yield math.ceil(wait)
