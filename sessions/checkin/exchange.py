"""What can change in the quiet after a reveal and in the exchange that follows; see ``changes``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
        return state.with_exchange(needs=needs, heard=exchange.heard - {other(self.seat)})


@dataclass(frozen=True, slots=True)
class MeantConfirmed:
    """A partner confirmed that the need says what they meant."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(meant=state.exchange.meant | {self.seat})


@dataclass(frozen=True, slots=True)
class HeardConfirmed:
    """A partner told the other: I heard you."""

    seat: Partner

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(heard=state.exchange.heard | {self.seat})


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
    """A partner is back in contact; ``both`` when this makes it mutual."""

    seat: Partner
    relief: int | None
    at: datetime
    both: bool

    def apply(self, state: SessionState) -> SessionState:
        return state.with_exchange(reconnected=state.exchange.reconnected | {self.seat})


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
    | ExchangeClosed
)
