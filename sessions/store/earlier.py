"""What a check-in has to know of the couple's rounds before its latest one."""

from datetime import timedelta
from typing import Final

from sessions import models
from sessions.checkin.state import EarlierRound, Partner

# A loop of longer ago is history, and nobody is asked whether it came again.
AGAIN_WITHIN: Final = timedelta(days=60)


def unsettled_round(row: models.Round | None, parts: dict[Partner, models.Part]) -> EarlierRound | None:
    """Return the last round of the check-in before, if it is still to be said when contact came back."""
    if row is None or row.reconnected_at is not None or row.pattern == "mutual_engagement":
        return None
    said = {seat: part for seat, part in parts.items() if part.reconnected}
    return EarlierRound(
        row=row.pk,
        text=row.text,
        moment_id=row.moment,
        when=row.when,
        opened_at=row.opened_at,
        reconnected=frozenset(said),
        days={seat: part.reconnected_on for seat, part in said.items() if part.reconnected_on},
    )


def may_repeat(live_session: models.LiveSession, caught: models.Round | None) -> bool:
    """Tell whether there is an earlier round that the latest one could be again: of this check-in, or not long ago."""
    if caught is None:
        return False
    return caught.live_session_id == live_session.pk or caught.opened_at >= live_session.opens_at - AGAIN_WITHIN
