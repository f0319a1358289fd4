"""How a check-in ends: at once, when an end that all saw coming is due, and when somebody leaves."""

from collections.abc import Iterable
from datetime import datetime

from sessions.checkin import changes as change
from sessions.checkin import exchange as in_exchange
from sessions.checkin.changes import Change
from sessions.checkin.state import ENDING, PARTNERS, SessionState


def closing(state: SessionState) -> Iterable[Change]:
    """Say what becomes of the latest round when the next one opens, or when it all ends."""
    if state.round_is_open:
        yield change.RoundClosedUnread()
    elif state.round and state.round.exchange:
        yield in_exchange.ExchangeClosed()


def at_once(state: SessionState, now: datetime) -> tuple[Change, ...]:
    """End it now, for all."""
    return (*closing(state), change.SessionEnded(now))


def asked_for(state: SessionState, seat: str, now: datetime) -> tuple[Change, ...]:
    """Let all see an end coming that can be stopped; the other partner's asking, too, ends it."""
    person = state.person(seat)  # type: ignore[arg-type]
    assert person is not None
    if state.ending is None:
        return (change.EndingStarted(person.seat, now + ENDING),)
    # Both would like to: nobody is cut off. Among three, one may still be in the middle of something.
    agreed = state.ending.by != seat and not state.hosted
    return at_once(state, now) if agreed else ()


def stopped(state: SessionState) -> tuple[Change, ...]:
    """Stop an end that is coming, if one is."""
    return (change.EndingStopped(),) if state.ending else ()


def leaving(state: SessionState, seat: str, now: datetime) -> tuple[Change, ...]:
    """End it for both partners when one leaves; without their host the two go on.

    Where each comes when it suits, going away ends nothing: it would take the other's time from them.
    """
    if seat != "host" and state.opened_apart:
        return ()
    # Nobody has come yet: there is nobody who could go on without the host.
    nobody = all(state.person(partner) is None for partner in PARTNERS)
    if seat != "host" or nobody:
        return at_once(state, now)
    # Nobody is left waiting for an end that somebody asked for who is gone.
    asked = state.ending is not None and state.ending.by == "host"
    return (*(stopped(state) if asked else ()), change.HostLeft())
