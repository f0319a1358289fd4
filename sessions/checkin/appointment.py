"""An appointment: a check-in that was planned, and what has become of it. One story, whoever reads it.

Nothing here asks who reads: what is told follows from what is stored of the appointment alone, so that it cannot differ
between a therapist and the two partners, nor say whose doing it was.

    planned, moved   until its room opens; may be moved, and called off
    open             from half an hour before until its hour is over
    check_in         both partners have come; from then on it is a check-in like any other
    missed           its hour is over and not both have come
    called_off       ended before its time
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from sessions.checkin import day

AppointmentState = Literal["planned", "moved", "open", "check_in", "missed", "called_off"]
Reader = Literal["host", "partner"]
Deed = Literal["move", "call_off", "enter"]

# As long as it is in a calendar, and as long as somebody who is late is waited for.
HOUR: Final = timedelta(minutes=50)
DEEDS: Final[tuple[Deed, ...]] = get_args(Deed)
AHEAD: Final[frozenset[AppointmentState]] = frozenset({"planned", "moved"})


@dataclass(frozen=True, slots=True)
class Appointment:
    """What is stored of one. ``moved_from`` is the time that it had before it was moved last."""

    starts_at: datetime
    hosted: bool = False
    sequence: int = 0
    moved_from: datetime | None = None
    ended_at: datetime | None = None
    # When it will have ended, where somebody who is there has asked for that.
    ends_at: datetime | None = None
    both_came: bool = False
    # When the second of the two came in, where that is known.
    both_in_at: datetime | None = None

    @property
    def opens_at(self) -> datetime:
        """Return when its room opens."""
        return day.begins_at(self.starts_at, self.starts_at)

    @property
    def over_at(self) -> datetime:
        """Return when nobody who is late is waited for any more."""
        return self.starts_at + HOUR

    @property
    def day_over_at(self) -> datetime:
        """Return when its room closes by itself."""
        return day.over_at(self.opens_at, self.both_in_at)


def state_of(appointment: Appointment, now: datetime) -> AppointmentState:
    """Return what an appointment is now."""
    if appointment.both_came:
        return "check_in"
    if ended_at := _ended_at(appointment, now):
        return "called_off" if ended_at < appointment.starts_at else "missed"
    if now < appointment.opens_at:
        return "moved" if appointment.moved_from else "planned"
    return "open" if now < appointment.over_at else "missed"


def _ended_at(appointment: Appointment, now: datetime) -> datetime | None:
    due = appointment.ends_at is not None and appointment.ends_at <= now
    return appointment.ends_at if appointment.ended_at is None and due else appointment.ended_at


def obstacle(appointment: Appointment, reader: Reader, deed: Deed, now: datetime) -> str | None:
    """Return the code of what stands in the way of a deed, or None.

    Whoever hosts moves it, of a couple's own both do; all three may call it off. Called off again is the same.
    """
    if deed == "enter":
        return _obstacle_to_entering(appointment, now)
    if deed == "move" and appointment.hosted != (reader == "host"):
        return "seat.not_allowed"
    state = state_of(appointment, now)
    if state in AHEAD or (deed == "call_off" and state == "called_off"):
        return None
    return "appointment.over"


def _obstacle_to_entering(appointment: Appointment, now: datetime) -> str | None:
    if state_of(appointment, now) in AHEAD:
        return "session.not_yet"
    over = _ended_at(appointment, now) is not None or now >= appointment.day_over_at
    return "session.ended" if over else None


def may(appointment: Appointment, reader: Reader, now: datetime) -> tuple[Deed, ...]:
    """Return what a reader may do with it now and would change something by."""
    if state_of(appointment, now) == "called_off":
        return ()
    return tuple(deed for deed in DEEDS if obstacle(appointment, reader, deed, now) is None)


def next_change(appointment: Appointment, now: datetime) -> datetime | None:
    """Return when time alone next changes what it is, what may be done or where it is listed; None where nothing will.

    What was called off is listed until its hour is over.
    """
    moments = [appointment.over_at]
    if _ended_at(appointment, now) is None:
        moments += [appointment.opens_at, appointment.day_over_at]
        moments += [appointment.ends_at] if appointment.ends_at else []
    return min((moment for moment in moments if moment > now), default=None)


def clashes(starts_at: datetime, others: Iterable[datetime]) -> list[datetime]:
    """Return the times, in their order, at which something else would still go on or begin within this hour."""
    return sorted(other for other in others if abs(other - starts_at) < HOUR)
