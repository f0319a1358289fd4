"""What can change in a check-in, as plain values; ``apply`` says what each does to the state.

``rules`` decides on them, ``store.save`` writes them, and a test holds what loading gives equal to what ``apply`` gave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sessions.checkin.apart import OPEN_FOR
from sessions.checkin.exchange import ExchangeChange
from sessions.checkin.patterns import PatternCode
from sessions.checkin.state import (
    Ending,
    Exchange,
    OpenedMark,
    Partner,
    Pause,
    Reveal,
    RoundState,
    SeatName,
    SessionState,
    Tried,
    Turn,
    When,
)


@dataclass(frozen=True, slots=True)
class RoundOpened:
    """A new round; whatever exchange was going on is over."""

    number: int
    text: str
    moment_id: int | None = None
    theme: str = ""
    size: int | None = None
    when: When | None = None

    def apply(self, state: SessionState) -> SessionState:
        opened = RoundState(self.number, "open", self.text, self.moment_id, self.when)
        before = state.round.reveal if state.round else None
        may_repeat = state.may_repeat or (before is not None and before.caught)
        return replace(state, turn=None, round=opened, may_repeat=may_repeat)


@dataclass(frozen=True, slots=True)
class MarkSealed:
    """A seat's whole mark was sealed, or replaced; its content travels beside the change, never in it."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_round(sealed=state.latest_round.sealed | {self.seat})


@dataclass(frozen=True, slots=True)
class MarkWithdrawn:
    """A seat's sealed mark is destroyed."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_round(sealed=state.latest_round.sealed - {self.seat})


@dataclass(frozen=True, slots=True)
class Revealed:
    """Both marks were opened and the pattern named (see ``reveal``); nobody writes until the quiet is over."""

    pattern: PatternCode
    version: int
    marks: Mapping[Partner, OpenedMark]
    at: datetime
    quiet_until: datetime

    def apply(self, state: SessionState) -> SessionState:
        return state.with_round(
            phase="revealed",
            sealed=frozenset(),
            reveal=Reveal(self.pattern, self.version, self.marks, fits={"a": None, "b": None}),
            exchange=Exchange(self.quiet_until),
        )


@dataclass(frozen=True, slots=True)
class RoundClosedUnread:
    """An open round is set aside; both seals are destroyed unread."""

    def apply(self, state: SessionState) -> SessionState:
        return state.with_round(phase="set_aside", sealed=frozenset())


@dataclass(frozen=True, slots=True)
class HourCame:
    """Both had sealed by the agreed hour: from now on each goes on when it suits, for three days."""

    at: datetime

    def apply(self, state: SessionState) -> SessionState:
        return replace(state, apart=None, opened_apart=True, expires_at=self.at + OPEN_FOR)


@dataclass(frozen=True, slots=True)
class FitAnswered:
    """A partner said whether the pattern's name fits."""

    seat: Partner
    fits: bool

    def apply(self, state: SessionState) -> SessionState:
        reveal = state.latest_round.reveal
        assert reveal is not None
        return state.with_round(reveal=replace(reveal, fits={**reveal.fits, self.seat: self.fits}))


@dataclass(frozen=True, slots=True)
class TriedAnswered:
    """A partner told how a step of the last check-in went."""

    step_id: UUID
    tried: Tried

    def apply(self, state: SessionState) -> SessionState:
        told = (replace(step, tried=self.tried) if step.id == self.step_id else step for step in state.follow_up)
        return replace(state, follow_up=tuple(told))


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """A speaker-listener turn begins."""

    speaker: Partner
    until: datetime

    def apply(self, state: SessionState) -> SessionState:
        return replace(state, turn=Turn(self.speaker, self.until))


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over."""

    def apply(self, state: SessionState) -> SessionState:
        return replace(state, turn=None)


@dataclass(frozen=True, slots=True)
class PauseStarted:
    """A pause begins, or ends later than it would have."""

    until: datetime

    def apply(self, state: SessionState) -> SessionState:
        return replace(state, pause=Pause(self.until))


@dataclass(frozen=True, slots=True)
class ResumeAsked:
    """A partner is ready to go on."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        assert state.pause is not None
        asked = state.pause.asked_to_resume | {self.seat}
        return replace(state, pause=replace(state.pause, asked_to_resume=asked))


@dataclass(frozen=True, slots=True)
class PauseEnded:
    """Both were ready: the pause ends now."""

    def apply(self, state: SessionState) -> SessionState:
        return replace(state, pause=None)


@dataclass(frozen=True, slots=True)
class EndingStarted:
    """Somebody would like to end: everybody sees how long there still is to stay."""

    by: SeatName
    until: datetime

    def apply(self, state: SessionState) -> SessionState:
        return replace(state, ending=Ending(self.by, self.until))


@dataclass(frozen=True, slots=True)
class EndingStopped:
    """Somebody stays: the check-in goes on, and nothing is kept of who asked for what."""

    def apply(self, state: SessionState) -> SessionState:
        return replace(state, ending=None)


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The check-in is over for everybody."""

    at: datetime

    def apply(self, state: SessionState) -> SessionState:
        people = tuple(replace(person, seen_at=None) for person in state.people)
        return replace(state, ended_at=self.at, pause=None, turn=None, ending=None, people=people)


@dataclass(frozen=True, slots=True)
class HostLeft:
    """The host is gone and the check-in goes on partner-led."""

    def apply(self, state: SessionState) -> SessionState:
        gone = [replace(one, may_listen=False, seen_at=None) if one.seat == "host" else one for one in state.people]
        return replace(state, hosted=False, people=tuple(gone), host_sees_follow_up=False)


Change = (
    ExchangeChange
    | RoundOpened
    | MarkSealed
    | MarkWithdrawn
    | Revealed
    | RoundClosedUnread
    | HourCame
    | FitAnswered
    | TriedAnswered
    | TurnStarted
    | TurnEnded
    | PauseStarted
    | ResumeAsked
    | PauseEnded
    | EndingStarted
    | EndingStopped
    | SessionEnded
    | HostLeft
)
