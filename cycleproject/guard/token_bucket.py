"""A token bucket: so many a second, and a burst of three times that."""

import time
from typing import Final

BURST_FACTOR: Final = 3


class TokenBucket:
    """How much is left of an allowance that fills up again with time."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._left = float(rate * BURST_FACTOR)
        self._at = time.monotonic()

    def spend(self) -> bool:
        """Take one; tell whether it was there."""
        now = time.monotonic()
        self._left = min(self._left + (now - self._at) * self._rate, float(self._rate * BURST_FACTOR))
        self._at = now
        self._left -= 1
        return self._left >= 0
