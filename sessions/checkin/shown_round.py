"""What one viewer may see of a round, live and looking back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from sessions.checkin import own_moment
from sessions.checkin.details import DetailName, Details
from sessions.checkin.loop import NamedLoop, loop_of, named_first
from sessions.checkin.patterns import PatternCode, Reaction
from sessions.checkin.shown_moment import ChosenMoment, Translate, moment_of
from sessions.checkin.state import (
    PARTNERS,
    Exchange,
    OpenedMark,
    Partner,
    Reveal,
    RoundPhase,
    RoundState,
    SeatName,
    Step,
    other,
)
from sessions.words.patterns import PATTERNS

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Identifier = Annotated[str, Field(json_schema_extra={"format": "uuid"})]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes: a seat, or the screen that the whole room looks at (``shared``), which shows nobody's own things."""

    seat: SeatName
    shared: bool = False

    @property
    def partner(self) -> Partner | None:
        """Return the partner who looks alone, so that own things may be shown."""
        return self.seat if self.seat != "host" and not self.shared else None


# Its reveal.


class _Core(TypedDict):
    reaction: Reaction
    intensity: Annotated[int, Field(ge=1, le=5)]


class RevealedMark(_Core, Details):
    """A mark after its reveal: of the other, what was shared; one's own with everything, and ``share``."""

    share: NotRequired[list[DetailName]]


class BothMarks(TypedDict):
    """The two marks."""

    a: RevealedMark
    b: RevealedMark


class BothTexts(TypedDict):
    """One text for each partner."""

    a: str
    b: str


class BothFits(TypedDict):
    """Whether the pattern's name fits: one's own at once, the other's once both have answered."""

    a: bool | None
    b: bool | None


class NamedPattern(TypedDict):
    """What the two reactions do together."""

    code: PatternCode
    version: int
    name: str
    also: list[str]
    summary: str
    roles: BothTexts


class RoundReveal(TypedDict):
    """Both marks and the pattern they make."""

    pattern: NamedPattern
    marks: BothMarks
    fits: BothFits
    read_each_other: Literal[True] | None
    loop: NamedLoop | None


def reveal_for(reveal: Reveal, viewer: Viewer, first: Partner, translate: Translate = str) -> RoundReveal:
    """Return a reveal as this viewer may see it; ``first`` is whose name stands first in the loop."""
    words, marks = PATTERNS[reveal.pattern], reveal.marks
    return {
        "pattern": {
            "code": reveal.pattern,
            "version": reveal.version,
            "name": translate(words.name),
            "also": [translate(name) for name in words.also],
            "summary": translate(words.summary),
            "roles": {
                "a": translate(words.roles[marks["a"].reaction]),
                "b": translate(words.roles[marks["b"].reaction]),
            },
        },
        "marks": marks_for(marks, viewer, translate),
        "fits": _fits(reveal.fits, viewer),
        "read_each_other": _read_each_other(marks),
        "loop": loop_of(reveal, first, translate),
    }


def marks_for(marks: Mapping[Partner, OpenedMark], viewer: Viewer, translate: Translate = str) -> BothMarks:
    """Return both marks of a reveal as this viewer may see them."""
    return {
        "a": _mark(marks["a"], translate, own=viewer.partner == "a"),
        "b": _mark(marks["b"], translate, own=viewer.partner == "b"),
    }


def _mark(mark: OpenedMark, translate: Translate, *, own: bool) -> RevealedMark:
    details = mark.details if own else mark.shared_details
    if "moment_text" in details:
        details = {**details, "moment_text": own_moment.shown_text(mark, translate)}
    # No row of details is called "share", which is all that the type checker misses.
    shown: RevealedMark = {"reaction": mark.reaction, "intensity": mark.intensity, **details}  # type: ignore[typeddict-item]
    if own:
        shown["share"] = list(mark.share)
    return shown


def _fits(fits: Mapping[Partner, bool | None], viewer: Viewer) -> BothFits:
    # An answer shown before the other has given theirs would lean on them.
    both_answered = all(fits[seat] is not None for seat in PARTNERS)
    return {
        "a": fits["a"] if both_answered or viewer.partner == "a" else None,
        "b": fits["b"] if both_answered or viewer.partner == "b" else None,
    }


def _read_each_other(marks: Mapping[Partner, OpenedMark]) -> Literal[True] | None:
    right = all(marks[seat].shared_details.get("guess") == marks[other(seat)].reaction for seat in PARTNERS)
    return True if right else None


# What follows a reveal.


class BothBooleans(TypedDict):
    """One yes or no for each partner."""

    a: bool
    b: bool


