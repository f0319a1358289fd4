"""An agreed opening: what each has sealed alone opens for both at an hour that both have said.

asked     a therapist has suggested an hour, one of the two has said one, or each another one
agreed    both have said the same; it may still be moved, by both again
opened    it has come, both had sealed: a check-in like any other, in which each goes on when it suits
over      it has come and nothing opened, or it was called off before
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

# How far ahead an hour may be said.
WITHIN: Final = timedelta(days=14)
# How long it stays open once it has: two who are never there together each come more than once.
OPEN_FOR: Final = timedelta(days=3)

Stored = Literal["", "asked", "agreed", "opened"]
Outcome = Literal["called_off", "stayed_closed"]
ToldToHost = Literal["asked", "agreed", "over"]
WAITING: Final[tuple[Stored, ...]] = ("asked", "agreed")
OPENED: Final[Stored] = "opened"


@dataclass(frozen=True, slots=True)
class Asked:
    """An hour that one of the two has said and the other has not."""

    by: Literal["a", "b"]
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Apart:
    """The hour, whether both have said it, and another that one of them would rather have.

    Before both have said one, ``asked`` holds the hour itself; nothing where a therapist suggested it and neither of
    the two has said an hour.
    """

    opens_at: datetime
    agreed: bool
    asked: Asked | None = None

    @property
    def stored(self) -> Stored:
        """Return the word for it in the database."""
        return "agreed" if self.agreed else "asked"

    def next_change(self, now: datetime) -> datetime | None:
        """Return when time alone next changes what is said of it: a question runs out, or its hour has come."""
        moments = [self.opens_at, *([self.asked.opens_at] if self.asked else [])]
        return min((moment for moment in moments if moment > now), default=None)


class BadHour(ValueError):
    """An hour lies ahead, within two weeks, on a whole second: both must be able to say the same."""


def check_hour(opens_at: datetime, now: datetime) -> None:
    """Raise BadHour for what nobody can agree on."""
    if opens_at.microsecond or not now < opens_at <= now + WITHIN:
        raise BadHour


def say_hour(apart: Apart, seat: Literal["a", "b"], opens_at: datetime, now: datetime) -> Apart | None:
    """Return what comes of one of the two saying an hour; None once its own has come. Raises BadHour.

    Who says the hour that holds keeps it, and takes a question about it back.
    """
    if now >= apart.opens_at:
        return None
    check_hour(opens_at, now)
    if apart.agreed and opens_at == apart.opens_at:
        return replace(apart, asked=None)
    if apart.asked and apart.asked.by != seat and apart.asked.opens_at == opens_at:
        return Apart(opens_at, agreed=True)
    asked = Asked(seat, opens_at)
    return replace(apart, asked=asked) if apart.agreed else Apart(opens_at, agreed=False, asked=asked)


def outcome(apart: Apart, ended_at: datetime) -> Outcome:
    """Return what has come of one that has ended: of why, nothing."""
    return "called_off" if ended_at < apart.opens_at else "stayed_closed"


def told_to_host(stored: str, opens_at: datetime, ended_at: datetime | None, now: datetime) -> ToldToHost:
    """Return what the therapist who suggested it is told: of who has said what, and of what came of it, nothing."""
    over = ended_at is not None or stored not in WAITING or now >= opens_at
    return "over" if over else "agreed" if stored == "agreed" else "asked"


def open_question(apart: Apart, now: datetime) -> Asked | None:
    """Return the hour that the other can still say yes to."""
    return apart.asked if apart.asked and now < apart.asked.opens_at else None
