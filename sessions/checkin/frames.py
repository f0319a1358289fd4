"""What a client may send: nineteen kinds of frame, each a typed command once ``protocol`` has read it. No database."""

import unicodedata
from typing import Annotated, Any, ClassVar, Final, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from cycleproject.visible import shows_something
from sessions.checkin.patterns import Reaction
from sessions.checkin.state import Partner, Tried

MAX_FRAME_BYTES: Final = 16 * 1024
MAX_INTEGER: Final = 2**31 - 1

MoveCode = Literal[
    "ask-again",
    "seek-reassurance",
    "reach-out-more",
    "protest",
    "defend",
    "go-quiet",
    "take-space",
    "reply-less",
    "change-subject",
    "stay-and-share",
    "listen",
]
FeelingCode = Literal[
    "fear-of-losing-connection",
    "fear-of-being-too-much",
    "overwhelm",
    "fear-of-failing-the-other",
    "loneliness",
    "hurt",
    "shame",
    "relief",
]
DetailName = Literal["moves", "underneath", "impulse", "chosen", "guess", "thought", "second_look", "words"]


def clean_text(text: str) -> str:
    """Return text in NFC without surrounding blanks; what nobody would see anything of is none.

    Raises ValueError for control characters other than a line break: a NUL or an escape sequence is never
    something a person meant to say.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if any(unicodedata.category(character) in ("Cc", "Cs") and character != "\n" for character in text):
        raise ValueError("control characters are refused")
    return text.strip() if shows_something(text) else ""


def _up_to(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        # NFC never leaves less than a quarter. Asked first, because ordering thousands of combining marks in a frame
        # takes long enough to hold up everybody else.
        if len(text.strip()) > 4 * limit:
            raise ValueError(f"at most {limit} characters")
        text = clean_text(text)
        if len(text) > limit:
            raise ValueError(f"at most {limit} characters")
        return text

    return AfterValidator(check)


def _filled(text: str) -> str:
    if not text:
        raise ValueError("must say something")
    return text


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise ValueError("values must be distinct")
    return values


def _whole(value: object) -> object:
    if type(value) is not int:
        raise ValueError("must be a whole number")
    return value


def _printable(op: str) -> str:
    if not op.isprintable():
        raise ValueError("op must be printable")
    return op


Op = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_printable)]
Text280 = Annotated[str, _up_to(280), Field(json_schema_extra={"maxLength": 280})]
Text500 = Annotated[str, _up_to(500), Field(json_schema_extra={"maxLength": 500})]
SaidText = Annotated[
    str, _up_to(280), AfterValidator(_filled), Field(json_schema_extra={"minLength": 1, "maxLength": 280})
]
Number = Annotated[int, Field(ge=1, le=MAX_INTEGER)]


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

    @model_validator(mode="after")
    def _one_moment(self) -> "RoundOpen":
        if (self.moment is None) == (self.text is None):
            raise ValueError("either a moment or a text")
        return self


class MarkSeal(RoundCommand):
    """Seal one's whole mark."""

    DETAILS: ClassVar[tuple[str, ...]] = get_args(DetailName)

    type: Literal["mark.seal"]
    reaction: Reaction
    intensity: Annotated[int, Field(ge=1, le=5)]
    moves: Annotated[list[MoveCode], Field(max_length=3), AfterValidator(_distinct)] = Field(default_factory=list)
    underneath: Annotated[list[FeelingCode], Field(max_length=3), AfterValidator(_distinct)] = Field(
        default_factory=list
    )
    impulse: MoveCode | None = None
    chosen: MoveCode | None = None
    guess: Reaction | None = None
    thought: Text280 = ""
    second_look: Text280 = ""
    words: Text500 = ""
    share: Annotated[list[DetailName], Field(max_length=8), AfterValidator(_distinct)] = Field(default_factory=list)

    def details(self) -> dict[str, Any]:
        """Return the optional fields that were filled in."""
        return {name: getattr(self, name) for name in self.DETAILS if getattr(self, name)}

    def shared(self) -> tuple[str, ...]:
        """Return the filled-in fields to share: naming an empty one shares nothing."""
        return tuple(name for name in self.DETAILS if name in self.share and getattr(self, name))


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
    """Confirm: that is what I meant."""

    type: Literal["meant.confirm"]


class NeedHeard(RoundCommand):
    """Tell the other: I heard you."""

    type: Literal["need.heard"]


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
    """Confirm: we're back in contact."""

    type: Literal["reconnect.confirm"]
    relief: Annotated[int, Field(ge=0, le=4)] | None = None


class TurnStart(Frame):
    """Start a speaker-listener turn."""

    type: Literal["turn.start"]
    speaker: Partner
    seconds: Annotated[int, Field(ge=30, le=300)]


class TurnEnd(Frame):
    """End the turn."""

    type: Literal["turn.end"]
    speaker: Partner | None = None
    seconds: Annotated[int, Field(ge=30, le=300)] | None = None


class PauseStart(Frame):
    """Start a pause, or lengthen it."""

    type: Literal["pause.start"]
    # A Literal compares by equality, even where everything else is strict: to it, true and 1.0 are 1.
    minutes: Annotated[Literal[1, 5, 20], BeforeValidator(_whole)]


class PauseResume(Frame):
    """Ask to go on before the pause is over."""

    type: Literal["pause.resume"]


class SessionEnd(Frame):
    """End the check-in for all."""

    type: Literal["session.end"]


class SessionLeave(Frame):
    """Leave, without a reason."""

    type: Literal["session.leave"]


class Sync(Frame):
    """Ask for the snapshot; also the heartbeat."""

    type: Literal["sync"]


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
    | TurnStart
    | TurnEnd
    | PauseStart
    | PauseResume
    | SessionEnd
    | SessionLeave
    | Sync,
    Field(discriminator="type"),
]
COMMANDS: Final[TypeAdapter[Command]] = TypeAdapter(Command)
