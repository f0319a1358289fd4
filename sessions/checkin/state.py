"""What a live session is right now, as plain values.

Sealed content has no place in these types: an open round knows only *which* seats have sealed, an exchange only
*which* seats have said a need. What nobody may see yet cannot be projected by mistake.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal, cast
from uuid import UUID

from sessions.checkin.apart import Apart
from sessions.checkin.details import DetailName, Details
from sessions.checkin.patterns import PatternCode, Reaction

Partner = Literal["a", "b"]
SeatName = Literal["a", "b", "host"]
RoundPhase = Literal["open", "revealed", "set_aside"]
Tried = Literal["yes", "partly", "no"]
# When a moment happened, as whoever opens the round says; None where nobody did.
When = Literal["now", "today", "this_week", "earlier"]

PARTNERS: Final[tuple[Partner, Partner]] = ("a", "b")

LIFETIME: Final = timedelta(hours=24)
TITLE_LENGTH: Final = 80
# The day of a planned check-in begins this long before its time, so that nobody stands before a closed door.
OPEN_BEFORE: Final = timedelta(minutes=30)
QUIET: Final = timedelta(seconds=15)
# How long an end that is asked for gently can be stopped by whoever is not done yet.
ENDING: Final = timedelta(seconds=10)
HERE_FOR: Final = timedelta(seconds=60)


def other(seat: Partner) -> Partner:
    """Return the other partner's seat."""
    return "b" if seat == "a" else "a"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has taken a seat, and when they were last seen (None: not here)."""

    seat: SeatName
    name: str
    seen_at: datetime | None = None
    may_listen: bool = True

    def here(self, now: datetime) -> bool:
        """Tell whether the person was seen within the last minute."""
        return self.seen_at is not None and now < self.seen_at + HERE_FOR


def seen_lately(seen_at: datetime | None, now: datetime) -> bool:
    """Tell whether writing that a person is here can wait for the next sweep, and the one after it."""
    return seen_at is not None and now < seen_at + HERE_FOR / 4


@dataclass(frozen=True, slots=True)
class Pause:
    """A server-timed stop; ``asked_to_resume`` holds the partners who are ready to go on."""

    until: datetime
    asked_to_resume: frozenset[Partner] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """One partner speaks, the other listens."""

    speaker: Partner
    until: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """Somebody would like to end: the check-in closes then, unless anybody who is there stays."""

    by: SeatName
    until: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One small step that a partner chose."""

    id: UUID
    seat: Partner
    text: str
    tried: Tried | None = None


@dataclass(frozen=True, slots=True)
class OpenedMark:
    """A mark after its reveal: ``details`` holds only what was filled in, ``share`` what the author shows."""

    reaction: Reaction
    intensity: int
    details: Details = field(default_factory=Details)
    share: tuple[DetailName, ...] = ()

    @property
    def shared_details(self) -> Details:
        """Return the filled-in details that the author chose to share."""
        return cast(Details, {name: value for name, value in self.details.items() if name in self.share})


@dataclass(frozen=True, slots=True)
class Reveal:
    """Both marks, opened together, and the pattern they make."""

    pattern: PatternCode
    version: int
    marks: Mapping[Partner, OpenedMark]
    fits: Mapping[Partner, bool | None]

    @property
    def caught(self) -> bool:
        """Tell whether neither of the two could stay present."""
        return all(mark.reaction != "steady" for mark in self.marks.values())


@dataclass(frozen=True, slots=True)
class Exchange:
    """What follows a reveal. ``needs`` stays None until both partners have said theirs."""

    quiet_until: datetime
    skipped_quiet: frozenset[Partner] = frozenset()
    said: frozenset[Partner] = frozenset()
    needs: Mapping[Partner, str] | None = None
    meant: frozenset[Partner] = frozenset()
    heard: frozenset[Partner] = frozenset()
    # What a listener heard, in their own words, by the listener's seat.
    heard_words: Mapping[Partner, str] = field(default_factory=dict)
    steps: Mapping[Partner, Step] = field(default_factory=dict)
    reconnected: frozenset[Partner] = frozenset()
    # The day that contact came back, for whoever named one; the others said it as of then.
    days: Mapping[Partner, date] = field(default_factory=dict)
    said_same: Mapping[Partner, bool] = field(default_factory=dict)

    @property
    def reconnected_on(self) -> date | None:
        """Return the later of the two days, once both have named one."""
        return max(self.days.values()) if len(self.days) == len(PARTNERS) else None

    @property
    def same_loop(self) -> bool:
        """Tell whether both said that it was the same loop again."""
        return all(self.said_same.get(seat) for seat in PARTNERS)

    def quiet(self, now: datetime) -> bool:
        """Tell whether nobody may write yet."""
        return now < self.quiet_until


