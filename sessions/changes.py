"""What a command may change, as plain values, and what each change does to a state.

``rules.decide`` answers with changes, ``commands`` stores them. ``apply`` says the same without a database: the
exhaustive tests run on it, and a test holds it equal to what storing and loading gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import singledispatch
from typing import TypeVar
from uuid import UUID

from sessions.patterns import PatternCode
from sessions.state import (
    QUIET,
    Exchange,
    OpenedMark,
    Partner,
    Pause,
    Reveal,
    RoundState,
    SessionState,
    Step,
    Tried,
    Turn,
)

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class RoundOpened:
    """A new round; whatever exchange was going on is over."""

    number: int
    text: str
    moment_id: int | None = None
    theme: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class MarkSealed:
    """A seat's whole mark was sealed, or replaced; its content travels beside the change, never in it."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class MarkWithdrawn:
    """A seat's sealed mark is destroyed."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class RevealDue:
    """Both marks are in: they must open in this same transaction."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """Both marks were opened and the pattern named."""

    pattern: PatternCode
    version: int
    marks: Mapping[Partner, OpenedMark]
    at: datetime


@dataclass(frozen=True, slots=True)
class RoundSetAside:
    """An open round closes; both seals are destroyed unread."""


@dataclass(frozen=True, slots=True)
class FitAnswered:
    """A partner said whether the pattern's name fits."""

    seat: Partner
    fits: bool


@dataclass(frozen=True, slots=True)
class QuietSkipped:
    """A partner is ready before the quiet ends."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class QuietEnded:
    """Both were ready: the quiet ends now."""

    at: datetime


@dataclass(frozen=True, slots=True)
class NeedSealed:
    """A partner said a need that the other may not see yet; its text travels beside the change."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class NeedTakenBack:
    """An unshown need is destroyed."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class NeedsDue:
    """Both needs are in: they must be shown in this same transaction."""


@dataclass(frozen=True, slots=True)
class NeedsShown:
    """Both needs were opened, to both."""

    needs: Mapping[Partner, str]


@dataclass(frozen=True, slots=True)
class NeedReworded:
    """A shown need was put in other words, so it has to be heard anew."""

    seat: Partner
    text: str


@dataclass(frozen=True, slots=True)
class MeantConfirmed:
    """A partner confirmed that the need says what they meant."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class NeedHeard:
    """A partner told the other: I heard you."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class StepChosen:
    """A partner chose one small step, or another one instead."""

    seat: Partner
    step_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class StepTried:
    """A partner told how a step of the last check-in went."""

    step_id: UUID
    tried: Tried


@dataclass(frozen=True, slots=True)
class ReconnectConfirmed:
    """A partner is back in contact; ``both`` when this makes it mutual."""

    seat: Partner
    relief: int | None
    at: datetime
    both: bool


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """A speaker-listener turn begins."""

    speaker: Partner
    until: datetime


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over."""


@dataclass(frozen=True, slots=True)
class PauseStarted:
    """A pause begins, or ends later than it would have."""

    until: datetime


@dataclass(frozen=True, slots=True)
class ResumeAsked:
    """A partner is ready to go on."""

    seat: Partner


@dataclass(frozen=True, slots=True)
class PauseEnded:
    """Both were ready: the pause ends now."""


@dataclass(frozen=True, slots=True)
class ExchangeClosed:
    """The exchange is over; a need not yet shown is destroyed unread."""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The check-in is over for everybody."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HostLeft:
    """The host is gone and the check-in goes on partner-led."""


Change = (
    RoundOpened
    | MarkSealed
    | MarkWithdrawn
    | RevealDue
    | Revealed
    | RoundSetAside
    | FitAnswered
    | QuietSkipped
    | QuietEnded
    | NeedSealed
    | NeedTakenBack
    | NeedsDue
    | NeedsShown
    | NeedReworded
    | MeantConfirmed
    | NeedHeard
    | StepChosen
    | StepTried
    | ReconnectConfirmed
    | TurnStarted
    | TurnEnded
    | PauseStarted
    | ResumeAsked
    | PauseEnded
    | ExchangeClosed
    | SessionEnded
    | HostLeft
)


