"""The pulse of a check-in: what is asked of it at every sweep, and before a command that cannot prove itself."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from cycleproject.database import statements
from sessions import models

_PULSES: Final = (
    statements.ModelColumns("own", models.LiveSession, only=("id", "version")),
    statements.ModelColumns("seat", models.Seat, only=("id", "name", "seen_at")),
)
_PULSES_AND_GOOD: Final = (*_PULSES, statements.ModelColumns("good", models.Seat, only=("id",)))
_SEAT: Final = models.Seat._meta.db_table
_FROM_SEATS: Final = f"{models.LiveSession._meta.db_table} own JOIN {_SEAT} seat ON seat.live_session_id = own.id"


@dataclass(slots=True)
class Pulse:
    """Has a session changed, who was last seen when, and is the login good that was asked about."""

    version: int
    seen_at: dict[str, datetime | None] = field(default_factory=dict)
    login_is_good: bool = False


def pulses_of(session_ids: Collection[UUID]) -> dict[UUID, Pulse]:
    """Return the pulses of many sessions, in one query."""
    pulses: dict[UUID, Pulse] = {}
    if not session_ids:
        return pulses
    places, ids = statements.in_list(session_ids)
    given = statements.fields(models.LiveSession, ("id",)) * len(ids)
    [found] = statements.run([statements.rows(_PULSES, f"{_FROM_SEATS} WHERE own.id IN ({places})", given, ids)])
    for session_id, version, _, name, seen_at in found:
        pulses.setdefault(session_id, Pulse(version)).seen_at[name] = seen_at
    return pulses


def pulse_of(session_id: UUID, good: statements.Condition | None = None) -> Pulse | None:
    """Return the pulse of one session, and whether a login is good; None when there is no such session."""
    good = good or statements.Condition("TRUE", (), ())
    source = f"{_FROM_SEATS} LEFT JOIN {_SEAT} good ON good.id = seat.id AND {good.sql} WHERE own.id = %s"
    given = [*good.given, *statements.fields(models.LiveSession, ("id",))]
    [found] = statements.run([statements.rows(_PULSES_AND_GOOD, source, given, [*good.values, session_id])])
    if not found:
        return None
    seen_at = {name: seen for _, _, _, name, seen, _ in found}
    return Pulse(found[0][1], seen_at, login_is_good=found[0][-1] is not None)
