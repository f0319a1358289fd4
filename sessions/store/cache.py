"""Live sessions as this process wrote or read them last, in memory.

They are decided on, and never believed: what is written names the version that it was decided on, and what writes
nothing asks for it first (see ``execute``). What anybody else wrote in between has another version.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final
from uuid import UUID

from sessions.checkin.state import SessionState
from sessions.store import load, pulses
from sessions.store.load import Loaded

# More than one process holds rooms open for: a heartbeat that finds its session here reads no more of it.
MAX_CACHED: Final = 16384

_cached: OrderedDict[UUID, Loaded] = OrderedDict()
_guard = Lock()


def newest(session_id: UUID) -> Loaded | None:
    """Return a session as it stood when this process last wrote or read it, if it is kept."""
    with _guard:
        return _cached.get(session_id)


def get(session_id: UUID, version: int) -> Loaded | None:
    """Return a session as it stands at this version, if it is kept."""
    loaded = newest(session_id)
    return loaded if loaded is not None and loaded.live_session.version == version else None


def put(loaded: Loaded) -> None:
    """Keep what was committed; never where there is a host, whose right to look is asked anew at every reading."""
    session_id, version = loaded.live_session.id, loaded.live_session.version
    if loaded.live_session.hosted:
        return
    with _guard:
        kept = _cached.get(session_id)
        if kept is not None and kept.live_session.version > version:
            return
        _cached[session_id] = loaded
        _cached.move_to_end(session_id)
        if len(_cached) > MAX_CACHED:
            _cached.popitem(last=False)


def get_or_load(session_id: UUID) -> Loaded:
    """Return a session as it stands now, and keep it. Raises load.NotFound. Not for a transaction that writes.

    The version is read first: whatever is read after it is as new or newer, and a newer one has another version.
    """
    pulse = pulses.pulse_of(session_id)
    if pulse is None:
        raise load.NotFound
    return as_asked(session_id, pulse) or reload(session_id)


def as_asked(session_id: UUID, pulse: pulses.Pulse) -> Loaded | None:
    """Return a session with what was asked of it just now, if it is kept as it stands, and keep that."""
    loaded = get(session_id, pulse.version)
    if loaded is not None:
        loaded = loaded.seen(pulse.seen_at)
        put(loaded)
    return loaded


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
        loaded = newest(session_id)
        return (loaded if loaded is not None and loaded.as_of >= told_at else reload(session_id)).state
    except load.NotFound:
        return None


def place_of(user_id: UUID, session_id: UUID) -> load.Place:
    """Return a session as a person finds it who has, had or may take a seat in it. Raises load.NotFound."""
    return get_or_load(session_id).place_of(user_id)


def evict(session_id: UUID) -> bool:
    """Forget a session; tell whether it was kept."""
    with _guard:
        return _cached.pop(session_id, None) is not None
