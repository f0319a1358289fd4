"""Redis that does not answer is left alone until it does: the first to ask waits for a moment, and nobody after them.

Nothing that is lost with it is needed to go on: limits are counted in each process meanwhile, and the sweep finds what
no hint has told. So waiting for it is never worth a request, least of all that of somebody who wants to leave.
"""

import logging
import threading
from typing import Final

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# For how long anybody waits for an answer, and how often Redis is asked in the background while it gives none.
PATIENCE: Final = 0.5
ASKED_EVERY: Final = 1.0

_guard = threading.Lock()
_is_away = threading.Event()


def is_away() -> bool:
    """Tell whether Redis is known not to answer."""
    return _is_away.is_set()


def failed(problem: BaseException) -> None:
    """Leave Redis alone from now on, until it answers somebody for whom nobody waits."""
    with _guard:
        if _is_away.is_set():
            return
        _is_away.set()
        threading.Thread(target=_ask_until_it_answers, name="redis-probe", daemon=True).start()
    logger.warning("Redis does not answer: %s", type(problem).__name__)


def never_again() -> Retry:
    """Return how often to try once more what failed: not at all."""
    return Retry(NoBackoff(), 0)


def _ask_until_it_answers() -> None:
    pause = threading.Event()
    while not answers():
        pause.wait(ASKED_EVERY)
    _is_away.clear()
    logger.warning("Redis answers again")


def answers() -> bool:
    """Ask Redis whether it is there."""
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=never_again()
        ) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False
