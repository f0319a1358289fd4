"""An opening that Tess suggests to Ana and Ben, and what the two do with it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from sessions.hosting import suggested_openings
from sessions.joining import openings
from sessions.models import LiveSession
from sessions.store import load
from sessions.store import openings as stored
from tests.support.cast.acting import api, does, whole
from tests.support.cast.care_cast import Three


def hour(days: float = 3) -> datetime:
    """Return an hour that can be said."""
    return whole(timezone.now() + timedelta(days=days))


def to_tess(cast: Three, who: User | None = None) -> Any:
    """Return what Tess, or somebody else, is told of the opening that she has suggested."""
    return api(who or cast.tess, "GET", f"care/{cast.link.id}/opening/")


def suggested(cast: Three, at: datetime | None = None) -> UUID:
    """Let Tess suggest an opening."""
    assert suggested_openings.suggest(cast.tess, cast.link.id, at or hour(), text="You came home late.")
    return LiveSession.objects.apart().get().id


def says_yes(user: User, session: UUID) -> None:
    """Let somebody say the hour that stands there."""
    openings.say_hour(user, session, load.load(session).state.apart.opens_at)  # type: ignore[union-attr]


def agreed(cast: Three) -> UUID:
    """Let both say the hour that Tess suggested."""
    session = suggested(cast)
    for one in (cast.ben, cast.ana):
        says_yes(one, session)
    assert load.load(session).state.apart.agreed  # type: ignore[union-attr]
    return session


def seals(user: User, session: UUID, intensity: int = 3, **moment: Any) -> None:
    """Let somebody seal a mark."""
    does(user, session, "mark.seal", round=1, reaction="anxious", intensity=intensity, words="canary", **moment)


def comes(session: UUID) -> None:
    """Let the hour have come."""
    LiveSession.objects.filter(id=session).update(starts_at=hour(0))
    stored.carry_out_due()
