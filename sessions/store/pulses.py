"""The pulse of a check-in: what is asked of it at every sweep, and before a command that cannot prove itself."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from cycleproject.database import statements
from sessions import models

_SEAT: Final = models.Seat._meta.db_table
_PULSES: Final = (
    statements.ModelColumns("own", models.LiveSession, only=("id", "version")),
    statements.ModelColumns("seat", models.Seat, only=("id", "name", "seen_at")),
    statements.ModelColumns("good", models.Seat, only=("id",)),
)
_FROM_SEATS: Final = f"""
    {models.LiveSession._meta.db_table} own JOIN {_SEAT} seat ON seat.live_session_id = own.id
    LEFT JOIN {_SEAT} good ON good.id = seat.id AND
"""
_ALWAYS: Final = statements.Condition("TRUE", (), ())


@dataclass(slots=True)
class Pulse:
    """Has a session changed, who was last seen when, and is the login good that was asked about."""

    version: int
    seen_at: dict[str, datetime | None] = field(default_factory=dict)
    login_is_good: bool = False


def pulses_of(session_ids: Collection[UUID], good: statements.Condition = _ALWAYS) -> dict[UUID, Pulse]:
    """Return the pulses of many sessions and whether a login is good, in one query."""
    pulses: dict[UUID, Pulse] = {}
    if not session_ids:
        return pulses
    places, ids = statements.in_list(session_ids)
    source = f"{_FROM_SEATS} {good.sql} WHERE own.id IN ({places})"
    given = [*good.given, *statements.fields(models.LiveSession, ("id",)) * len(ids)]
    [found] = statements.run([statements.rows(_PULSES, source, given, [*good.values, *ids])])
    for session_id, version, _, name, seen_at, is_good in found:
        pulses.setdefault(session_id, Pulse(version, login_is_good=is_good is not None)).seen_at[name] = seen_at
    return pulses


def pulse_of(session_id: UUID, good: statements.Condition = _ALWAYS) -> Pulse | None:
    """Return the pulse of one session; None when there is no such session."""
    return pulses_of([session_id], good).get(session_id)
