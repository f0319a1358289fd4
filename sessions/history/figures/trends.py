"""Whether something has moved over time, and which way: a pure function of revealed rounds.

The test is Mann and Kendall's: count the pairs of which the later one is larger, less those of which it is smaller,
and ask whether chance alone would give as much. It looks at order alone, because an intensity is a place on a scale
and no amount, and because one very long silence must not decide. It needs no library: ``_score`` is a few lines.
A direction is named only from ``ENOUGH`` values on and where chance gives it less than once in twenty times; with so
few values "no change" is the usual answer, and a good one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise
from math import sqrt
from statistics import median
from typing import Final, Literal

from sessions.history.figures.cycles import ENOUGH as ENOUGH_CYCLES
from sessions.history.figures.cycles import PastRound, Run, in_order

Direction = Literal["too_early", "no_change", "rising", "falling"]

# Below eight values the normal approximation is not to be trusted.
ENOUGH: Final = 8
# Older rounds say how it was, not how it is moving.
LATELY: Final = 40
ONCE_IN_TWENTY: Final = 1.96


def direction(values: Sequence[float]) -> Direction:
    """Return which way values moved from the oldest to the newest."""
    latest = values[-LATELY:]
    if len(latest) < ENOUGH:
        return "too_early"
    score = _score(latest)
    if abs(score) < ONCE_IN_TWENTY:
        return "no_change"
    return "rising" if score > 0 else "falling"


def _score(values: Sequence[float]) -> float:
    """Return Mann and Kendall's Z, with the variance corrected for ties."""
    signs = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    ties = Counter(values).values()
    variance = (_pairs(len(values)) - sum(_pairs(size) for size in ties)) / 18
    if variance == 0:
        return 0.0
    # One step towards zero, because signs move by whole steps and the approximation does not.
    towards_zero = (signs < 0) - (signs > 0)
    return (signs + towards_zero) / sqrt(variance)


def _pairs(size: int) -> int:
    return size * (size - 1) * (2 * size + 5)


@dataclass(frozen=True, slots=True)
class Trends:
    """What has moved, for both of the two together."""

    gaps: Direction
    intensity: Direction
    sizes: Direction
    reconnecting: Direction

    @property
    def escalating(self) -> tuple[str, ...]:
        """Name the signs that it is getting harder."""
        signs = {
            "gaps": self.gaps == "falling",
            "intensity": self.intensity == "rising",
            "sizes": self.sizes == "falling",
        }
        return tuple(name for name, seen in signs.items() if seen)

    @property
    def calming(self) -> tuple[str, ...]:
        """Name the signs that it is getting calmer."""
        signs = {"intensity": self.intensity == "falling", "reconnecting": self.reconnecting == "falling"}
        return tuple(name for name, seen in signs.items() if seen)


@dataclass(frozen=True, slots=True)
class Cycling:
    """How many complete cycles there are, and from three on how they usually go."""

    count: int
    rounds: float | None = None
    length: timedelta | None = None
    gap: timedelta | None = None
    time_to_reconnect: timedelta | None = None

    @property
    def too_early(self) -> bool:
        """Tell whether there are too few to say how they go."""
        return self.count < ENOUGH_CYCLES


def trends(rounds: Iterable[PastRound]) -> Trends:
    """Return what has moved over the rounds."""
    ordered = in_order(rounds)
    caught = [one for one in ordered if one.caught]
    return Trends(
        gaps=direction([_seconds(later.opened_at - one.opened_at) for one, later in pairwise(caught)]),
        intensity=direction([sum(one.intensities) for one in ordered]),
        sizes=direction([one.size for one in caught if one.size]),
        reconnecting=direction([_seconds(took) for one in ordered if (took := one.time_to_reconnect)]),
    )


def cycling(complete: Sequence[Run]) -> Cycling:
    """Return how complete cycles usually go: the middle one of each measure."""
    if len(complete) < ENOUGH_CYCLES:
        return Cycling(len(complete))
    times = [took for run in complete for one in run.rounds if (took := one.time_to_reconnect)]
    return Cycling(
        count=len(complete),
        rounds=median(len(run.rounds) for run in complete),
        length=_median(run.length for run in complete),
        gap=_median(run.gap for run in complete),
        time_to_reconnect=_median(times),
    )


def linked(found: Iterable[Run]) -> list[Run]:
    """Return the runs of more than one round: what a chart draws as a band."""
    return [run for run in found if len(run.rounds) > 1]


def _median(spells: Iterable[timedelta | None]) -> timedelta | None:
    seconds = [_seconds(spell) for spell in spells if spell is not None]
    return timedelta(seconds=median(seconds)) if seconds else None


def _seconds(spell: timedelta) -> float:
    return spell.total_seconds()
