"""Geometry of the charts with one line over time: time until back in contact, and relief."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from typing import Final

from sessions.history.figures.charts import Layout, coordinate

LINE_TOP: Final = 16
LINE_BOTTOM: Final = 176
LINE_WIDE: Final = Layout(width=520, slots=10, first=112, margin=28)
LINE_PHONE: Final = Layout(width=340, slots=6, first=112, margin=34)
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
    """One value of the line: where it is drawn, and its date if that is shown."""

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
    """One line: the newest values, oldest left, and the levels of its scale."""

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

    return _line(shown, layout, [Tick(coordinate(y(tick)), tick) for tick in ticks], y)


def relief_chart(reliefs: Sequence[tuple[datetime, int]], layout: Layout) -> LineChart:
    """Lay out how much relief there was."""

    def y(value: float) -> float:
        return LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * value / RELIEFS[-1]

    return _line(reliefs[-layout.slots :], layout, [Tick(coordinate(y(relief)), relief) for relief in RELIEFS], y)


def _line(
    shown: Sequence[tuple[datetime, float]], layout: Layout, ticks: Sequence[Tick], y: Callable[[float], float]
) -> LineChart:
    last = len(shown) - 1
    points = tuple(
        Point(coordinate(layout.x(slot)), coordinate(y(value)), at, dated=(last - slot) % DATE_EVERY == 0)
        for slot, (at, value) in enumerate(shown)
    )
    return LineChart(
        width=layout.width,
        path="M" + "L".join(f"{point.x} {point.y}" for point in points),
        points=points,
        ticks=tuple(ticks),
        left=coordinate(layout.first - 12),
        right=coordinate(layout.width - layout.margin + 12),
    )
