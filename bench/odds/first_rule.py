"""The rule of directions that this one replaced, kept to be measured beside it: Mann and Kendall's test, asked anew at
every look, of four measures of which one is how often a couple checks in."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import sqrt
from typing import Final

from sessions.history.figures.cycles import PastRound
from sessions.history.figures.directions import Direction

ENOUGH: Final = 8
LATELY: Final = 40
ONCE_IN_TWENTY: Final = 1.96


def directions(rounds: Sequence[PastRound]) -> dict[str, Direction]:
    """Return what was said of rounds, given from the oldest to the newest."""
    caught = [one for one in rounds if one.caught]
    return {
        "intensity": _direction([sum(one.intensities) for one in rounds]),
        "reconnecting": _direction([took.total_seconds() for one in rounds if (took := one.time_to_reconnect)]),
        "sizes": _direction([one.size for one in caught if one.size]),
        "gaps": _direction([(later.opened_at - one.opened_at).total_seconds() for one, later in pairwise(caught)]),
    }


def _direction(values: Sequence[float]) -> Direction:
    latest = values[-LATELY:]
    if len(latest) < ENOUGH:
        return "too_early"
    score = _score(latest)
    if abs(score) < ONCE_IN_TWENTY:
        return "no_change"
    return "rising" if score > 0 else "falling"


def _score(values: Sequence[float]) -> float:
    signs = sum((later > one) - (later < one) for one, later in combinations(values, 2))
    variance = (_pairs(len(values)) - sum(_pairs(size) for size in Counter(values).values())) / 18
    return (signs + (signs < 0) - (signs > 0)) / sqrt(variance) if variance else 0.0


def _pairs(size: int) -> int:
    return size * (size - 1) * (2 * size + 5)