class BothHeardWords(TypedDict):
    """What each partner heard of the other's need, in own words, by the seat of whoever listened."""

    a: str | None
    b: str | None


class ChosenStep(TypedDict):
    """A small step that a partner chose."""

    id: Identifier
    text: str


class BothSteps(TypedDict):
    """The step that each partner chose."""

    a: ChosenStep | None
    b: ChosenStep | None


class RoundExchange(TypedDict):
    """What follows a reveal; the fields that begin with ``you_`` are absent for a host and on the shared screen."""

    quiet_until: Instant | None
    needs: BothTexts | None
    meant: BothBooleans
    heard: BothBooleans
    heard_words: BothHeardWords
    steps: BothSteps
    reconnected: bool
    reconnected_on: Day | None
    same_loop_offered: NotRequired[bool]
    same_loop: NotRequired[Literal[True] | None]
    you_said_same: NotRequired[bool | None]
    you_skipped: NotRequired[bool]
    you_said: NotRequired[bool]
    you_reconnected: NotRequired[bool]


def _exchange(exchange: Exchange, viewer: Viewer, now: datetime, *, same_loop_offered: bool) -> RoundExchange:
    needs, steps = exchange.needs, exchange.steps
    shown: RoundExchange = {
        "quiet_until": iso(exchange.quiet_until) if exchange.quiet(now) else None,
        "needs": {"a": needs["a"], "b": needs["b"]} if needs else None,
        "meant": _each(exchange.meant),
        "heard": _each(exchange.heard),
        "heard_words": {"a": exchange.heard_words.get("a"), "b": exchange.heard_words.get("b")},
        "steps": {"a": _step(steps.get("a")), "b": _step(steps.get("b"))},
        "reconnected": exchange.reconnected == set(PARTNERS),
        "reconnected_on": exchange.reconnected_on.isoformat() if exchange.reconnected_on else None,
    }
    if viewer.partner:
        shown["you_skipped"] = viewer.partner in exchange.skipped_quiet
        shown["you_said"] = viewer.partner in exchange.said
        shown["you_reconnected"] = viewer.partner in exchange.reconnected
        # A host may not know that there was an earlier loop; and a no shows to nobody but its author.
        shown["same_loop_offered"] = same_loop_offered and not exchange.quiet(now)
        shown["same_loop"] = True if exchange.same_loop else None
        shown["you_said_same"] = exchange.said_same.get(viewer.partner)
    return shown


def iso(moment: datetime) -> str:
    """Return a moment as it is on the wire."""
    return moment.isoformat().replace("+00:00", "Z")


def _each(seats: Collection[Partner]) -> BothBooleans:
    return {"a": "a" in seats, "b": "b" in seats}


def _step(step: Step | None) -> ChosenStep | None:
    return {"id": str(step.id), "text": step.text} if step else None


# The round.


class BothSeals(TypedDict):
    """Who has sealed, as a host's console shows it."""

    a: bool
    b: bool


class LatestRound(TypedDict):
    """The latest round. ``sealed`` is one's own seal; of both on a host's console; null on the shared screen."""

    number: int
    state: RoundPhase
    moment: ChosenMoment
    sealed: bool | BothSeals | None
    reveal: RoundReveal | None
    exchange: RoundExchange | None


def round_for(
    latest: RoundState,
    ends_at: datetime,
    viewer: Viewer,
    now: datetime,
    translate: Translate = str,
    *,
    names: Mapping[Partner, str] | None = None,
    same_loop_offered: bool = False,
) -> LatestRound:
    """Return one round, of the check-in that ends then, as this viewer may see it."""
    first = named_first(ends_at, latest.number)
    moment = moment_of(latest, translate)
    if latest.reveal and own_moment.each_chooses(latest):
        moment["text"] = own_moment.of_both(latest.reveal.marks, names or {}, viewer.partner or first, translate)
    return {
        "number": latest.number,
        "state": latest.phase,
        "moment": moment,
        "sealed": _sealed(latest, viewer),
        "reveal": reveal_for(latest.reveal, viewer, first, translate) if latest.reveal else None,
        "exchange": _exchange(latest.exchange, viewer, now, same_loop_offered=same_loop_offered)
        if latest.exchange
        else None,
    }


def _sealed(latest: RoundState, viewer: Viewer) -> bool | BothSeals | None:
    if viewer.shared:
        return None
    if viewer.seat == "host":
        return {"a": "a" in latest.sealed, "b": "b" in latest.sealed}
    return viewer.seat in latest.sealed
