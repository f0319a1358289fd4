"""What a person's own revealed marks have in common, for that person alone: a pure function of these marks.

Nothing of the other partner goes in, so nothing of theirs can come out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sessions.checkin.details import Details

# Fewer say nothing: what happened once or twice may be chance.
ENOUGH: Final = 3
SHOWN: Final = 5
SPANS: Final = 6


@dataclass(frozen=True, slots=True)
class OwnMark:
    """One revealed mark of one's own, and when its moment was opened."""

    opened_at: datetime
    theme: str
    moment: int | None
    reaction: str
    intensity: int
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True)
class CodeCount:
    """A code, and in how many marks it occurred."""

    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """A theme in which one could not stay present: how often, and with which moments of the library."""

    theme: str
    times: int
    moments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A few consecutive marks, and in how many of them the choice differed from the impulse."""

    first: datetime
    last: datetime
    moments: int
    otherwise: int

    @property
    def percent(self) -> int:
        """Return the share of these marks as a percentage, for a bar's length."""
        return round(100 * self.otherwise / self.moments)


@dataclass(frozen=True, slots=True)
class ImpulseAndChoice:
    """One mark's impulse and what was chosen, side by side."""

    opened_at: datetime
    impulse: str
    chosen: str


@dataclass(frozen=True, slots=True)
class OwnFindings:
    """All findings in a person's marks; only the number of rounds if these are too few."""

    rounds: int
    triggers: tuple[Trigger, ...] = ()
    pulls: tuple[CodeCount, ...] = ()
    moves: tuple[CodeCount, ...] = ()
    feelings: tuple[CodeCount, ...] = ()
    beside: tuple[ImpulseAndChoice, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def too_early(self) -> bool:
        """Tell whether there are too few rounds to find anything in them."""
        return self.rounds < ENOUGH


def findings_in(marks: Iterable[OwnMark]) -> OwnFindings:
    """Return the findings in a person's marks; with fewer than three only their number."""
    ordered = sorted(marks, key=lambda mark: mark.opened_at)
    if len(ordered) < ENOUGH:
        return OwnFindings(len(ordered))
    beside = [
        ImpulseAndChoice(mark.opened_at, mark.details["impulse"], mark.details["chosen"])
        for mark in ordered
        if "impulse" in mark.details and "chosen" in mark.details
    ]
    return OwnFindings(
        rounds=len(ordered),
        triggers=_triggers(ordered),
        pulls=_often(mark.reaction for mark in ordered),
        moves=_often(code for mark in ordered for code in mark.details.get("moves", ())),
        feelings=_often(code for mark in ordered for code in mark.details.get("underneath", ())),
        beside=tuple(reversed(beside[-SHOWN:])) if len(beside) >= ENOUGH else (),
        spans=_spans(beside),
    )


def _often(codes: Iterable[str]) -> tuple[CodeCount, ...]:
    # By name where numbers are equal, so that the order says nothing and does not move by itself.
    counted = sorted(Counter(codes).items(), key=lambda item: (-item[1], item[0]))
    return tuple(CodeCount(code, times) for code, times in counted[:SHOWN])


def _triggers(marks: Sequence[OwnMark]) -> tuple[Trigger, ...]:
    pulled = [mark for mark in marks if mark.reaction != "steady"]
    return tuple(
        Trigger(theme.code, theme.times, _moments(mark for mark in pulled if mark.theme == theme.code))
        for theme in _often(mark.theme for mark in pulled)
    )


def _moments(marks: Iterable[OwnMark]) -> tuple[int, ...]:
    counted = Counter(mark.moment for mark in marks if mark.moment is not None)
    return tuple(sorted(counted, key=lambda moment: (-counted[moment], moment))[:ENOUGH])


def _spans(beside: Sequence[ImpulseAndChoice]) -> tuple[Span, ...]:
    """Return runs of three moments, oldest first; a run that is not full yet waits, so that no run ever changes."""
    full = len(beside) - len(beside) % ENOUGH
    runs = [beside[start : start + ENOUGH] for start in range(0, full, ENOUGH)]
    return tuple(
        Span(
            first=run[0].opened_at,
            last=run[-1].opened_at,
            moments=len(run),
            otherwise=sum(one.impulse != one.chosen for one in run),
        )
        for run in runs[-SPANS:]
    )
