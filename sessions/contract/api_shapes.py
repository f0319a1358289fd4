"""What the operations on check-ins take and give, field by field."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, RootModel, model_validator

from accounts.api.repeatable import Repeatable
from accounts.api.shapes import FirstName, Page
from cycleproject.api.bodies import Given, Query
from cycleproject.text import clean
from sessions.checkin import frame_fields, frames
from sessions.checkin.apart import Outcome, ToldToHost
from sessions.checkin.appointment import AppointmentState, Deed
from sessions.checkin.refusals import REFUSALS
from sessions.checkin.shown_round import Identifier, Instant
from sessions.checkin.snapshot import AskedHour, Session
from sessions.checkin.state import TITLE_LENGTH
from sessions.checkin.wire import Ack

# Every code that a command can be refused with, besides those of every operation.
REFUSED_COMMANDS: Final = tuple(
    code for code in REFUSALS if code.split(".")[0] in ("session", "round", "exchange", "seat", "step", "moment")
)


class FirstNameGiven(Repeatable):
    """What the other one will read. Somebody with a login keeps the name that they have."""

    first_name: FirstName


class LinkQuery(Query):
    """The `key` of the link that the other one passed on. With it nobody waits because of others who guess codes."""

    key: Annotated[str, Field(max_length=200)] = ""


def _written(value: object) -> object:
    # A bare number is a time too, to whoever reads it leniently.
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def clean_title(title: str) -> str:
    """Return a title on one line. Raises ValueError."""
    return clean(title, TITLE_LENGTH, strict_ends=True)


_Planned = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    Field(strict=False, description="A time to come, within a year; RFC 3339."),
]


_Hour = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    Field(strict=False, description="A time to come, within 14 days, on a whole second; RFC 3339."),
]


class CheckInAsked(Repeatable):
    """What check-in somebody wants: the couple's own, or one to host, for a linked couple or for two who are new."""

    hosted: bool = False
    couple: Annotated[UUID, BeforeValidator(_written), Field(strict=False)] | None = None
    title: Annotated[str, AfterValidator(clean_title), Field(json_schema_extra={"maxLength": TITLE_LENGTH})] = ""
    starts_at: _Planned | None = None


class AppointmentMoved(Repeatable):
    """The time that an appointment shall have instead."""

    starts_at: _Planned


class OpeningProposed(Repeatable):
    """An hour within 14 days, and one moment: of the library, in own words, or one that each of the two chooses."""

    opens_at: _Hour
    moment: Annotated[int, Field(ge=1)] | None = None
    text: frame_fields.SaidText | None = None
    each_chooses: bool = False

    @model_validator(mode="after")
    def _one_moment(self) -> "OpeningProposed":
        if (self.moment is not None) + (self.text is not None) + self.each_chooses != 1:
            raise ValueError("either a moment, or a text, or each chooses one")
        return self


class HourSaid(Repeatable):
    """The hour at which it shall open."""

    opens_at: _Hour


class LiveSessionFound(Given):
    """Where to go."""

    session: Identifier


class CheckInStarted(LiveSessionFound):
    """Where to go; of a hosted check-in also what the two phones need."""

    code: str = ""
    link: str = ""
    link_with_key: str = ""


class LiveSessionListed(LiveSessionFound):
    """Where to go, and what it is: hosted or not, for when it was planned, and what it is as an appointment.

    ``opens_at`` is the hour of one that each seals alone.
    """

    title: str
    hosted: bool
    starts_at: Instant | None
    appointment: AppointmentState | None = None
    opens_at: Instant | None = None


class AppointmentTold(LiveSessionFound):
    """One appointment. But for `can`, which is what this reader may do, it is the same to all three."""

    title: str
    hosted: bool
    appointment: AppointmentState
    starts_at: Instant
    opens_at: Instant
    moved_from: Instant | None
    can: list[Deed]


class OpeningTold(LiveSessionFound):
    """One agreed opening; the same to both. ``set_by`` is the therapist who suggested it, by name."""

    opens_at: Instant
    agreed: bool
    asked: AskedHour | None
    outcome: Outcome | None
    set_by: str | None = None


class SuggestedOpening(Given):
    """The opening that a therapist suggested last to a couple, as that therapist sees it; null where there is none.

    Of who has said what, who has sealed and what came of it, nothing.
    """

    opens_at: Instant | None
    state: ToldToHost | None


class Joined(LiveSessionFound):
    """Where to go, and what to show there: ``token`` goes into ``X-Session-Token``."""

    token: str


class Started(Joined):
    """The same, and what the other one needs."""

    code: str
    link: str
    link_with_key: str


class LiveSessionsFound(Page):
    """Check-ins."""

    results: list[LiveSessionListed]


class LibraryMoment(Given):
    """A moment that many know."""

    id: int
    text: str


class LibraryTheme(Given):
    """Moments of one theme."""

    code: str
    label: str
    moments: list[LibraryMoment]


class Library(Page):
    """Every theme, on one page."""

    results: list[LibraryTheme]


class SnapshotGiven(Given):
    """Everything that this viewer may see now. ``pad`` hides the length of a reveal."""

    session: Session
    pad: str = ""


class CommandAnswered(SnapshotGiven):
    """The command is durable; and what this viewer may see after it."""

    reply: Ack


class AnyCommand(RootModel[frames.Command]):
    """A frame of the protocol: `type` says which."""
