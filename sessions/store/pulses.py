"""The pulse of a check-in: what is asked of it before every command and at every sweep, so it is one cheap query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cycleproject.database import statements
from sessions import models

_PULSES: Final = (
    statements.ModelColumns("own", models.LiveSession, only=("id", "version")),
    statements.ModelColumns("seat", models.Seat, only=("id", "name", "seen_at")),
)
_FROM_SEATS: Final = (
    f"{models.LiveSession._meta.db_table} own JOIN {models.Seat._meta.db_table} seat ON seat.live_session_id = own.id"
)


@dataclass(slots=True)
class Pulse:
    """Has a session changed, who was last seen when, and what was asked beside each seat."""

    version: int
    seen_at: dict[str, datetime | None]
    beside: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    outrun: bool = False  # somebody wrote to it while we waited for its lock: what stands beside is older than it is


def pulses_of(session_ids: Collection[UUID]) -> dict[UUID, Pulse]:
    """Return the pulses of many sessions, in one query."""
    pulses: dict[UUID, Pulse] = {}
    if not session_ids:
        return pulses
    places, ids = statements.in_list(session_ids)
    given = statements.fields(models.LiveSession, ("id",)) * len(ids)
    [found] = statements.run([statements.rows(_PULSES, f"{_FROM_SEATS} WHERE own.id IN ({places})", given, ids)])
    for session_id, version, _, name, seen_at in found:
        pulses.setdefault(session_id, Pulse(version, {})).seen_at[name] = seen_at
    return pulses


def pulse_of(session_id: UUID, *, lock: bool, beside: Sequence[statements.Column] = ()) -> statements.Query:
    """Ask for the pulse of one session (see ``pulse_from``); with ``lock`` its row stays locked for the transaction.

    Without that lock two marks sealed at once each miss the other, and the round stays closed for ever.
    """
    seen = ("name", "seen_at")
    return statements.joined(
        models.LiveSession,
        session_id,
        "version",
        pointing=models.Seat,
        by="live_session",
        names=seen,
        lock=lock,
        beside=beside,
    )


def pulse_from(rows: statements.Rows) -> Pulse | None:
    """Return the pulse that was asked for; None when there is no such session."""
    if not rows:
        return None
    pulse = Pulse(version=rows[0][0], seen_at={}, outrun=rows[0][0] != rows[0][1])
    for _, _, name, seen_at, *beside in rows:
        pulse.seen_at[name] = seen_at
        pulse.beside[name] = tuple(beside)
    return pulse
