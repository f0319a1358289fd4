"""What the commands of the quiet and the exchange come to, once ``rules`` lets them through."""

from datetime import datetime
from uuid import UUID

from sessions.checkin import exchange as in_exchange
from sessions.checkin.changes import Change
from sessions.checkin.refusals import Refusal
from sessions.checkin.reveal import Decision
from sessions.checkin.state import Exchange, Partner, other

Outcome = tuple[Change, ...] | Decision | Refusal


def skipping(exchange: Exchange, seat: Partner, now: datetime) -> tuple[Change, ...]:
    """Return what asking to end the quiet changes: it ends once both have asked."""
    if seat in exchange.skipped_quiet:
        return ()
    if other(seat) in exchange.skipped_quiet:
        return (in_exchange.QuietSkipped(seat), in_exchange.QuietEnded(now))
    return (in_exchange.QuietSkipped(seat),)


def saying(exchange: Exchange, seat: Partner, text: str) -> Outcome:
    """Return what saying a need changes: the second one shows both; a shown one is put in other words."""
    if exchange.needs is not None:
        return (in_exchange.NeedReworded(seat, text),) if text else Refusal("frame.invalid")
    if not text:
        return () if seat not in exchange.said else (in_exchange.NeedTakenBack(seat),)
    second = other(seat) in exchange.said
    return Decision((in_exchange.NeedSealed(seat),), due="needs" if second else None)


def hearing(exchange: Exchange, seat: Partner, words: str) -> Outcome:
    """Return what hearing a need changes; words for it may come later, or be others, until the other one is sure."""
    if seat not in exchange.heard:
        return (in_exchange.HeardConfirmed(seat, words),)
    if words in ("", exchange.heard_words.get(seat)):
        return ()
    # The other one has said that this is what they meant: other words would have them say it of those.
    return Refusal("exchange.closed") if other(seat) in exchange.meant else (in_exchange.HeardConfirmed(seat, words),)


def choosing(exchange: Exchange, seat: Partner, text: str, new_step_id: UUID | None) -> tuple[Change, ...]:
    """Return what choosing a step changes; one that is chosen anew stays the same step."""
    current = exchange.steps.get(seat)
    step_id = current.id if current else new_step_id
    assert step_id is not None
    return (in_exchange.StepChosen(seat, step_id, text),)