def _with(mapping: Mapping[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    return {**mapping, key: value}


def _round(state: SessionState) -> RoundState:
    assert state.round is not None
    return state.round


def _exchange(state: SessionState) -> Exchange:
    exchange = _round(state).exchange
    assert exchange is not None
    return exchange


def _in_round(state: SessionState, **fields: object) -> SessionState:
    return replace(state, round=replace(_round(state), **fields))  # type: ignore[arg-type]


def _in_exchange(state: SessionState, **fields: object) -> SessionState:
    return _in_round(state, exchange=replace(_exchange(state), **fields))  # type: ignore[arg-type]


@singledispatch
def apply(change: Change, state: SessionState) -> SessionState:
    """Return the state after one change."""
    raise NotImplementedError(change)


@apply.register
def _(change: RoundOpened, state: SessionState) -> SessionState:
    return replace(
        state, turn=None, round=RoundState(change.number, "open", text=change.text, moment_id=change.moment_id)
    )


@apply.register
def _(change: MarkSealed, state: SessionState) -> SessionState:
    return _in_round(state, sealed=_round(state).sealed | {change.seat})


@apply.register
def _(change: MarkWithdrawn, state: SessionState) -> SessionState:
    return _in_round(state, sealed=_round(state).sealed - {change.seat})


@apply.register
def _(change: RevealDue, state: SessionState) -> SessionState:
    raise NotImplementedError("a reveal that is due must be carried out as Revealed")


@apply.register
def _(change: Revealed, state: SessionState) -> SessionState:
    return _in_round(
        state,
        phase="revealed",
        sealed=frozenset(),
        reveal=Reveal(change.pattern, change.version, change.marks, fits={"a": None, "b": None}),
        exchange=Exchange(quiet_until=change.at + QUIET),
    )


@apply.register
def _(change: RoundSetAside, state: SessionState) -> SessionState:
    return _in_round(state, phase="set_aside", sealed=frozenset())


@apply.register
def _(change: FitAnswered, state: SessionState) -> SessionState:
    reveal = _round(state).reveal
    assert reveal is not None
    return _in_round(state, reveal=replace(reveal, fits=_with(reveal.fits, change.seat, change.fits)))


@apply.register
def _(change: QuietSkipped, state: SessionState) -> SessionState:
    return _in_exchange(state, skipped_quiet=_exchange(state).skipped_quiet | {change.seat})


@apply.register
def _(change: QuietEnded, state: SessionState) -> SessionState:
    return _in_exchange(state, quiet_until=change.at)


@apply.register
def _(change: NeedSealed, state: SessionState) -> SessionState:
    return _in_exchange(state, said=_exchange(state).said | {change.seat})


@apply.register
def _(change: NeedTakenBack, state: SessionState) -> SessionState:
    return _in_exchange(state, said=_exchange(state).said - {change.seat})


@apply.register
def _(change: NeedsDue, state: SessionState) -> SessionState:
    raise NotImplementedError("needs that are due must be carried out as NeedsShown")


@apply.register
def _(change: NeedsShown, state: SessionState) -> SessionState:
    return _in_exchange(state, needs=dict(change.needs))


@apply.register
def _(change: NeedReworded, state: SessionState) -> SessionState:
    exchange = _exchange(state)
    listener: Partner = "b" if change.seat == "a" else "a"
    needs = _with(exchange.needs or {}, change.seat, change.text)
    return _in_exchange(state, needs=needs, heard=exchange.heard - {listener})


@apply.register
def _(change: MeantConfirmed, state: SessionState) -> SessionState:
    return _in_exchange(state, meant=_exchange(state).meant | {change.seat})


@apply.register
def _(change: NeedHeard, state: SessionState) -> SessionState:
    return _in_exchange(state, heard=_exchange(state).heard | {change.seat})


@apply.register
def _(change: StepChosen, state: SessionState) -> SessionState:
    step = Step(change.step_id, change.seat, change.text)
    return _in_exchange(state, steps=_with(_exchange(state).steps, change.seat, step))


@apply.register
def _(change: StepTried, state: SessionState) -> SessionState:
    steps = tuple(replace(step, tried=change.tried) if step.id == change.step_id else step for step in state.follow_up)
    return replace(state, follow_up=steps)


@apply.register
def _(change: ReconnectConfirmed, state: SessionState) -> SessionState:
    return _in_exchange(state, reconnected=_exchange(state).reconnected | {change.seat})


@apply.register
def _(change: TurnStarted, state: SessionState) -> SessionState:
    return replace(state, turn=Turn(change.speaker, change.until))


@apply.register
def _(change: TurnEnded, state: SessionState) -> SessionState:
    return replace(state, turn=None)


@apply.register
def _(change: PauseStarted, state: SessionState) -> SessionState:
    return replace(state, pause=Pause(change.until))


@apply.register
def _(change: ResumeAsked, state: SessionState) -> SessionState:
    assert state.pause is not None
    asked = state.pause.asked_to_resume | {change.seat}
    return replace(state, pause=replace(state.pause, asked_to_resume=asked))


@apply.register
def _(change: PauseEnded, state: SessionState) -> SessionState:
    return replace(state, pause=None)


@apply.register
def _(change: ExchangeClosed, state: SessionState) -> SessionState:
    exchange = _exchange(state)
    return state if exchange.needs is not None else _in_exchange(state, said=frozenset())


@apply.register
def _(change: SessionEnded, state: SessionState) -> SessionState:
    people = tuple(replace(person, seen_at=None) for person in state.people)
    return replace(state, ended_at=change.at, pause=None, turn=None, people=people)


@apply.register
def _(change: HostLeft, state: SessionState) -> SessionState:
    people = tuple(
        replace(person, may_listen=False, seen_at=None) if person.seat == "host" else person for person in state.people
    )
    return replace(state, hosted=False, people=people, host_sees_follow_up=False)
