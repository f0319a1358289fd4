"""What the operations on check-ins take and give, field by field."""

from typing import Final

from pydantic import RootModel

from accounts.api.base import Body, Given
from accounts.api.shapes import FirstName, Page
from sessions import protocol
from sessions.shapes import Ack, Identifier, Session

# Every code that a command can be refused with, besides those of every operation.
REFUSED_COMMANDS: Final = tuple(
    code for code in protocol.HTTP_STATUS if code.split(".")[0] in ("session", "round", "exchange", "seat")
)


class FirstNameGiven(Body):
    """What the other one will read."""

    first_name: FirstName


class TogetherAsked(Body):
    """A check-in of the couple."""

    hosted: bool = False


class LiveSessionFound(Given):
    """Where to go."""

    session: Identifier


class Joined(LiveSessionFound):
    """Where to go, and what to show there: ``token`` goes into ``X-Session-Token``."""

    token: str


class Started(Joined):
    """The same, and what the other one needs."""

    code: str
    link: str


class LiveSessionsFound(Page):
    """Check-ins."""

    results: list[LiveSessionFound]


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


class AnyCommand(RootModel[protocol.Command]):
    """A frame of the protocol: `type` says which."""
