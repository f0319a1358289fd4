"""Live sessions that this process wrote last, kept by version.

Nothing here is believed: whoever carries out a command locks the session's row first, and only what stands at the
locked version spares reading the rest again. What another process wrote in between has another version.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final
from uuid import UUID

from sessions.records import Loaded

KEPT_AT_MOST: Final = 4096

_kept: OrderedDict[UUID, Loaded] = OrderedDict()
_guard = Lock()


def at(session_id: UUID, version: int) -> Loaded | None:
    """Return a session as it stands at this version, if it is kept."""
    with _guard:
        loaded = _kept.get(session_id)
    return loaded if loaded is not None and loaded.live_session.version == version else None


def keep(loaded: Loaded) -> None:
    """Keep what was committed; never where there is a host, whose right to look is asked anew at every reading."""
    if loaded.live_session.hosted:
        return
    with _guard:
        _kept[loaded.live_session.id] = loaded
        _kept.move_to_end(loaded.live_session.id)
        if len(_kept) > KEPT_AT_MOST:
            _kept.popitem(last=False)


def forget(session_id: UUID) -> None:
    """Forget a session before it is written: a transaction that fails must leave nothing half changed behind."""
    with _guard:
        _kept.pop(session_id, None)
