"""How rounds link into cycles: pursuit or withdrawal, finding back, and again. A pure function of revealed rounds.

Read in the order of their opening:

1. A round is *caught* when neither partner could stay present, whatever each was pulled to. It begins a run.
2. A caught round is *linked* to the run before it when it comes within ``SOON``, or within ``SAME_THEME`` and is about
   a theme of that run. A round in which somebody stayed present joins a run within ``SOON`` and never begins one.
3. A run *finds back* the first time that both have said they are back in contact, in whichever of its rounds.
4. A linked caught round before that goes on with the run. One after it is the *repetition*: it completes the cycle,
   and begins the next run. A caught round that is not linked begins anew and completes nothing.

Only what was already there when a round was opened counts for it. So a round that is added later can complete the
newest run, and never changes a cycle that is complete. Swapping the partners changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sessions.checkin.patterns import PatternCode, Reaction
from sessions.checkin.state import When

SOON: Final = timedelta(days=14)
SAME_THEME: Final = timedelta(days=60)
# Fewer complete cycles say nothing about how they go.
ENOUGH: Final = 3

PULLED_CLOSER: Final = frozenset({"anxious", "both"})
PULLED_AWAY: Final = frozenset({"avoidant", "both"})


@dataclass(frozen=True, slots=True)
class PastRound:
    """The countable part of one revealed round: codes, numbers and times; no text and nothing unshared."""

    id: UUID
    opened_at: datetime
    theme: str
    pattern: PatternCode
    reactions: tuple[Reaction, Reaction]
    intensities: tuple[int, int]
    size: int | None = None
    reconnected_at: datetime | None = None
    # When the moment happened; None where nobody said it, as in all rounds from before anybody was asked.
    when: When | None = None
    # The day that both named, where they found each other again on another day than the one they said it on.
    reconnected_on: date | None = None
    # Whether both said that it was the same loop again.
    same_loop: bool = False
    # Rounds of one check-in share it; None is a check-in of its own.
    check_in: UUID | None = None

    @property
    def caught(self) -> bool:
        """Tell whether neither of the two could stay present."""
        return "steady" not in self.reactions

    @property
    def time_until_said(self) -> timedelta | None:
        """Return how long after opening the round both had said it, which is no time to contact by itself."""
        return self.reconnected_at - self.opened_at if self.reconnected_at else None

    @property
    def time_to_reconnect(self) -> timedelta | None:
        """Return how long it took until both said that they were back in contact, if the moment was happening then."""
        if self.when != "now" or self.reconnected_on is None:
            return self.time_until_said if self.when == "now" else None
        # A day is no hour: of the same day nothing is known but that it was no longer than that.
        days = self.reconnected_on - self.opened_at.date()
        return days if days >= timedelta(days=1) else None


@dataclass(frozen=True, slots=True)
class Run:
    """Rounds that followed one another; a complete cycle once it has found back and begun again."""

    rounds: tuple[PastRound, ...]
    reconnected_at: datetime | None = None
    repeated_at: datetime | None = None

    @property
    def complete(self) -> bool:
        """Tell whether the run found back and began again."""
        return self.repeated_at is not None

    @property
    def length(self) -> timedelta | None:
        """Return how long it took from the first round to being back in contact."""
        return self.reconnected_at - self.rounds[0].opened_at if self.reconnected_at else None

    @property
    def gap(self) -> timedelta | None:
        """Return how long contact lasted until it began again."""
        return self.repeated_at - self.reconnected_at if self.repeated_at and self.reconnected_at else None


@dataclass(frozen=True, slots=True)
class Stages:
    """How many rounds touched each of the four stages; one round may touch several."""

    pursuit: int = 0
    withdrawal: int = 0
    reconnection: int = 0
    repetition: int = 0


@dataclass(slots=True)
class _OpenRun:
    """The run that is being built while rounds are read."""

    rounds: list[PastRound] = field(default_factory=list)

    def reconnected_by(self, moment: datetime) -> datetime | None:
        """Return when it found back, as far as was known at a moment."""
        said = [one.reconnected_at for one in self.rounds if one.reconnected_at and one.reconnected_at <= moment]
        return min(said, default=None)

    def links(self, later: PastRound) -> bool:
        """Tell whether a later round belongs to what this run is about."""
        apart = later.opened_at - self.rounds[-1].opened_at
        if apart <= SOON:
            return True
        # An empty theme is no theme that two moments share.
        themes = {one.theme for one in self.rounds} - {""}
        return later.caught and apart <= SAME_THEME and later.theme in themes

    def closed(self, moment: datetime | None, *, repeated: bool = False) -> Run:
        """Return the run as it was known at a moment; None is now."""
        said = [one.reconnected_at for one in self.rounds if one.reconnected_at]
        reconnected_at = self.reconnected_by(moment) if moment else min(said, default=None)
        return Run(tuple(self.rounds), reconnected_at, moment if repeated else None)


def in_order(rounds: Iterable[PastRound]) -> list[PastRound]:
    """Return rounds as they were opened, in one order whatever order they were stored in."""
    return sorted(rounds, key=lambda one: (one.opened_at, one.id))


def runs(rounds: Iterable[PastRound]) -> tuple[Run, ...]:
    """Return every run, oldest first: complete cycles, those that ended otherwise, and the one that is going on."""
    found: list[Run] = []
    current = _OpenRun()
    for one in in_order(rounds):
        if current.rounds and not current.links(one):
            found.append(current.closed(one.opened_at))
            current = _OpenRun()
        if current.rounds and one.caught and current.reconnected_by(one.opened_at):
            found.append(current.closed(one.opened_at, repeated=True))
            current = _OpenRun()
        if current.rounds or one.caught:
            current.rounds.append(one)
    if current.rounds:
        found.append(current.closed(None))
    return tuple(found)


def cycles(rounds: Iterable[PastRound]) -> tuple[Run, ...]:
    """Return the complete cycles, oldest first."""
    return tuple(run for run in runs(rounds) if run.complete)


def stages(rounds: Sequence[PastRound], complete: Sequence[Run]) -> Stages:
    """Return how many rounds touched each stage; each complete cycle of theirs is one repetition."""
    return Stages(
        pursuit=sum(not PULLED_CLOSER.isdisjoint(one.reactions) for one in rounds),
        withdrawal=sum(not PULLED_AWAY.isdisjoint(one.reactions) for one in rounds),
        reconnection=sum(one.reconnected_at is not None for one in rounds),
        repetition=len(complete),
    )
