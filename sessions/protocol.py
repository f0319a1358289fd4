"""The one protocol: text in, typed command out; dict in, text out. No database.

The contract is docs/protocol.md; docs/asyncapi.yaml and the OpenAPI schema are generated from these models.
"""

import json
import unicodedata
from typing import Annotated, Any, ClassVar, Final, Literal, NoReturn, get_args
from uuid import UUID

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from sessions.patterns import Reaction
from sessions.state import Partner, Tried

MAX_FRAME_BYTES: Final = 16 * 1024
MAX_DEPTH: Final = 8
MAX_INTEGER: Final = 2**31 - 1
PAD_TO: Final = 4096

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

CLOSE_REASONS: Final = {
    "frames": 4400,
    "login": 4401,
    "revoked": 4403,
    "unknown": 4404,
    "silent": 4408,
    "ended": 4410,
    "flood": 4429,
    "restart": 1012,
    "binary": 1003,
    "too_large": 1009,
}

HTTP_STATUS: Final = {
    "frame.invalid": 400,
    "login.required": 401,
    "login.second_factor": 401,
    "login.not_fresh": 401,
    "csrf.failed": 403,
    "seat.not_allowed": 403,
    "account.needed": 403,
    "session.not_found": 404,
    "code.not_found": 404,
    "item.not_found": 404,
    "session.waiting": 409,
    "session.paused": 409,
    "session.not_paused": 409,
    "session.ended": 409,
    "round.stale": 409,
    "round.already_open": 409,
    "round.not_open": 409,
    "round.not_revealed": 409,
    "exchange.quiet": 409,
    "exchange.quiet_over": 409,
    "exchange.not_yet": 409,
    "exchange.closed": 409,
    "couple.not_free": 409,
    "notes.full": 409,
    "notes.changed": 409,
    "content.too_large": 413,
    "content.type": 415,
    "rate.limited": 429,
    "service.unavailable": 503,
}


def clean_text(text: str) -> str:
    """Return text in NFC without surrounding blanks.

    Raises ValueError for control characters other than a line break: a NUL or an escape sequence is never
    something a person meant to say.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if any(unicodedata.category(character) in ("Cc", "Cs") and character != "\n" for character in text):
        raise ValueError("control characters are refused")
    return text.strip()


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


class BadFrame(Exception):
    """A frame that cannot be read; ``op`` is its op where that much could be read."""

    def __init__(self, op: str | None = None) -> None:
        super().__init__("frame.invalid")
        self.op = op


def parse(text: str) -> Command:
    """Read one frame. Raises BadFrame."""
    return command_from(_decode(text))


def command_from(frame: Any) -> Command:
    """Read a command from decoded JSON. Raises BadFrame."""
    try:
        return COMMANDS.validate_python(frame)
    except ValidationError:
        # The validation error quotes the input; what a person wrote must not reach a log with the traceback.
        raise BadFrame(_readable_op(frame)) from None


def decode_json(text: str) -> Any:
    """Decode JSON as strictly as a frame: no duplicate keys, NaN, deep nesting, huge integers or lone surrogates.

    Raises BadFrame.
    """
    return _decode(text)


def _decode(text: str) -> Any:
    try:
        frame = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_integer)
        too_deep = _depth(frame) > MAX_DEPTH
    except (ValueError, RecursionError):
        raise BadFrame() from None
    if too_deep or (not _is_plain(text) and _has_lone_surrogate(frame)):
        raise BadFrame(_readable_op(frame))
    return frame


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    decoded = dict(pairs)
    if len(decoded) != len(pairs):
        raise ValueError("duplicate key")
    return decoded


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("integer too large")
    return int(digits)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _is_plain(text: str) -> bool:
    return text.isascii() and "\\u" not in text


def _has_lone_surrogate(frame: Any) -> bool:
    # JSON can spell half a character, which no store can keep and no answer can carry.
    try:
        json.dumps(frame, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _readable_op(frame: Any) -> str | None:
    op = frame.get("op") if isinstance(frame, dict) else None
    return op if isinstance(op, str) and 1 <= len(op) <= 64 and op.isprintable() else None


def ack(op: str) -> dict[str, Any]:
    """Return the answer to a command that is durable."""
    return {"type": "ack", "op": op}


def error(op: str | None, code: str, detail: str) -> dict[str, Any]:
    """Return the answer to a refused command."""
    return {"type": "error", "op": op, "code": code, "detail": detail}


def encode(answer: dict[str, Any]) -> str:
    """Return the text of an answer; one that carries a reveal is padded, so that its length tells nothing."""
    if not carries_reveal(answer):
        return orjson.dumps(answer).decode()
    padded = orjson.dumps({**answer, "pad": ""})
    ending = b'"}'
    return (padded.removesuffix(ending) + b" " * (-len(padded) % PAD_TO) + ending).decode()


def carries_reveal(answer: dict[str, Any]) -> bool:
    """Tell whether an answer holds a reveal: in a session's snapshot, or of a round that is past, or of several."""
    session, results = answer.get("session"), answer.get("results")
    latest = session.get("round") if isinstance(session, dict) else None
    past = results if isinstance(results, list) else []
    return any(isinstance(one, dict) and bool(one.get("reveal")) for one in (latest, answer, *past))
