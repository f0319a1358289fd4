"""The rule by which a direction is named: a pure function of values in time. docs/directions.md tells it in words.

The newest check-ins are compared with those before them, by rank: how often does a newer value stand above an earlier
one? It looks at order alone, because an intensity is a place on a scale and no amount, and because one very long
silence must not decide. Whoever looks at something every week of a year will see it move by chance; and moods last, so
that one hard evening makes the next one likelier. ``LOOK_AGAIN``, ``THRESHOLDS`` and ``inflation`` are for that:
``python -m bench.odds`` counts how often a couple in whom nothing changes is told that something did.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Final, Literal

VERSION: Final = 2
Direction = Literal["too_early", "no_change", "rising", "falling"]
Measure = Literal["intensity", "reconnecting", "sizes", "repeats"]

# Below this many check-ins, half of which are the newest, nothing is said.
ENOUGH: Final = 24
NEWEST: Final = 24
# Older ones say how it was long ago.
COMPARED: Final = 104
# In how many looks on end a direction must show, and for how long it then stays said and cannot be contradicted.
LOOK_AGAIN: Final = 2
STAYS_SAID: Final = timedelta(weeks=4)
# How far from chance: strict enough for all four measures and all looks of a year together.
THRESHOLDS: Final[Mapping[Measure, float]] = {"intensity": 3.4, "reconnecting": 4.0, "sizes": 4.0, "repeats": 4.0}
# No more is taken for mood: a step as clean as can be is none.
MOST_LASTING: Final = 0.4
NEAR: Final = 1
FAR: Final = (3, 4, 5, 6)

# A look is at the end of a week, the same moment for both: Monday, midnight, UTC.
WEEK: Final = timedelta(weeks=1)
SOME_MONDAY: Final = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CheckInValue:
    """What one check-in says of a measure, with how many of its rounds."""

    at: datetime
    value: float
    rounds: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """What was said at the end of one week, and by which values: ``earlier``, ``newer`` and ``end`` are places."""

    at: datetime
    direction: Direction
    earlier: int
    newer: int
    end: int


def weekly_looks(values: Sequence[CheckInValue], threshold: float, now: datetime) -> Iterator[Look]:
    """Yield one look for each week with values that has ended, given values from the oldest to the newest."""
    window = _Window([one.value for one in values])
    shown: list[int] = []
    said: Look | None = None
    for at, end in _week_ends(values, now):
        window.move_to(end)
        if end - window.earlier < ENOUGH:
            yield Look(at, "too_early", window.earlier, window.newer, end)
            continue
        shown = [*shown[1 - LOOK_AGAIN :], window.sign(threshold)]
        lasts = len(shown) == LOOK_AGAIN and len(set(shown)) == 1
        way: Direction = "no_change" if not (lasts and shown[0]) else "rising" if shown[0] > 0 else "falling"
        holds = said is not None and at - said.at < STAYS_SAID
        if way != "no_change" and (not holds or (said and said.direction == way)):
            said = Look(at, way, window.earlier, window.newer, end)
        elif not holds:
            said = None
        yield said or Look(at, "no_change", window.earlier, window.newer, end)


def last_look(values: Sequence[CheckInValue], threshold: float, now: datetime) -> Look | None:
    """Return what the last look said that there was by now; None before the first week with values is over."""
    last = deque(weekly_looks(values, threshold, now), maxlen=1)
    return last[0] if last else None


def _week_ends(values: Sequence[CheckInValue], now: datetime) -> Iterator[tuple[datetime, int]]:
    """Yield the end of each week that has values and is over, and how many values there were by then."""
    weeks = [(one.at - SOME_MONDAY) // WEEK for one in values]
    for place, week in enumerate(weeks, start=1):
        at = SOME_MONDAY + (week + 1) * WEEK
        if at > now:
            return
        if place == len(weeks) or weeks[place] != week:
            yield at, place


class _Window:
    """The values that are compared, counted by value, so that the next look costs only what is new."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = values
        self.earlier = self.newer = self.end = 0
        self._before: Counter[float] = Counter()
        self._lately: Counter[float] = Counter()

    def move_to(self, end: int) -> None:
        """Let the window end before this place."""
        earlier = max(0, end - COMPARED)
        newer = end - min(NEWEST, (end - earlier) // 2)
        self._lately.update(self.values[self.end : end])
        moved = self.values[self.newer : newer]
        self._lately.subtract(moved)
        self._before.update(moved)
        self._before.subtract(self.values[self.earlier : earlier])
        self.earlier, self.newer, self.end = earlier, newer, end

    def sign(self, threshold: float) -> int:
        """Return 1 where the newest stand above those before, -1 where below, 0 where chance would give as much."""
        score = _score(self._before, self._lately)
        if abs(score) < threshold:
            return 0
        if abs(score) < threshold * inflation(self.values[self.earlier : self.end]):
            return 0
        return 1 if score > 0 else -1


def window_score(before: Iterable[float], lately: Iterable[float]) -> float:
    """Return Mann and Whitney's Z of newer values against earlier ones, with the variance corrected for ties."""
    return _score(Counter(before), Counter(lately))


def _score(before: Counter[float], lately: Counter[float]) -> float:
    above, ties, passed = 0.0, 0, 0
    for value in sorted({*before, *lately}):
        was, now = before[value], lately[value]
        above += now * (passed + was / 2)
        passed += was
        ties += (was + now) ** 3 - (was + now)
    newer = lately.total()
    size = passed + newer
    variance = passed * newer / 12 * (size + 1 - ties / (size * (size - 1)))
    return (above - passed * newer / 2) / sqrt(variance) if variance > 0 else 0.0


def inflation(values: Sequence[float]) -> float:
    """Return by how much moods that last widen what chance gives.

    How much less neighbours differ than values some places apart: a slow drift changes neither much, so that the very
    change that is looked for is not taken for a mood.
    """
    far = sum(_difference(values, apart) for apart in FAR) / len(FAR)
    if far == 0:
        return 1.0
    lasting = min(MOST_LASTING, max(0.0, 1 - _difference(values, NEAR) / far))
    return sqrt((1 + lasting) / (1 - lasting))


def _difference(values: Sequence[float], apart: int) -> float:
    """Return the mean squared difference of values so many places apart."""
    return sum((later - one) ** 2 for one, later in zip(values, values[apart:], strict=False)) / (len(values) - apart)
