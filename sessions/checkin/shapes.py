"""What the server sends, field by field.

Snapshots are built as plain dicts (see ``snapshots``). These models describe them for other people's clients, and the
tests hold every snapshot of a whole check-in against them.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from sessions.checkin import wire
from sessions.checkin.frames import DetailName, FeelingCode, MoveCode
from sessions.checkin.patterns import PatternCode, Reaction
from sessions.checkin.rules import COMMAND_TYPES
from sessions.checkin.state import Partner, RoundPhase, SeatName, Tried

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Identifier = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
CommandType = Annotated[str, Field(json_schema_extra={"enum": list(COMMAND_TYPES)})]
Code = Annotated[str, Field(json_schema_extra={"enum": list(wire.HTTP_STATUS)})]


class Shape(BaseModel):
    """Something the server sends."""

    model_config = ConfigDict(strict=True, extra="forbid")


class You(Shape):
    """The viewer's own seat."""

    seat: SeatName
    name: str


class Somebody(Shape):
    """A person who has taken a seat."""

    seat: SeatName
    name: str
    here: bool


class RunningPause(Shape):
    """A pause and when it ends by itself."""

    until: Instant
    you_asked_to_resume: bool


class RunningTurn(Shape):
    """A speaker-listener turn and when it ends by itself."""

    speaker: Partner
    until: Instant


class ChosenStep(Shape):
    """A small step that a partner chose."""

    id: Identifier
    text: str


class FollowUp(ChosenStep):
    """A step of the couple's last check-in that had any."""

    seat: Partner
    tried: Tried | None


class ChosenMoment(Shape):
    """What the round is about; the id where it came from the library."""

    id: int | None
    text: str


class BothSeals(Shape):
    """Who has sealed, as a host's console shows it."""

    a: bool
    b: bool


class RevealedMark(Shape):
    """A mark after its reveal: of the other, what was shared; one's own with everything, and ``share``."""

    reaction: Reaction
    intensity: Annotated[int, Field(ge=1, le=5)]
    # A default says only that the field may be absent; what was not filled in is not sent.
    moves: list[MoveCode] = []
    underneath: list[FeelingCode] = []
    impulse: MoveCode = "listen"
    chosen: MoveCode = "listen"
    guess: Reaction = "steady"
    thought: str = ""
    second_look: str = ""
    words: str = ""
    share: list[DetailName] = []


class BothMarks(Shape):
    """The two marks."""

    a: RevealedMark
    b: RevealedMark


class BothTexts(Shape):
    """One text for each partner."""

    a: str
    b: str


class BothBooleans(Shape):
    """One yes or no for each partner."""

    a: bool
    b: bool


class BothFits(Shape):
    """Whether the pattern's name fits: one's own at once, the other's once both have answered."""

    a: bool | None
    b: bool | None


class BothSteps(Shape):
    """The step that each partner chose."""

    a: ChosenStep | None
    b: ChosenStep | None


class NamedPattern(Shape):
    """What the two reactions do together."""

    code: PatternCode
    version: int
    name: str
    also: list[str]
    summary: str
    roles: BothTexts


class RoundReveal(Shape):
    """Both marks and the pattern they make."""

    pattern: NamedPattern
    marks: BothMarks
    fits: BothFits
    read_each_other: Literal[True] | None


class RoundExchange(Shape):
    """What follows a reveal; the fields that begin with ``you_`` are absent for a host and on the shared screen."""

    quiet_until: Instant | None
    needs: BothTexts | None
    meant: BothBooleans
    heard: BothBooleans
    steps: BothSteps
    reconnected: bool
    you_skipped: bool = False
    you_said: bool = False
    you_reconnected: bool = False


class LatestRound(Shape):
    """The latest round. ``sealed`` is one's own seal; of both on a host's console; null on the shared screen."""

    number: int
    state: RoundPhase
    moment: ChosenMoment
    sealed: bool | BothSeals | None
    reveal: RoundReveal | None
    exchange: RoundExchange | None


class Session(Shape):
    """A check-in as one viewer may see it now."""

    id: Identifier
    state: Literal["waiting", "live", "paused", "ended"]
    hosted: bool
    title: str
    you: You
    people: list[Somebody]
    pause: RunningPause | None
    turn: RunningTurn | None
    follow_up: list[FollowUp]
    round: LatestRound | None
    can: list[CommandType]


class Snapshot(Shape):
    """Everything this viewer may see, sent whenever it changes for them. ``pad`` hides the length of a reveal."""

    type: Literal["snapshot"]
    session: Session
    pad: str = ""


class Ack(Shape):
    """The command is durable, now or since an earlier time that the same ``op`` came. ``now`` answers a ``sync``."""

    type: Literal["ack"]
    op: str
    now: Instant = ""


class Error(Shape):
    """The command was refused and has changed nothing. ``op`` is null when it could not be read."""

    type: Literal["error"]
    op: str | None
    code: Code
    detail: str


ANSWERS: Final[tuple[type[Shape], ...]] = (Ack, Error, Snapshot)
