"""Where things stand in the charts of one line over time: how long until back in contact, and how much relief."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from typing import Final

from sessions.history.figures.charts import Layout, number

LINE_TOP: Final = 16
LINE_BOTTOM: Final = 176
LINE_WIDE: Final = Layout(width=520, slots=10, first=112, margin=28)
LINE_PHONE: Final = Layout(width=340, slots=6, first=102, margin=28)
# Every second date has room under a line.
DATE_EVERY: Final = 2

SPELLS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=4),
    timedelta(days=14),
)
RELIEFS: Final = range(5)


@dataclass(frozen=True, slots=True)
class Point:
    """One value."""

    x: str
    y: str
    at: datetime
    dated: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A level of the scale: how high, and what it stands for (seconds, or a relief)."""

    y: str
    value: float


@dataclass(frozen=True, slots=True)
class LineChart:
    """The newest values, oldest left."""

    width: int
    path: str
    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    left: str
    right: str


def reconnecting_chart(spells: Sequence[tuple[datetime, timedelta]], layout: Layout) -> LineChart:
    """Lay out how long it took to be back in contact. The scale is one of ratios: from ten minutes to days."""
    shown = [(at, max(60.0, spell.total_seconds())) for at, spell in spells[-layout.slots :]]
    values = [value for _, value in shown]
    seconds = [spell.total_seconds() for spell in SPELLS]
    low = max((tick for tick in seconds if tick <= min(values)), default=seconds[0])
    high = min((tick for tick in seconds if tick >= max(values) and tick > low), default=max(max(values), 2 * low))
    ticks = [tick for tick in seconds if low <= tick <= high]

    def y(value: float) -> float:
        return LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * log(value / low) / log(high / low)

    return _line(shown, layout, [Tick(number(y(tick)), tick) for tick in ticks], y)


def relief_chart(reliefs: Sequence[tuple[datetime, int]], layout: Layout) -> LineChart:
    """Lay out how much relief there was."""

    def y(value: float) -> float:
        return LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * value / RELIEFS[-1]

    return _line(reliefs[-layout.slots :], layout, [Tick(number(y(relief)), relief) for relief in RELIEFS], y)


def _line(
    shown: Sequence[tuple[datetime, float]], layout: Layout, ticks: Sequence[Tick], y: Callable[[float], float]
) -> LineChart:
    last = len(shown) - 1
    points = tuple(
        Point(number(layout.x(slot)), number(y(value)), at, dated=(last - slot) % DATE_EVERY == 0)
        for slot, (at, value) in enumerate(shown)
    )
    return LineChart(
        width=layout.width,
        path="M" + "L".join(f"{point.x} {point.y}" for point in points),
        points=points,
        ticks=tuple(ticks),
        left=number(layout.first - 12),
        right=number(layout.width - layout.margin + 12),
    )
