"""The optional fields of a mark: one row for each, which frames, snapshots, labels and pages are made of.

docs/extending.md says what else a new one needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_type_hints

from typing_extensions import TypedDict

from sessions.checkin.patterns import Reaction

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
InnerMoveCode = Literal[
    "replay",
    "read-between-lines",
    "rehearse",
    "doubt-myself",
    "go-numb",
    "plan-the-way-out",
    "wait-it-out",
    "keep-busy",
]
SurfaceCode = Literal["angry", "frustrated", "tense", "flat", "restless", "resentful"]
BodyCode = Literal["chest", "throat", "stomach", "shoulders", "heat", "cold", "heaviness", "nothing"]


@dataclass(frozen=True, slots=True)
class Codes:
    """A list of distinct codes; ``labels`` names their words in ``words.marks.LABELS``."""

    labels: str
    most: int


@dataclass(frozen=True, slots=True)
class Code:
    """One code; ``labels`` as for several."""

    labels: str


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote, of so many code points at most."""

    most: int


Kind = Codes | Code | Text


class Details(TypedDict, total=False):
    """What a mark says besides its reaction and intensity; a field that was not filled in is absent."""

    moves: Annotated[list[MoveCode], Codes("moves", most=3)]
    underneath: Annotated[list[FeelingCode], Codes("feelings", most=3)]
    impulse: Annotated[MoveCode, Code("moves")]
    chosen: Annotated[MoveCode, Code("moves")]
    guess: Annotated[Reaction, Code("reactions")]
    thought: Annotated[str, Text(280)]
    second_look: Annotated[str, Text(280)]
    words: Annotated[str, Text(500)]
    inner: Annotated[list[InnerMoveCode], Codes("inner_moves", most=3)]
    surface: Annotated[list[SurfaceCode], Codes("surface_feelings", most=2)]
    body: Annotated[list[BodyCode], Codes("body_cues", most=3)]
    moment_text: Annotated[str, Text(280)]


KINDS: Final[Mapping[str, Kind]] = {
    name: row.__metadata__[0] for name, row in get_type_hints(Details, include_extras=True).items()
}
TYPES: Final[Mapping[str, Any]] = get_type_hints(Details)
NAMES: Final = tuple(KINDS)
# What a mark is about is part of every reveal, as its reaction is: nobody chooses who sees it.
ALWAYS_SHOWN: Final = frozenset({"moment_text"})
WRITTEN: Final = tuple(name for name, kind in KINDS.items() if isinstance(kind, Text))


def texts_of(details: Details) -> list[str]:
    """Return whatever somebody wrote into a mark."""
    held: Mapping[str, object] = details
    return [str(held[name]) for name in WRITTEN if held.get(name)]


if TYPE_CHECKING:
    DetailName = str
else:
    DetailName = Literal[NAMES]
