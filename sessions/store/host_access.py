"""Whether a host may look and act now. Asked at every loading, so that no road leads past it."""

from collections.abc import Callable, Collection
from typing import Final
from uuid import UUID

from accounts.care import scopes
from accounts.models import Scope, User
from sessions.models import LiveSession, Seat

# What the join page of a hosted check-in says; new words get a new code (see accounts.care.consent_wording).
WORDING: Final = "room-1"

HasScope = Callable[[UUID, UUID, Scope], bool]


def host_may(live_session: LiveSession, seats: Collection[Seat], has_scope: HasScope | None = None) -> bool:
    """Tell whether the host may look and act: they may host, and everybody who sits there agrees, all of it now.

    Nobody's answer can be told from this: a yes that is missing, one that was taken back and a host who left are the
    same. Whoever asks of many check-ins in one moment may bring a ``has_scope`` that asks once for each couple.
    """
    host = next((seat for seat in seats if seat.name == "host"), None)
    here = host is not None and host.left_at is None and live_session.hosted
    return here and still_agreed(live_session, seats, has_scope)


def all_agree_still(live_session: LiveSession) -> bool:
    """Tell the same of a check-in whose seats have not been loaded."""
    return still_agreed(live_session, list(live_session.seats.all()))


def still_agreed(live_session: LiveSession, seats: Collection[Seat], has_scope: HasScope | None = None) -> bool:
    """Tell whether whoever hosted, gone or not, may be let in again, and may open the summary."""
    host = next((seat for seat in seats if seat.name == "host"), None)
    if host is None or host.user_id is None:
        return False
    if live_session.consent_by_seat:
        partners = [seat for seat in seats if seat.name != "host"]
        return scopes.eligible_hosts().filter(pk=host.user_id).exists() and _all_agree(partners)
    has_scope = has_scope or scopes.has_scope
    return live_session.couple_id is not None and has_scope(host.user_id, live_session.couple_id, "host")


def sees_earlier_steps(host_id: UUID, couple_id: UUID, session_id: UUID) -> bool:
    """Tell whether a host may see the steps of an earlier check-in: one they hosted, or with the couple's history."""
    hosted = Seat.objects.filter(live_session=session_id, name="host", user=host_id, left_at=None)
    return hosted.exists() or scopes.has_scope(host_id, couple_id, "history")


def _all_agree(partners: Collection[Seat]) -> bool:
    people = {seat.user_id for seat in partners if seat.host_agreed_at is not None and seat.user_id is not None}
    # Whose account staff have closed could take nothing back.
    return len(people) == len(partners) == User.objects.filter(pk__in=people, is_active=True).count()
