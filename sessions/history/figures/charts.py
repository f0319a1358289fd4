"""Geometry of the charts: coordinates for the templates to draw, without colours and words.

Numbers are texts already, so that no language puts a comma into a coordinate.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import takewhile
from math import cos, pi, sin
from typing import Final

from sessions.checkin.patterns import PATTERN_CODES, PatternCode, Reaction
from sessions.history.figures.cycles import PastRound, Run

# How strong, and which way.

BASELINE: Final = 150
CLEAR_OF_THE_LINE: Final = 10
STRENGTH: Final = 20
BEAD: Final = 11.5
STRENGTHS: Final = range(1, 6)
BAND_HALF: Final = 22


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide a chart is, how many rounds it holds, and where the first one stands."""

    width: int
    slots: int
    first: int
    margin: int

    def x(self, slot: int) -> float:
        """Return the horizontal position of a round's slot."""
        return self.first + slot * (self.width - self.first - self.margin) / (self.slots - 1)


WIDE: Final = Layout(width=1060, slots=10, first=96, margin=36)
PHONE: Final = Layout(width=362, slots=6, first=92, margin=32)


@dataclass(frozen=True, slots=True)
class Bead:
    """One partner's reaction in one round. The chevron points to the line, away from it, both ways, or lies level."""

    seat: str
    y: str
    stem_from: str
    stem_to: str
    chevron: str


@dataclass(frozen=True, slots=True)
class Column:
    """One round: one bead above the line, one below."""

    x: str
    at: datetime
    beads: tuple[Bead, Bead]
    reconnected: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The band behind rounds that belong to one run."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class StrengthChart:
    """How strong each round was for both: the newest rounds, oldest left."""

    width: int
    columns: tuple[Column, ...]
    bands: tuple[Band, ...]
    levels: tuple[tuple[str, int], ...]
    left: str
    right: str


def strength_chart(rounds: Sequence[PastRound], linked: Iterable[Run], layout: Layout) -> StrengthChart:
    """Lay out the newest rounds (given oldest first), as many as there is room for."""
    shown = rounds[-layout.slots :]
    slot_of = {one.id: slot for slot, one in enumerate(shown)}
    columns = tuple(
        Column(
            x=coordinate(layout.x(slot)),
            at=one.opened_at,
            beads=(_bead("a", one.reactions[0], one.intensities[0]), _bead("b", one.reactions[1], one.intensities[1])),
            reconnected=one.reconnected_at is not None,
        )
        for slot, one in enumerate(shown)
    )
    bands = (_band([slot_of[one.id] for one in run.rounds if one.id in slot_of], layout) for run in linked)
    return StrengthChart(
        width=layout.width,
        columns=columns,
        bands=tuple(band for band in bands if band),
        levels=tuple((coordinate(_y(seat, strength)), strength) for seat in "ab" for strength in STRENGTHS),
        left=coordinate(layout.first - BAND_HALF),
        right=coordinate(layout.width - layout.margin + BAND_HALF),
    )


def _y(seat: str, strength: int) -> float:
    away = CLEAR_OF_THE_LINE + STRENGTH * strength
    return BASELINE - away if seat == "a" else BASELINE + away


def _bead(seat: str, reaction: Reaction, strength: int) -> Bead:
    y = _y(seat, strength)
    to_the_line = 1 if seat == "a" else -1
    return Bead(
        seat=seat,
        y=coordinate(y),
        stem_from=coordinate(BASELINE - 5 * to_the_line),
        stem_to=coordinate(y + BEAD * to_the_line),
        chevron=_chevron(reaction, to_the_line),
    )


def _chevron(reaction: Reaction, to_the_line: int) -> str:
    """Return the path of a direction around the middle of a bead."""
    match reaction:
        case "anxious":
            return f"M-4 {-2 * to_the_line}L0 {2 * to_the_line}L4 {-2 * to_the_line}"
        case "avoidant":
            return f"M-4 {2 * to_the_line}L0 {-2 * to_the_line}L4 {2 * to_the_line}"
        case "both":
            return "M-3.5 -1.5L0 -5L3.5 -1.5M-3.5 1.5L0 5L3.5 1.5"
        case "steady":
            return "M-4.5 0H4.5"


