"""What a command may change, as plain values: ``rules`` decides on them, ``storing`` writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sessions.checkin.patterns import PatternCode
from sessions.checkin.state import OpenedMark, Partner, Tried


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
