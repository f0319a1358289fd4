"""All open rooms of this process: joining and leaving, passing changes on, and the sweep that catches lost hints."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.utils.timezone import now

from accounts.logins import Login, still_valid
from cycleproject.database.queue import call_soon, run_in_database, submit_batched, submit_low_priority
from cycleproject.serving import draining, metrics, redis_circuit
from sessions.checkin import wire
from sessions.checkin.state import SessionState, seen_lately
from sessions.live import presence
from sessions.live.room import Listener, Room
from sessions.live.sockets import sockets
from sessions.store import broadcast, cache
from sessions.store.pulses import Pulse, pulses_of

logger = logging.getLogger(__name__)

SWEEP_EVERY = 10.0
LEFT_AFTER = 10.0
SILENT_AFTER = 90.0
# A socket that has sent nothing for longer has missed a heartbeat: its person may be gone already.
HEARD_WITHIN = 30.0
# Where many rooms are open, some are due at any time: those of one turn are looked at together.
SWEEP_TURNS = 256
SWEEP_BATCH = 16


class Rooms:
    """The open rooms by the id of their check-in, the sockets of each person, and the sweep."""

    def __init__(self) -> None:
        self._rooms: dict[UUID, Room] = {}
        self._sweep: asyncio.Task[None] | None = None

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
            metrics.open_sockets.dec()
        if not room.listeners:
            del self._rooms[listener.session_id]
            broadcast.room_closed(listener.session_id)
            if room.timer:
                room.timer.cancel()
        if clean and not self._has_seat(listener.session_id, listener.seat_id):
            _soon(self._closed(listener.session_id, listener.seat_id))

    def close_all(self, code: int) -> None:
        """Close all connections with a code, each after the answer that it waits for."""
        for listener in self._listeners():
            listener.close(code)

    def _has_seat(self, session_id: UUID, seat_id: int) -> bool:
        room = self._rooms.get(session_id)
        return room is not None and any(one.seat_id == seat_id for one in room.listeners)

    async def _closed(self, session_id: UUID, seat_id: int) -> None:
        """Let somebody be away soon whose last socket here has closed, unless they have one elsewhere, or come back."""
        # Nobody who has one elsewhere can be told to say so: their sweep does, and may just have gone by.
        longer = SWEEP_EVERY if redis_circuit.is_away() else 0.0
        away_at = now() + timedelta(seconds=LEFT_AFTER + longer)
        with suppress(DatabaseFailure):
            if await run_in_database(presence.runs_out, seat_id, away_at):
                broadcast.somebody_closed(session_id, seat_id)
                self.hint(session_id)
                if self._has_seat(session_id, seat_id):  # they came back meanwhile
                    self.closed_elsewhere(session_id, seat_id)

    def closed_elsewhere(self, session_id: UUID, seat_id: int) -> None:
        """Say that somebody is still here who has closed their last socket at another process; from any thread."""
        room = self._rooms.get(session_id)
        if room is not None:
            call_soon(room.loop, partial(self._say_who_is_here, session_id, seat_id))

    def _say_who_is_here(self, session_id: UUID, seat_id: int) -> None:
        heard = asyncio.get_running_loop().time()
        if seat_id in self._heard_of([session_id], heard):
            _soon(self._still_here(session_id, seat_id))

    async def _still_here(self, session_id: UUID, seat_id: int) -> None:
        with suppress(DatabaseFailure):
            await run_in_database(presence.refresh, [seat_id], now())
        self.hint(session_id)

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
        _soon(self._recheck(listeners))

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
        sockets.renew()
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
        asked = [session_id for session_id in session_ids if session_id in self._rooms]
        pulses = await submit_low_priority(pulses_of, asked)
        # Asked first: another process may have shortened how long somebody is here who is here.
        back = await submit_low_priority(presence.refresh, self._to_refresh(asked, pulses, heard), now())
        for session_id in asked:
            room = self._rooms.get(session_id)
            if room is not None:
                _catch_up(room, pulses.get(session_id))
            if session_id in back:
                self.hint(session_id)
            # Whatever came in meanwhile is answered between two rooms.
            await asyncio.sleep(0)

    def _to_refresh(self, session_ids: Iterable[UUID], pulses: Mapping[UUID, Pulse], heard: float) -> set[int]:
        """Return the seats of those who are here, where that was written long enough ago."""
        moment = now()
        return {
            seat_id
            for seat_id, listener in self._heard_of(session_ids, heard).items()
            if not (pulse := pulses.get(listener.session_id))
            or not seen_lately(pulse.seen_at.get(listener.viewer.seat), moment)
        }

    def _heard_of(self, session_ids: Iterable[UUID], heard: float) -> dict[int, Listener]:
        """Return whom something was heard of lately, by their seats."""
        return {
            listener.seat_id: listener
            for listener in self._listeners(session_ids)
            if listener.closing is None and listener.heard_at >= heard - HEARD_WITHIN
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


def _catch_up(room: Room, pulse: Pulse | None) -> None:
    if pulse is None:
        for listener in list(room.listeners):
            listener.close(wire.CLOSE_REASONS["unknown"])
    elif room.state is None or room.state.version != pulse.version or room.has_host:
        room.missed_hint = True
        room.schedule_reload()
    else:
        cache.as_asked(room.session_id, pulse)
        room.update_presence(pulse.seen_at)


def _soon(doing: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(doing)
    _background.add(task)
    task.add_done_callback(_background.discard)


def _logins(listeners: Iterable[Listener]) -> set[Login]:
    return {listener.login for listener in listeners}


_background: set[asyncio.Task[None]] = set()


rooms = Rooms()
broadcast.on_state = rooms.show
broadcast.on_session = rooms.hint
broadcast.on_people = rooms.recheck_access
broadcast.on_closed = rooms.closed_elsewhere
draining.on_start.append(partial(rooms.close_all, wire.CLOSE_REASONS["restart"]))
