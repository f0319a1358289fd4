"""How rounds link into cycles: pursuit or withdrawal, reconnection, and again. A pure function of revealed rounds.

The rules, with examples that a test reads, are in docs/cycles.md; ``VERSION`` counts them. A cycle names its stages:
the round that began it, the one after which both said that they were back in contact, and the one that repeated it.

Only what was already there when a round was opened counts for it. So a round that is added later can complete the
newest run, and never changes a cycle that is complete. Swapping the partners changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID

from sessions.checkin.patterns import PatternCode, Reaction
from sessions.checkin.state import When

VERSION: Final = 2
SAME_THEME: Final = timedelta(days=60)
# Fewer complete cycles say nothing about how they go.
ENOUGH: Final = 3
# How much earlier than its round a moment may have happened. Of the others nothing is known.
NOT_BEFORE: Final[dict[When, timedelta]] = {
    "now": timedelta(0),
    "today": timedelta(days=1),
    "this_week": timedelta(days=7),
}

PULLED_CLOSER: Final = frozenset({"anxious", "both"})
PULLED_AWAY: Final = frozenset({"avoidant", "both"})

# Both said that it was the same loop again; or it may be, by theme and time.
Link = Literal["said", "perhaps"]


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

    @property
    def not_before(self) -> datetime | None:
        """Return the earliest time at which the moment can have happened; None where that is not known."""
        return self.opened_at - NOT_BEFORE[self.when] if self.when in NOT_BEFORE else None

    @property
    def contact_by(self) -> datetime | None:
        """Return when both were back in contact at the latest: of a day, its end."""
        if self.reconnected_at and self.reconnected_on:
            return min(self.reconnected_at, datetime.combine(self.reconnected_on, time.max, UTC))
        return self.reconnected_at


@dataclass(frozen=True, slots=True)
class Run:
    """Rounds of one loop, linked; a complete cycle once contact came back and a moment repeated it."""

    # The first one began it; the others went on with it before contact came back.
    rounds: tuple[PastRound, ...]
    reconnected_by: PastRound | None = None
    repeated_by: PastRound | None = None
    # What links the round that repeated it.
    link: Link | None = None

    @property
    def complete(self) -> bool:
        """Tell whether contact came back and it began again."""
        return self.repeated_by is not None

    @property
    def reconnected_at(self) -> datetime | None:
        """Return when both had said that they were back in contact."""
        return self.reconnected_by.reconnected_at if self.reconnected_by else None

    @property
    def repeated_at(self) -> datetime | None:
        """Return when the round that repeated it was opened."""
        return self.repeated_by.opened_at if self.repeated_by else None

    @property
    def length(self) -> timedelta | None:
        """Return how long it took until contact was back, where it began as it was happening; else that is unknown."""
        began, back = self.rounds[0], self.reconnected_by
        if back is None or began.when != "now":
            return None
        return _at_least_a_day(began.opened_at.date(), back.reconnected_on) or _apart(began.opened_at, back)

    @property
    def gap(self) -> timedelta | None:
        """Return how long contact lasted, where what repeated it was told as it was happening; else that is unknown."""
        again, back = self.repeated_by, self.reconnected_by
        if again is None or back is None or again.when != "now":
            return None
        if back.reconnected_on:
            return _at_least_a_day(back.reconnected_on, again.opened_at.date())
        return again.opened_at - back.reconnected_at if back.reconnected_at else None


def _apart(began: datetime, back: PastRound) -> timedelta | None:
    return back.reconnected_at - began if back.reconnected_at and back.reconnected_on is None else None


def _at_least_a_day(first: date, last: date | None) -> timedelta | None:
    # Of the same day nothing is known but that it was no longer than that.
    return last - first if last and last > first else None


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

    rounds: list[PastRound]
    # The other rounds of its check-ins: contact may come back after any of them.
    beside: list[PastRound] = field(default_factory=list)

    def reconnected_by(self, moment: datetime | None) -> PastRound | None:
        """Return the round after which contact came back, as far as was known at a moment; None is now."""
        said = [
            (one.reconnected_at, one.id, one)
            for one in (*self.rounds, *self.beside)
            if one.reconnected_at and (moment is None or one.reconnected_at <= moment)
        ]
        return min(said)[2] if said else None

    def shares_check_in(self, later: PastRound) -> bool:
        """Tell whether a round is of the check-in in which this was last told of."""
        return later.check_in is not None and later.check_in == self.rounds[-1].check_in

    def link(self, later: PastRound) -> Link | None:
        """Return what links a round in which neither could stay present to this run."""
        if later.same_loop:
            return "said"
        back = self.reconnected_by(later.opened_at)
        since = back.contact_by if back else self.rounds[-1].opened_at
        follows = later.not_before is not None and since is not None and since <= later.not_before
        # An empty theme is no theme that two moments share.
        alike = later.theme in {one.theme for one in self.rounds} - {""}
        soon = later.opened_at - self.rounds[-1].opened_at <= SAME_THEME
        return "perhaps" if follows and alike and soon and not self.shares_check_in(later) else None

    def ended(self, moment: datetime | None) -> Run:
        """Return the run as it was known at a moment; None is now."""
        return Run(tuple(self.rounds), self.reconnected_by(moment))


def in_order(rounds: Iterable[PastRound]) -> list[PastRound]:
    """Return rounds as they were opened, in one order whatever order they were stored in."""
    return sorted(rounds, key=lambda one: (one.opened_at, one.id))


def runs(rounds: Iterable[PastRound]) -> tuple[Run, ...]:
    """Return every run, oldest first: complete cycles, those that ended otherwise, and the one that is going on."""
    found: list[Run] = []
    current: _OpenRun | None = None
    began_in: set[UUID | None] = set()
    for one in in_order(rounds):
        link = current.link(one) if current and one.caught else None
        if current and link is None and current.shares_check_in(one):
            current.beside.append(one)
            continue
        if not one.caught:
            continue
        back = current.reconnected_by(one.opened_at) if current else None
        if current and link and back is None:
            current.rounds.append(one)
            continue
        if current:
            ended = current.ended(one.opened_at)
            found.append(Run(ended.rounds, back, one, link) if link else ended)
        # What a check-in tells after its first loop is no second one, whatever was said in between.
        begins = one.check_in is None or one.check_in not in began_in
        began_in.add(one.check_in)
        current = _OpenRun([one]) if begins else None
    if current:
        found.append(current.ended(None))
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
