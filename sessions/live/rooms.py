"""All open rooms of this process: joining and leaving, passing changes on, and the sweep that catches lost hints."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import takewhile
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.utils.timezone import now

from accounts.logins import Login, still_valid
from cycleproject.database.queue import call_soon, run_in_database, submit_batched, submit_low_priority
from cycleproject.serving import draining, metrics
from sessions.checkin import wire
from sessions.checkin.state import SessionState
from sessions.live import presence
from sessions.live.room import Listener, Room
from sessions.store import broadcast, cache, load

logger = logging.getLogger(__name__)

SWEEP_EVERY = 10.0
LEFT_AFTER = 10.0
SILENT_AFTER = 90.0
# A socket that has sent nothing for longer has missed a heartbeat: its person may be gone already.
HEARD_WITHIN = 30.0
# With many open rooms some are due at any time; a turn is this fraction of the interval, and is swept in batches.
SWEEP_TURNS = 256
SWEEP_BATCH = 16
SOCKETS_PER_PERSON = 8


class Rooms:
    """The open rooms by the id of their check-in, the sockets of each person, and the sweep."""

    def __init__(self) -> None:
        self._rooms: dict[UUID, Room] = {}
        self._sockets: Counter[UUID] = Counter()
        self._sweep: asyncio.Task[None] | None = None

    def sockets_of(self, user_id: UUID) -> int:
        """Count the open sockets of one person."""
        return self._sockets[user_id]

    async def join(self, listener: Listener) -> None:
        """Add a listener to its room, then load and show the state: in this order, no change falls in between."""
        room = self._rooms.get(listener.session_id)
        if room is None:
            room = self._rooms[listener.session_id] = Room(listener.session_id, asyncio.get_running_loop())
            broadcast.room_opened(listener.session_id)
        first = not any(one.seat_id == listener.seat_id for one in room.listeners)
        # Held until its own arrival is stored: a sweep in between would show it a room without itself.
        listener.hold()
        room.listeners.add(listener)
        self._sockets[listener.login.user_id] += 1
        metrics.open_sockets.inc()
        self._ensure_sweeping()
        try:
            if first:
                await submit_batched(presence.record_arrivals, listener.seat_id)
            state = await run_in_database(cache.current_state, listener.session_id)
            if state is not None:
                room.show(state)
                room.show_to(listener)
        finally:
            listener.release()

    def sync(self, listener: Listener, state: SessionState | None) -> None:
        """Answer `sync`: send this listener the snapshot even if it is the same, and all others if it is news."""
        room = self._rooms.get(listener.session_id)
        if room is not None and state is not None:
            listener.last_sent = None
            room.count_caught_hint(state)
            # All of it is compared: what a host may see can change and raise no version.
            if state != room.state:
                room.show(state)
            room.show_to(listener)

    def leave(self, listener: Listener, *, clean: bool) -> None:
        """Remove a listener; if it was its person's last and closed cleanly, they count as away ten seconds later."""
        room = self._rooms.get(listener.session_id)
        if room is None:
            return
        if listener in room.listeners:
            room.listeners.discard(listener)
            self._sockets[listener.login.user_id] -= 1
            if not self._sockets[listener.login.user_id]:
                del self._sockets[listener.login.user_id]
            metrics.open_sockets.dec()
        if not room.listeners:
            del self._rooms[listener.session_id]
            broadcast.room_closed(listener.session_id)
            if room.timer:
                room.timer.cancel()
        if clean and not self._has_seat(listener.session_id, listener.seat_id):
            room.loop.call_later(LEFT_AFTER, self._record_departure, listener.session_id, listener.seat_id, now())

    def close_all(self, code: int) -> None:
        """Close all connections with a code, each after the answer that it waits for."""
        for listener in self._listeners():
            listener.close(code)

    def _has_seat(self, session_id: UUID, seat_id: int) -> bool:
        room = self._rooms.get(session_id)
        return room is not None and any(one.seat_id == seat_id for one in room.listeners)

    def _record_departure(self, session_id: UUID, seat_id: int, closed_at: datetime) -> None:
        if self._has_seat(session_id, seat_id):
            return

        async def leave() -> None:
            with suppress(DatabaseFailure):
                await run_in_database(presence.record_departure, seat_id, closed_at)
            self.hint(session_id)

        task = asyncio.ensure_future(leave())
        _background.add(task)
        task.add_done_callback(_background.discard)

    def hint(self, session_id: UUID) -> None:
        """Reload a room, if it is open here; from any thread."""
        room = self._rooms.get(session_id)
        if room is not None:
            room.schedule_reload()

    def show(self, state: SessionState) -> None:
        """Show a newly committed state in its room, if it is open here; from any thread."""
        room = self._rooms.get(state.id)
        if room is not None:
            call_soon(room.loop, partial(room.show, state))

    def recheck_access(self, user_ids: frozenset[UUID]) -> None:
        """Check the logins and seats of these people's sockets now, and close those without access; from any thread."""
        affected = {
            listener.session_id: self._rooms[listener.session_id]
            for listener in self._listeners()
            if listener.login.user_id in user_ids
        }
        for loop in {room.loop for room in affected.values()}:
            call_soon(loop, partial(self._schedule_recheck, user_ids))

    def _schedule_recheck(self, user_ids: frozenset[UUID]) -> None:
        listeners = [listener for listener in self._listeners() if listener.login.user_id in user_ids]
        task = asyncio.ensure_future(self._recheck(listeners))
        _background.add(task)
        task.add_done_callback(_background.discard)

    def _listeners(self, session_ids: Iterable[UUID] | None = None) -> list[Listener]:
        wanted = list(self._rooms) if session_ids is None else session_ids
        rooms = [self._rooms[session_id] for session_id in wanted if session_id in self._rooms]
        return [listener for room in rooms for listener in room.listeners]

    def _ensure_sweeping(self) -> None:
        if self._sweep is None or self._sweep.done() or self._sweep.get_loop().is_closed():
            self._sweep = asyncio.ensure_future(self._sweep_for_ever())

    async def _sweep_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        while self._rooms:
            longest_ago = next(iter(self._rooms.values())).swept_at
            await asyncio.sleep(max(SWEEP_EVERY / SWEEP_TURNS, longest_ago + SWEEP_EVERY - loop.time()))
            try:
                await self.sweep()
            except Exception:
                logger.exception("a sweep failed; the next one tries again")

    async def sweep(self) -> None:
        """Check the rooms whose turn it is: close sockets without access, catch lost hints, refresh presence.

        All rooms at once would keep the database thread, and whoever seals meanwhile, for as long as that takes.
        """
        due = self._rooms_due()
        for start in range(0, len(due), SWEEP_BATCH):
            await self._sweep_batch(due[start : start + SWEEP_BATCH])

    def _rooms_due(self) -> list[UUID]:
        """Return the rooms that were last swept an interval ago, and move them to the end of the order."""
        moment = asyncio.get_running_loop().time()
        overdue = takewhile(lambda room: room.swept_at <= moment - SWEEP_EVERY, self._rooms.values())
        due = [room.session_id for room in overdue]
        for session_id in due:
            room = self._rooms[session_id] = self._rooms.pop(session_id)
            room.swept_at = moment
        return due

    async def _sweep_batch(self, session_ids: list[UUID]) -> None:
        heard = asyncio.get_running_loop().time()
        listeners = self._listeners(session_ids)
        for listener in listeners:
            if listener.heard_at < heard - SILENT_AFTER:
                listener.close(wire.CLOSE_REASONS["silent"])
        _close_unless_good(listeners, await submit_low_priority(still_valid, _logins(listeners)))
        await submit_low_priority(presence.refresh, self._to_refresh(session_ids, heard), now())
        asked = [session_id for session_id in session_ids if session_id in self._rooms]
        pulses = await submit_low_priority(load.pulses_of, asked)
        for session_id in asked:
            room = self._rooms.get(session_id)
            if room is not None:
                _catch_up(room, pulses.get(session_id))
            # The loop answers what has come in meanwhile.
            await asyncio.sleep(0)

    def _to_refresh(self, session_ids: Iterable[UUID], heard: float) -> set[int]:
        """Return the seats with a live socket whose presence was not written recently."""
        return {
            listener.seat_id
            for listener in self._listeners(session_ids)
            if listener.closing is None
            and listener.heard_at >= heard - HEARD_WITHIN
            and not self._rooms[listener.session_id].presence_is_fresh(listener.viewer.seat)
        }

    async def _recheck(self, listeners: list[Listener]) -> None:
        _close_unless_good(listeners, await run_in_database(still_valid, _logins(listeners)))
        for session_id in {listener.session_id for listener in listeners}:
            room = self._rooms.get(session_id)
            if room is not None and room.state is not None:
                room.show(room.state)


def _close_unless_good(listeners: list[Listener], good: set[Login]) -> None:
    for listener in listeners:
        if listener.login not in good:
            listener.close(wire.CLOSE_REASONS["login"])


def _catch_up(room: Room, pulse: load.Pulse | None) -> None:
    if pulse is None:
        for listener in list(room.listeners):
            listener.close(wire.CLOSE_REASONS["unknown"])
    elif room.state is None or room.state.version != pulse.version or room.has_host:
        room.missed_hint = True
        room.schedule_reload()
    else:
        room.update_presence(pulse.seen_at)


def _logins(listeners: Iterable[Listener]) -> set[Login]:
    return {listener.login for listener in listeners}


_background: set[asyncio.Task[None]] = set()


rooms = Rooms()
broadcast.on_state = rooms.show
broadcast.on_session = rooms.hint
broadcast.on_people = rooms.recheck_access
draining.on_start.append(partial(rooms.close_all, wire.CLOSE_REASONS["restart"]))
