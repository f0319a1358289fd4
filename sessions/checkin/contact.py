"""Rules about finding each other again: the day that contact came back, and whether it was the same loop again.

Both are sealed in the way of everything that two people answer: what one said counts, and shows, once both have.
"""

from datetime import date, datetime, timedelta
from typing import Final

from sessions.checkin.changes import Change
from sessions.checkin.exchange import EarlierReconnectConfirmed, ReconnectConfirmed, SameLoopAnswered
from sessions.checkin.frames import LoopSame, ReconnectConfirm
from sessions.checkin.refusals import Refusal
from sessions.checkin.state import Partner, SessionState, other

# The number that stands for the last round of the check-in before: rounds of this one count from 1.
EARLIER: Final = 0
# A day is the day of whoever says it, and somewhere it begins this much later than in UTC.
WESTERNMOST: Final = timedelta(hours=12)


def confirm(state: SessionState, seat: Partner, asked: ReconnectConfirm, now: datetime) -> tuple[Change, ...] | Refusal:
    """Return what "we're back in contact" changes, of the latest round or of the last one of the check-in before."""
    if asked.round == EARLIER:
        assert state.earlier is not None
        said, days, since = state.earlier.reconnected, state.earlier.days, state.earlier.opened_at
    else:
        said, days, since = state.exchange.reconnected, state.exchange.days, state.exchange.quiet_until
    if asked.day and not (since - WESTERNMOST).date() <= asked.day <= now.date():
        return Refusal("day.out_of_range")
    both = other(seat) in said
    # Once both have said it, only one's own relief can still change.
    day = days.get(seat) if both and seat in said else asked.day
    together = later_day(day, days.get(other(seat))) if both else None
    if asked.round == EARLIER and state.earlier:
        return (EarlierReconnectConfirmed(state.earlier.row, seat, asked.relief, now, both, day, together),)
    return (ReconnectConfirmed(seat, asked.relief, now, both, day, together),)


def later_day(one: date | None, other_one: date | None) -> date | None:
    """Return the day that contact is back for both: the later one. Who names none says "now", and that is later."""
    return max(one, other_one) if one and other_one else None


def same_loop_offered(state: SessionState) -> bool:
    """Tell whether the latest round could be an earlier one again: neither could stay present, now and before."""
    reveal = state.round.reveal if state.round else None
    return reveal is not None and reveal.caught and state.may_repeat


def obstacle_to_same_loop(state: SessionState) -> str | None:
    """Return the code of what stands in the way of answering it: after both said yes nobody takes it back alone."""
    if not same_loop_offered(state):
        return "loop.not_offered"
    return "exchange.closed" if state.exchange.same_loop else None


def answer_same_loop(state: SessionState, seat: Partner, asked: LoopSame) -> tuple[Change, ...]:
    """Return what an answer changes."""
    said = state.exchange.said_same
    both = asked.same and said.get(other(seat)) is True
    return () if said.get(seat) is asked.same else (SameLoopAnswered(seat, asked.same, both),)
