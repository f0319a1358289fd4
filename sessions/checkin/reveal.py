"""What a second mark does: both open, the pattern is named, and the round is revealed in the transaction it came in.

Nothing else asks what pattern two marks make. That only what was shared may count for it is written here alone: a
pattern that knew of an unshared ``protest`` would tell it to the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sessions.checkin import endings, patterns
from sessions.checkin.changes import Change, HourCame, Revealed, SessionEnded
from sessions.checkin.exchange import NeedsShown
from sessions.checkin.patterns import Signal
from sessions.checkin.state import PARTNERS, QUIET, OpenedMark, Partner, SessionState


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command changes, and what has to open because of it: both marks, or both needs."""

    changes: tuple[Change, ...] = ()
    due: Literal["marks", "needs"] | None = None


class Writer(Protocol):
    """Stores what changes, and holds what is sealed until it is due: in rows, or in the boxes of a test."""

    def write(self, change: Change) -> None:
        """Store one change, with what travels beside it."""

    def opened_marks(self) -> Mapping[Partner, OpenedMark]:
        """Open both marks of the latest round, or neither."""

    def opened_needs(self) -> Mapping[Partner, str]:
        """Open both needs of the latest round, or neither."""


def carry_out(decision: Decision, state: SessionState, writer: Writer, now: datetime) -> SessionState:
    """Return the state after a decision: what it changes is written, and what is due is opened and written, too."""
    for change in decision.changes:
        writer.write(change)
        state = change.apply(state)
    if decision.due is None:
        return state
    opened = reveal(writer.opened_marks(), now) if decision.due == "marks" else NeedsShown(writer.opened_needs())
    writer.write(opened)
    return opened.apply(state)


def at_the_hour(state: SessionState, now: datetime) -> Decision | None:
    """Return what is due of an agreed opening: both have sealed, or it stays closed; None before and after."""
    if state.apart is None or not state.opening_due(now):
        return None
    if state.apart.agreed and state.round_is_open and state.latest_round.sealed == set(PARTNERS):
        return Decision((HourCame(now),), due="marks")
    return Decision((*endings.closing(state), SessionEnded(state.apart.opens_at)))


def reveal(marks: Mapping[Partner, OpenedMark], now: datetime) -> Revealed:
    """Return what two marks come to once they are open."""
    pattern = patterns.classify(*(_signal(marks[seat]) for seat in PARTNERS))
    return Revealed(pattern, patterns.VERSION, marks, at=now, quiet_until=now + QUIET)


def _signal(mark: OpenedMark) -> Signal:
    return Signal(mark.reaction, frozenset(mark.shared_details.get("moves", ())))