def _band(slots: Sequence[int], layout: Layout) -> Band | None:
    if len(slots) < 2:
        return None
    left, right = layout.x(slots[0]) - BAND_HALF, layout.x(slots[-1]) + BAND_HALF
    return Band(coordinate(left), coordinate(right - left))


# Patterns by month: a table, in each field a dot of that area.

MONTHS_SHOWN: Final = 6
LARGEST_DOT: Final = 18.0
SMALLEST_DOT: Final = 5.0


@dataclass(frozen=True, slots=True)
class Dot:
    """How often a pattern was in one month, as a dot of that size."""

    times: int
    radius: str


@dataclass(frozen=True, slots=True)
class PatternTable:
    """The newest months, oldest left, and a row for each pattern that there was."""

    months: tuple[datetime, ...]
    rows: tuple[tuple[PatternCode, tuple[Dot, ...]], ...]


def patterns_by_month(rounds: Sequence[PastRound], zone: tzinfo = UTC) -> PatternTable:
    """Count patterns by month of a time zone; a month without rounds between others has its place."""
    if not rounds:
        return PatternTable((), ())
    first, last = (_month(one.opened_at.astimezone(zone)) for one in (rounds[0], rounds[-1]))
    months = range(max(first, last - MONTHS_SHOWN + 1), last + 1)
    # From the newest on, until a month that is not shown: ten years are mostly before it.
    newest_first = ((one.pattern, _month(one.opened_at.astimezone(zone))) for one in reversed(rounds))
    counted = Counter(takewhile(lambda found: found[1] in months, newest_first))
    most = max(counted.values())
    return PatternTable(
        months=tuple(datetime(month // 12, month % 12 + 1, 1, tzinfo=zone) for month in months),
        rows=tuple(
            (code, tuple(_dot(counted[code, month], most) for month in months))
            for code in PATTERN_CODES
            if any(counted[code, month] for month in months)
        ),
    )


def _month(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _dot(times: int, most: int) -> Dot:
    # By area: a dot twice as wide looks four times as much.
    return Dot(times, coordinate(max(SMALLEST_DOT, LARGEST_DOT * (times / most) ** 0.5)))


# The ring of four stages.

RING_MIDDLE: Final = 120
RING_RADIUS: Final = 84
# How much of its quarter an arc leaves free at each end.
ARC_FREE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Arc:
    """One stage's way round, and where its number stands."""

    path: str
    x: str
    y: str
    arrow_x: str
    arrow_y: str
    arrow_turn: str


def ring() -> tuple[Arc, ...]:
    """Lay out the four stages as arcs of a ring, clockwise from the top."""
    return tuple(_arc(quarter) for quarter in range(4))


def _arc(quarter: int) -> Arc:
    middle = quarter * pi / 2 - pi / 2
    reach = pi / 4 * (1 - ARC_FREE)
    start, end = _on_ring(middle - reach), _on_ring(middle + reach)
    x, y = _on_ring(middle)
    return Arc(
        path=f"M{coordinate(start[0])} {coordinate(start[1])}A{RING_RADIUS} {RING_RADIUS} 0 0 1 "
        f"{coordinate(end[0])} {coordinate(end[1])}",
        x=coordinate(x),
        y=coordinate(y),
        arrow_x=coordinate(end[0]),
        arrow_y=coordinate(end[1]),
        arrow_turn=coordinate((middle + reach) * 180 / pi + 90),
    )


def _on_ring(angle: float) -> tuple[float, float]:
    return RING_MIDDLE + RING_RADIUS * cos(angle), RING_MIDDLE + RING_RADIUS * sin(angle)


def coordinate(value: float) -> str:
    """Return a coordinate as SVG writes it: rounded, with a point whatever the language."""
    # Adding zero turns "-0" into "0".
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")
