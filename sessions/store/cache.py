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
from sessions.store import load
from sessions.store.load import Loaded

# More than one process holds rooms open for: a heartbeat that finds its session here reads no more of it.
KEPT_AT_MOST: Final = 16384

_kept: OrderedDict[UUID, Loaded] = OrderedDict()
_guard = Lock()


def get(session_id: UUID, version: int) -> Loaded | None:
    """Return a session as it stands at this version, if it is kept."""
    with _guard:
        loaded = _kept.get(session_id)
    return loaded if loaded is not None and loaded.live_session.version == version else None


def put(loaded: Loaded) -> None:
    """Keep what was committed; never where there is a host, whose right to look is asked anew at every reading."""
    session_id, version = loaded.live_session.id, loaded.live_session.version
    if loaded.live_session.hosted:
        return
    with _guard:
        newest = _kept.get(session_id)
        if newest is not None and newest.live_session.version > version:
            return
        _kept[session_id] = loaded
        _kept.move_to_end(session_id)
        if len(_kept) > KEPT_AT_MOST:
            _kept.popitem(last=False)


def read(session_id: UUID) -> Loaded:
    """Return a session as it stands now, and keep it. Raises records.NotFound. Not for a transaction that writes.

    The version is read first: whatever is read after it is as new or newer, and a newer one has another version.
    """
    [rows] = statements.run([load.pulse_of(session_id, lock=False)])
    pulse = load.pulse_from(rows)
    if pulse is None:
        raise load.NotFound
    loaded = get(session_id, pulse.version)
    return loaded.seen(pulse.seen_at) if loaded else read_anew(session_id)


def read_anew(session_id: UUID) -> Loaded:
    """Do the same where something has changed."""
    loaded = load.load(session_id)
    put(loaded)
    return loaded


def state_of(session_id: UUID, *, told_at: float | None = None) -> SessionState | None:
    """Return the state for the rooms, which know who listens; None when the session is gone.

    ``told_at``: when, by the monotonic clock, somebody told that it has changed. What was read or written since then
    holds that change.
    """
    try:
        if told_at is None:
            return read(session_id).state
        with _guard:
            loaded = _kept.get(session_id)
        return (loaded if loaded is not None and loaded.as_of >= told_at else read_anew(session_id)).state
    except load.NotFound:
        return None


def place_of(user_id: UUID, session_id: UUID) -> load.Place:
    """Return a session as a person finds it who has, had or may take a seat in it. Raises records.NotFound."""
    return read(session_id).place_of(user_id)


def evict(session_id: UUID) -> None:
    """Forget a session before it is written: a transaction that fails must leave nothing half changed behind."""
    with _guard:
        _kept.pop(session_id, None)
