"""What a person's own marks say to that person, and to nobody else: a pure function of their own revealed marks.

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
class Often:
    """A code, and in how many moments it occurred."""

    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """A theme that pulled, in how many moments, and the moments of the library among them."""

    theme: str
    times: int
    moments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Some moments that follow each other: in how many of them something else than the impulse was chosen."""

    first: datetime
    last: datetime
    moments: int
    otherwise: int

    @property
    def percent(self) -> int:
        """Return the length of its bar."""
        return round(100 * self.otherwise / self.moments)


@dataclass(frozen=True, slots=True)
class Beside:
    """What one wanted to do, and what one chose instead or as well."""

    opened_at: datetime
    impulse: str
    chosen: str


@dataclass(frozen=True, slots=True)
class MyPart:
    """What one's own marks say."""

    rounds: int
    triggers: tuple[Trigger, ...] = ()
    pulls: tuple[Often, ...] = ()
    moves: tuple[Often, ...] = ()
    feelings: tuple[Often, ...] = ()
    beside: tuple[Beside, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def too_early(self) -> bool:
        """Tell whether there is too little to say anything."""
        return self.rounds < ENOUGH


def my_part(marks: Iterable[OwnMark]) -> MyPart:
    """Return what one's own marks say; below three rounds only how many there are."""
    ordered = sorted(marks, key=lambda mark: mark.opened_at)
    if len(ordered) < ENOUGH:
        return MyPart(len(ordered))
    beside = [
        Beside(mark.opened_at, mark.details["impulse"], mark.details["chosen"])
        for mark in ordered
        if "impulse" in mark.details and "chosen" in mark.details
    ]
    return MyPart(
        rounds=len(ordered),
        triggers=_triggers(ordered),
        pulls=_often(mark.reaction for mark in ordered),
        moves=_often(code for mark in ordered for code in mark.details.get("moves", ())),
        feelings=_often(code for mark in ordered for code in mark.details.get("underneath", ())),
        beside=tuple(reversed(beside[-SHOWN:])) if len(beside) >= ENOUGH else (),
        spans=_spans(beside),
    )


def _often(codes: Iterable[str]) -> tuple[Often, ...]:
    # By name where numbers are equal, so that the order says nothing and does not move by itself.
    counted = sorted(Counter(codes).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Often(code, times) for code, times in counted[:SHOWN])


def _triggers(marks: Sequence[OwnMark]) -> tuple[Trigger, ...]:
    pulled = [mark for mark in marks if mark.reaction != "steady"]
    return tuple(
        Trigger(theme.code, theme.times, _moments(mark for mark in pulled if mark.theme == theme.code))
        for theme in _often(mark.theme for mark in pulled)
    )


def _moments(marks: Iterable[OwnMark]) -> tuple[int, ...]:
    counted = Counter(mark.moment for mark in marks if mark.moment is not None)
    return tuple(sorted(counted, key=lambda moment: (-counted[moment], moment))[:ENOUGH])


def _spans(beside: Sequence[Beside]) -> tuple[Span, ...]:
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
