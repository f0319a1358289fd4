"""How a round was a day later: one line of each, private unless shared. Written here alone, read by ``rounds``."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID

from django.db import transaction
from typing_extensions import TypedDict

from accounts.models import User
from sessions.checkin.state import Partner
from sessions.models import Part, Round

Feeling = Literal["relief", "doubt", "both"]
FEELINGS: Final = get_args(Feeling)
LINE_LENGTH: Final = 280

# A night lies between.
A_NIGHT: Final = timedelta(hours=12)
# Later than this nobody is reminded, though they may still write it.
REMINDED_FOR: Final = timedelta(days=3)


class LookBack(TypedDict):
    """What one of the two says of a round a day later."""

    feeling: Feeling
    line: str
    shared: bool


def look_back_of(stored: Any) -> LookBack | None:
    """Return what is stored; none where nothing is, or where its key is lost."""
    return stored if isinstance(stored, dict) else None  # type: ignore[return-value]


class NotOffered(Exception):
    """It is too early, or they did not wish to be asked; what they have said before stays theirs to change."""


def may_say(person: User, opened_at: datetime, kept: LookBack | None, now: datetime) -> bool:
    """Tell whether somebody may say how one of their rounds was, or say it anew."""
    return kept is not None or (person.looks_back and opened_at <= now - A_NIGHT)


@transaction.atomic
def keep(person: User, history_id: UUID, seat: str, said: LookBack, now: datetime) -> None:
    """Store what somebody says of a revealed round, instead of what they said before. Raises NotOffered."""
    # Locked, so that what is taken back in the same moment is not taken for what may be said anew.
    parts = Part.objects.select_for_update(of=("self",)).select_related("round")
    part = parts.filter(round__history_id=history_id, round__phase="revealed", seat=seat).first()
    if part is None or not may_say(person, part.round.opened_at, look_back_of(part.look_back), now):
        raise NotOffered
    part.look_back = dict(said)
    part.save(update_fields=["look_back"])


def take_back(history_id: UUID, seat: str) -> None:
    """Erase what somebody said of a round."""
    Part.objects.filter(round__history_id=history_id, seat=seat).update(look_back=None)


def look_back_due_at(person: User, now: datetime) -> datetime | None:
    """Return when somebody who wished it is next asked about a round that is too new by now."""
    if not person.looks_back:
        return None
    new = Round.objects.filter(
        phase="revealed",
        opened_at__gt=now - A_NIGHT,
        live_session__couple__memberships__user=person,
        live_session__couple__memberships__left_at=None,
    )
    opened_at = new.order_by("opened_at").values_list("opened_at", flat=True).first()
    return opened_at + A_NIGHT if opened_at else None


def to_look_back_on(person: User, now: datetime) -> UUID | None:
    """Return the round that somebody who wished it is asked about today: the last one, if they have not said it yet."""
    if not person.looks_back:
        return None
    parts = Part.objects.filter(
        round__phase="revealed",
        round__opened_at__range=(now - REMINDED_FOR, now - A_NIGHT),
        round__live_session__couple__memberships__user=person,
        round__live_session__couple__memberships__left_at=None,
        # In one filter with the rest: the seat of this person in that very check-in.
        round__live_session__seats__user=person,
    )
    rows = parts.order_by("-round__opened_at").values_list(
        "round__history_id", "seat", "round__live_session__seats__name", "look_back"
    )
    own = next(((found, kept) for found, seat, name, kept in rows if seat == name), None)
    return own[0] if own and own[1] is None else None


def shown_to(
    stored: Mapping[Partner, Any], own: Partner | None, readable: Collection[Partner]
) -> dict[Partner, LookBack]:
    """Return by seat what a reader may see: their own, and what the others shared."""
    kept = {seat: look_back_of(value) for seat, value in stored.items()}
    return {
        seat: said for seat, said in kept.items() if said and (seat == own or (said["shared"] and seat in readable))
    }
