"""Live sessions that this process wrote or read last, kept by version.

Nothing here is believed: whoever carries out a command locks the session's row first, and only what stands at the
locked version spares reading the rest again. What another process wrote in between has another version.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final
from uuid import UUID

from cycleproject.database import statements
from sessions.checkin.state import SessionState
from sessions.store import load, pulses
from sessions.store.load import Loaded

# More than one process holds rooms open for: a heartbeat that finds its session here reads no more of it.
MAX_CACHED: Final = 16384

_cached: OrderedDict[UUID, Loaded] = OrderedDict()
_guard = Lock()


def get(session_id: UUID, version: int) -> Loaded | None:
    """Return a session as it stands at this version, if it is kept."""
    with _guard:
        loaded = _cached.get(session_id)
    return loaded if loaded is not None and loaded.live_session.version == version else None


def put(loaded: Loaded) -> None:
    """Keep what was committed; never where there is a host, whose right to look is asked anew at every reading."""
    session_id, version = loaded.live_session.id, loaded.live_session.version
    if loaded.live_session.hosted:
        return
    with _guard:
        newest = _cached.get(session_id)
        if newest is not None and newest.live_session.version > version:
            return
        _cached[session_id] = loaded
        _cached.move_to_end(session_id)
        if len(_cached) > MAX_CACHED:
            _cached.popitem(last=False)


def get_or_load(session_id: UUID) -> Loaded:
    """Return a session as it stands now, and keep it. Raises load.NotFound. Not for a transaction that writes.

    The version is read first: whatever is read after it is as new or newer, and a newer one has another version.
    """
    [rows] = statements.run([pulses.pulse_of(session_id, lock=False)])
    pulse = pulses.pulse_from(rows)
    if pulse is None:
        raise load.NotFound
    loaded = get(session_id, pulse.version)
    return loaded.seen(pulse.seen_at) if loaded else reload(session_id)


def reload(session_id: UUID) -> Loaded:
    """Do the same where something has changed."""
    loaded = load.load(session_id)
    put(loaded)
    return loaded


def current_state(session_id: UUID, *, told_at: float | None = None) -> SessionState | None:
    """Return the state for the rooms, which know who listens; None when the session is gone.

    ``told_at``: when, by the monotonic clock, somebody told that it has changed. What was read or written since then
    holds that change.
    """
    try:
        if told_at is None:
            return get_or_load(session_id).state
        with _guard:
            loaded = _cached.get(session_id)
        return (loaded if loaded is not None and loaded.as_of >= told_at else reload(session_id)).state
    except load.NotFound:
        return None


def place_of(user_id: UUID, session_id: UUID) -> load.Place:
    """Return a session as a person finds it who has, had or may take a seat in it. Raises load.NotFound."""
    return get_or_load(session_id).place_of(user_id)


def evict(session_id: UUID) -> None:
    """Forget a session before it is written: a transaction that fails must leave nothing half changed behind."""
    with _guard:
        _cached.pop(session_id, None)
