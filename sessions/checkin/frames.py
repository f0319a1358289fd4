"""What a client may send: kinds of frame, each a typed command once ``wire`` has read it. No database."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    create_model,
    model_validator,
)

from sessions.checkin import details
from sessions.checkin.details import DetailName, Details
from sessions.checkin.frame_fields import (
    MAX_INTEGER,
    Number,
    Op,
    SaidText,
    Text280,
    iso_day,
    up_to,
    whole_number,
    without_repeats,
)
from sessions.checkin.patterns import Reaction
from sessions.checkin.state import OpenedMark, Partner, Tried, When
from sessions.words import library

MAX_FRAME_BYTES: Final = 16 * 1024


class Frame(BaseModel):
    """What every command carries."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    op: Op
    pad: str = Field("", max_length=MAX_FRAME_BYTES, repr=False)


class RoundCommand(Frame):
    """A command about one round."""

    round: Number


class RoundOpen(Frame):
    """Open the round that follows ``after``."""

    type: Literal["round.open"]
    after: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    moment: Number | None = Field(default=None)
    text: SaidText | None = Field(default=None)
    theme: Annotated[str, Field(max_length=40)] | None = Field(default=None)
    size: Annotated[int, Field(ge=1, le=3)] | None = Field(default=None)
    when: When | None = Field(default=None)

    @model_validator(mode="after")
    def _one_moment(self) -> "RoundOpen":
        if (self.moment is None) == (self.text is None):
            raise ValueError("either a moment or a text")
        return self


class _MarkCore(RoundCommand):
    type: Literal["mark.seal"]
    reaction: Reaction
    intensity: Annotated[int, Field(ge=1, le=5)]


def _optional(name: str) -> Any:
    """Return a field of a frame for one row of ``details``: its type, and what stands where nothing was filled in."""
    held, kind = details.TYPES[name], details.KINDS[name]
    match kind:
        case details.Codes():
            # What the type checker cannot read, the table says: ``held`` is the type of the row.
            distinct = Annotated[held, Field(max_length=kind.most), AfterValidator(without_repeats)]  # type: ignore[valid-type]
            return distinct, Field(default_factory=list)
        case details.Code():
            return held | None, None
        case details.Text():
            return Annotated[str, up_to(kind.most), Field(json_schema_extra={"maxLength": kind.most})], ""


if TYPE_CHECKING:
    _WithDetails = _MarkCore
else:
    _WithDetails = create_model("_WithDetails", __base__=_MarkCore, **{name: _optional(name) for name in details.NAMES})


class MarkSeal(_WithDetails):
    """Seal one's whole mark; where each chooses a moment, with one of the library or with ``moment_text``."""

    moment: Number | None = Field(default=None)
    share: Annotated[list[DetailName], Field(max_length=len(details.NAMES)), AfterValidator(without_repeats)] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _one_moment(self) -> "MarkSeal":
        written = any(getattr(self, name) for name in details.ALWAYS_SHOWN)
        if self.moment and (written or self.moment not in library.MOMENT_BY_ID):
            raise ValueError("either a moment of the library or a text")
        return self

    def details(self) -> Details:
        """Return the optional fields that were filled in."""
        held = {name: value for name in details.NAMES if (value := getattr(self, name))}
        return cast(Details, {**held, "moment_text": library.MOMENT_BY_ID[self.moment].text} if self.moment else held)

    def shared(self) -> tuple[DetailName, ...]:
        """Return the filled-in fields to share: naming an empty one shares nothing."""
        return tuple(name for name in self.details() if name in self.share or name in details.ALWAYS_SHOWN)

    def opened(self) -> OpenedMark:
        """Return the mark as it is once it is open."""
        return OpenedMark(self.reaction, self.intensity, self.details(), self.shared())


class MarkWithdraw(RoundCommand):
    """Destroy one's own sealed mark."""

    type: Literal["mark.withdraw"]


class RoundSetAside(RoundCommand):
    """Close an open round unread."""

    type: Literal["round.set_aside"]


class PatternFit(RoundCommand):
    """Say whether the pattern's name fits the moment."""

    type: Literal["pattern.fit"]
    fits: bool


class QuietSkip(RoundCommand):
    """Ask to end the quiet."""

    type: Literal["quiet.skip"]


class NeedSay(RoundCommand):
    """Say one need; empty takes an unshown one back."""

    type: Literal["need.say"]
    text: Text280


class MeantConfirm(RoundCommand):
    """Tell that one's own need, as it stands there, says what was meant."""

    type: Literal["meant.confirm"]


class NeedHeard(RoundCommand):
    """Tell the other: I heard you; if wanted, what was heard, in the listener's own words."""

    type: Literal["need.heard"]
    words: Text280 = ""


class StepChoose(RoundCommand):
    """Choose one small step."""

    type: Literal["step.choose"]
    text: SaidText


class StepTried(Frame):
    """Tell whether a step of the last check-in was tried."""

    type: Literal["step.tried"]
    step: Annotated[UUID, Field(strict=False)]
    tried: Tried


class ReconnectConfirm(RoundCommand):
    """Confirm: we're back in contact. Round 0 is the last one of the check-in before."""

    type: Literal["reconnect.confirm"]
    round: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    relief: Annotated[int, Field(ge=0, le=4)] | None = None
    day: Annotated[date, BeforeValidator(iso_day)] | None = None


class LoopSame(RoundCommand):
    """Tell whether it was the same loop again."""

    type: Literal["loop.same"]
    same: bool


class TurnStart(Frame):
    """Start a speaker-listener turn."""

    type: Literal["turn.start"]
    speaker: Partner
    seconds: Annotated[int, Field(ge=30, le=300)]


class TurnEnd(Frame):
    """Stop the running turn before its time is over."""

    type: Literal["turn.end"]
    speaker: Partner | None = None
    seconds: Annotated[int, Field(ge=30, le=300)] | None = None


class PauseStart(Frame):
    """Start a pause, or lengthen it."""

    type: Literal["pause.start"]
    # A Literal compares by equality, even where everything else is strict: to it, true and 1.0 are 1.
    minutes: Annotated[Literal[1, 5, 20], BeforeValidator(whole_number)]


class PauseResume(Frame):
    """Ask to go on before the pause is over."""

    type: Literal["pause.resume"]


class SessionEnd(Frame):
    """End the check-in for all: at once, or ``soon``, so that the others see it coming and may stay."""

    type: Literal["session.end"]
    soon: bool = False


class SessionStay(Frame):
    """Stop an end that is coming."""

    type: Literal["session.stay"]


class SessionLeave(Frame):
    """Leave, without a reason."""

    type: Literal["session.leave"]


class Sync(Frame):
    """Ask for the snapshot; also the heartbeat."""

    type: Literal["sync"]
    time: bool = False


Command = Annotated[
    RoundOpen
    | MarkSeal
    | MarkWithdraw
    | RoundSetAside
    | PatternFit
    | QuietSkip
    | NeedSay
    | MeantConfirm
    | NeedHeard
    | StepChoose
    | StepTried
    | ReconnectConfirm
    | LoopSame
    | TurnStart
    | TurnEnd
    | PauseStart
    | PauseResume
    | SessionEnd
    | SessionStay
    | SessionLeave
    | Sync,
    Field(discriminator="type"),
]
COMMANDS: Final[TypeAdapter[Command]] = TypeAdapter(Command)
