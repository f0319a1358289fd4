"""What can change in the quiet after a reveal and in the exchange that follows; see ``changes``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sessions.checkin.state import Partner, SessionState, Step, other


@dataclass(frozen=True, slots=True)
class QuietSkipped:
    """A partner is ready before the quiet ends."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(skipped_quiet=state.exchange.skipped_quiet | {self.seat})


@dataclass(frozen=True, slots=True)
class QuietEnded:
    """Both were ready: the quiet ends now."""

    at: datetime

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(quiet_until=self.at)


@dataclass(frozen=True, slots=True)
class NeedSealed:
    """A partner said a need that the other may not see yet; its text travels beside the change."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(said=state.exchange.said | {self.seat})


@dataclass(frozen=True, slots=True)
class NeedTakenBack:
    """An unshown need is destroyed."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(said=state.exchange.said - {self.seat})


@dataclass(frozen=True, slots=True)
class NeedsShown:
    """Both needs were opened, to both."""

    needs: Mapping[Partner, str]

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(needs=dict(self.needs))


@dataclass(frozen=True, slots=True)
class NeedReworded:
    """A shown need was put in other words, so it has to be heard anew."""

    seat: Partner
    text: str

    def apply(self, state: SessionState) -> SessionState:
        exchange = state.exchange
        needs = {**(exchange.needs or {}), self.seat: self.text}
        listener = other(self.seat)
        heard_words = {seat: words for seat, words in exchange.heard_words.items() if seat != listener}
        return state.with_exchange(needs=needs, heard=exchange.heard - {listener}, heard_words=heard_words)


@dataclass(frozen=True, slots=True)
class MeantConfirmed:
    """A partner confirmed that the need says what they meant."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(meant=state.exchange.meant | {self.seat})


@dataclass(frozen=True, slots=True)
class HeardConfirmed:
    """A partner told the other: I heard you; and what, where ``words`` are not empty."""

    seat: Partner
    words: str = ""

    def apply(self, state: SessionState) -> SessionState:
        exchange = state.exchange
        given = {self.seat: self.words} if self.words else {}
        return state.with_exchange(heard=exchange.heard | {self.seat}, heard_words={**exchange.heard_words, **given})


@dataclass(frozen=True, slots=True)
class StepChosen:
    """A partner chose one small step, or another one instead."""

    seat: Partner
    step_id: UUID
    text: str

    def apply(self, state: SessionState) -> SessionState:
        step = Step(self.step_id, self.seat, self.text)
        return state.with_exchange(steps={**state.exchange.steps, self.seat: step})


@dataclass(frozen=True, slots=True)
class ReconnectConfirmed:
    """A partner is back in contact; ``both`` when this makes it mutual, and ``together`` the day it then has."""

    seat: Partner
    relief: int | None
    at: datetime
    both: bool
    day: date | None = None
    together: date | None = None

    def apply(self, state: SessionState) -> SessionState:
        reconnected = state.exchange.reconnected | {self.seat}
        return state.with_exchange(reconnected=reconnected, days=_with_day(state.exchange.days, self.seat, self.day))


@dataclass(frozen=True, slots=True)
class EarlierReconnectConfirmed:
    """The same of the last round of the check-in before; once both have said it, nothing more is asked of it."""

    row: int
    seat: Partner
    relief: int | None
    at: datetime
    both: bool
    day: date | None = None
    together: date | None = None

    def apply(self, state: SessionState) -> SessionState:
        earlier = state.earlier
        if earlier is None or self.both:
            return replace(state, earlier=None)
        days = _with_day(earlier.days, self.seat, self.day)
        return replace(state, earlier=replace(earlier, reconnected=earlier.reconnected | {self.seat}, days=days))


def _with_day(days: Mapping[Partner, date], seat: Partner, day: date | None) -> dict[Partner, date]:
    rest = {one: named for one, named in days.items() if one != seat}
    return {**rest, seat: day} if day else rest


@dataclass(frozen=True, slots=True)
class SameLoopAnswered:
    """A partner said whether it was the same loop again; ``both`` when this makes it mutual."""

    seat: Partner
    same: bool
    both: bool

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(said_same={**state.exchange.said_same, self.seat: self.same})


@dataclass(frozen=True, slots=True)
class ExchangeClosed:
    """The exchange is over; a need not yet shown is destroyed unread."""

    def apply(self, state: SessionState) -> SessionState:
        return state if state.exchange.needs is not None else state.with_exchange(said=frozenset())


ExchangeChange = (
    QuietSkipped
    | QuietEnded
    | NeedSealed
    | NeedTakenBack
    | NeedsShown
    | NeedReworded
    | MeantConfirmed
    | HeardConfirmed
    | StepChosen
    | ReconnectConfirmed
    | EarlierReconnectConfirmed
    | SameLoopAnswered
    | ExchangeClosed
)