@dataclass(frozen=True, slots=True)
class RoundState:
    """The latest round. ``reveal`` and ``exchange`` are set exactly when ``phase`` is revealed."""

    number: int
    phase: RoundPhase
    text: str
    moment_id: int | None = None
    when: When | None = None
    sealed: frozenset[Partner] = frozenset()
    reveal: Reveal | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class EarlierRound:
    """The last round of the couple's check-in before, for as long as not both have said that contact came back."""

    row: int  # where it is stored; never leaves the server
    text: str
    opened_at: datetime
    moment_id: int | None = None
    when: When | None = None
    reconnected: frozenset[Partner] = frozenset()
    days: Mapping[Partner, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionState:
    """One live session as stored; what time alone changes is asked with ``now``."""

    id: UUID
    title: str
    expires_at: datetime
    # For when it was planned; None where it was started at once.
    starts_at: datetime | None = None
    # While it waits for an hour to open at, and after it ended without.
    apart: Apart | None = None
    # Once that hour has opened it: the two need not be there together.
    opened_apart: bool = False
    version: int = 0
    hosted: bool = False
    ended_at: datetime | None = None
    people: tuple[Person, ...] = ()
    pause: Pause | None = None
    turn: Turn | None = None
    ending: Ending | None = None
    round: RoundState | None = None
    follow_up: tuple[Step, ...] = ()
    # Of the steps that could have been told of here, those that are not kept any more.
    gone_steps: frozenset[UUID] = frozenset()
    host_sees_follow_up: bool = False
    earlier: EarlierRound | None = None
    # Whether there is a round before the latest one that this could be again.
    may_repeat: bool = False

    @property
    def last_number(self) -> int:
        """Return the number of the last round, 0 before the first."""
        return self.round.number if self.round else 0

    @property
    def latest_round(self) -> RoundState:
        """Return the latest round; there must be one."""
        assert self.round is not None
        return self.round

    @property
    def exchange(self) -> Exchange:
        """Return the exchange of the latest round, which must be revealed."""
        assert self.latest_round.exchange is not None
        return self.latest_round.exchange

    def with_round(self, **fields: object) -> "SessionState":
        """Return the same state but for some fields of its latest round."""
        return replace(self, round=replace(self.latest_round, **fields))  # type: ignore[arg-type]

    def with_exchange(self, **fields: object) -> "SessionState":
        """Return the same state but for some fields of its exchange."""
        return self.with_round(exchange=replace(self.exchange, **fields))  # type: ignore[arg-type]

    def person(self, seat: SeatName) -> Person | None:
        """Return who sits there."""
        return next((person for person in self.people if person.seat == seat), None)

    def with_presence(self, seen_at: Mapping[str, datetime | None]) -> "SessionState":
        """Return the same state with what is known now of who was seen when."""
        if all(seen_at.get(one.seat, one.seen_at) == one.seen_at for one in self.people):
            return self
        people = tuple(replace(one, seen_at=seen_at.get(one.seat, one.seen_at)) for one in self.people)
        return replace(self, people=people)

    def here(self, now: datetime) -> frozenset[SeatName]:
        """Return the seats of those who are here."""
        return frozenset(person.seat for person in self.people if person.here(now))

    @property
    def round_is_open(self) -> bool:
        """Tell whether there is a round that waits for marks."""
        return self.round is not None and self.round.phase == "open"

    def ended(self, now: datetime) -> bool:
        """Tell whether it was ended or its time is over."""
        return self.ended_at is not None or (self.apart is None and now >= self.ends_at)

    def opening_due(self, now: datetime) -> bool:
        """Tell whether the agreed hour has come and nobody has carried it out."""
        return self.apart is not None and self.ended_at is None and now >= self.apart.opens_at

    @property
    def ends_at(self) -> datetime:
        """Return when it ends by itself, as things stand: after its day, or when a coming end is due."""
        return min(self.expires_at, self.ending.until) if self.ending else self.expires_at

    def waiting(self) -> bool:
        """Tell whether a partner's seat is still free."""
        return len(PARTNERS) > sum(person.seat != "host" for person in self.people)

    def ahead(self, now: datetime) -> bool:
        """Tell whether it is planned for later, and no room yet."""
        return self.starts_at is not None and self.waiting() and now < self.starts_at - OPEN_BEFORE

    def pause_at(self, now: datetime) -> Pause | None:
        """Return the pause that is running."""
        return self.pause if self.pause and now < self.pause.until else None

    def turn_at(self, now: datetime) -> Turn | None:
        """Return the turn that is running."""
        return self.turn if self.turn and now < self.turn.until else None


def next_change(state: SessionState, now: datetime) -> datetime | None:
    """Return when time alone next changes somebody's snapshot, or None once the session has ended."""
    if state.ended(now) or state.apart:
        return state.apart.next_change(now) if state.apart and not state.ended_at else None
    moments = [state.ends_at]
    if state.starts_at and state.ahead(now):
        moments.append(state.starts_at - OPEN_BEFORE)
    moments += [person.seen_at + HERE_FOR for person in state.people if person.seen_at]
    if state.pause:
        moments.append(state.pause.until)
    if state.turn:
        moments.append(state.turn.until)
    if state.round and state.round.exchange:
        moments.append(state.round.exchange.quiet_until)
    return min(moment for moment in moments if moment > now)
