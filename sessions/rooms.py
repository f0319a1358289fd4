"""This process's open rooms. On a change the state is taken once and projected for each listener; what equals the last
snapshot sent is dropped, because silence is part of the seal.

A room knows nothing that the database does not: hints make it quick, the sweep makes it certain.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Protocol
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.utils import timezone
from django.utils.translation import get_language, gettext

from accounts.logins import Login, still_good
from cycleproject import draining, metrics
from sessions import kept, notify, presence, protocol, records
from sessions.database import call_soon, in_database
from sessions.snapshots import Viewer, snapshot_for
from sessions.state import SessionState, next_change

logger = logging.getLogger(__name__)

SWEEP_EVERY = 10.0
LEFT_AFTER = 10.0
SILENT_AFTER = 90.0
# A socket that says nothing for longer has missed a heartbeat: its person may be gone already.
HEARD_WITHIN = 30.0
SOCKETS_PER_PERSON = 8
NO_LATER_BYTE = (protocol.CLOSE_REASONS["login"], protocol.CLOSE_REASONS["revoked"])

now: Callable[[], datetime] = timezone.now


class Socket(Protocol):
    """What a room may ask of a connection."""

    async def deliver(self, text: str) -> None:
        """Send one frame."""

    async def hang_up(self, code: int) -> None:
        """Close the connection."""


@dataclass(eq=False, slots=True)
class Listener:
    """One connection of one person in one room."""

    socket: Socket
    session_id: UUID
    login: Login
    viewer: Viewer
    seat_id: int
    heard_at: float = 0.0
    held: bool = False
    closing: int | None = None
    last_sent: str | None = None
    waiting: str | None = None
    sending: asyncio.Task[None] | None = None

    def offer(self, text: str) -> None:
        """Send a snapshot unless it equals the last one; a slow reader is sent only the newest."""
        if self.closing is not None:
            return
        self.waiting = text
        self._send_soon()

    def hold(self) -> None:
        """Keep snapshots back while a command is answered: its ack goes out before what it caused."""
        self.held = True

    def release(self) -> None:
        """Let snapshots go again."""
        self.held = False
        self._send_soon()

    def close(self, code: int) -> None:
        """Close the connection after what is still to be sent."""
        if self.closing is None:
            self.closing = code
            if code in NO_LATER_BYTE:
                self.waiting = None
            self._send_soon()

    def _send_soon(self) -> None:
        if not self.held and (self.sending is None or self.sending.done()):
            self.sending = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        # A socket that is gone raises; its own disconnect cleans up.
        with suppress(Exception):
            while self.waiting is not None and not self.held:
                text, self.waiting = self.waiting, None
                if text != self.last_sent:
                    self.last_sent = text
                    await self.socket.deliver(text)
            if self.closing is not None and not self.held:
                await self.socket.hang_up(self.closing)


@dataclass(eq=False, slots=True)
class Room:
    """The listeners of one live session in this process, and the last state they were shown."""

    session_id: UUID
    loop: asyncio.AbstractEventLoop
    listeners: set[Listener] = field(default_factory=set)
    state: SessionState | None = None
    timer: asyncio.TimerHandle | None = None
    loading: asyncio.Task[None] | None = None
    load_again: bool = False
    unheard: bool = False

    @property
    def has_a_host(self) -> bool:
        """Tell whether a host listens here, whose right to do so can be lost in ways that nobody tells."""
        return any(listener.viewer.seat == "host" for listener in self.listeners)

    def show(self, state: SessionState) -> None:
        """Project a state for everybody, unless a newer one was shown already."""
        if self.state is not None and state.version < self.state.version:
            return
        self.state = state
        self._project(self.listeners)
        self._wake_when_time_changes_something()

    def show_to(self, listener: Listener) -> None:
        """Project the last state for one listener."""
        self._project([listener])

    def load_soon(self) -> None:
        """Read the session anew, once for any number of hints."""
        if self.loading is not None and not self.loading.done():
            self.load_again = True
            return
        self.loading = asyncio.ensure_future(self._load())

    async def _load(self) -> None:
        self.load_again = True
        while self.load_again and self.listeners:
            self.load_again = False
            try:
                state = await in_database(kept.state_of, self.session_id)
            except DatabaseFailure:
                logger.warning("a room could not be read; the sweep tries again")
                return
            if state is not None:
                if self.unheard:
                    self.found(state)
                self.show(state)

    def found(self, state: SessionState) -> None:
        """Count a change that no hint has told of, if everybody sees that there is one (see ``metrics``)."""
        self.unheard = False
        if self.state is not None and self.state.version < state.version and not state.round_is_open:
            metrics.hints_caught.inc()

    def _project(self, listeners: Iterable[Listener]) -> None:
        if self.state is None:
            return
        moment, translate = now(), partial(_translated, get_language())
        texts: dict[Viewer, str] = {}
        for listener in list(listeners):
            viewer = listener.viewer
            person = self.state.person(viewer.seat)
            if person is None or not person.may_listen:
                listener.close(protocol.CLOSE_REASONS["revoked"])
                continue
            if viewer not in texts:
                session = snapshot_for(self.state, viewer, moment, translate)
                texts[viewer] = protocol.encode({"type": "snapshot", "session": session})
            listener.offer(texts[viewer])
            if self.state.ended(moment):
                listener.close(protocol.CLOSE_REASONS["ended"])

    def _wake_when_time_changes_something(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None
        if self.state is None or not self.listeners:
            return
        moment = now()
        change_at = next_change(self.state, moment)
        if change_at is not None:
            # A hair later, so that a timer that fires early does not see the old state and spin.
            delay = max(0.0, (change_at - moment).total_seconds()) + 0.005
            self.timer = self.loop.call_later(delay, self._time_has_passed)

    def _time_has_passed(self) -> None:
        self.timer = None
        self._project(self.listeners)
        self._wake_when_time_changes_something()

    def refresh_presence(self, seen_at: dict[str, datetime | None]) -> None:
        """Take over who was seen when; it raises no version."""
        if self.state is None:
            return
        state = self.state.with_presence(seen_at)
        if state is not self.state:
            self.show(state)


@lru_cache(maxsize=1024)
def _translated(language: str, text: str) -> str:
    # The same few sentences go to everybody, and finding the catalogue costs more than all else in a snapshot.
    return gettext(text)


class Rooms:
    """All open rooms of this process."""

    def __init__(self) -> None:
        self._rooms: dict[UUID, Room] = {}
        self._sweep: asyncio.Task[None] | None = None

    def sockets_of(self, user_id: UUID) -> int:
        """Count the open sockets of one person."""
        return sum(listener.login.user_id == user_id for listener in self._listeners())

    async def join(self, listener: Listener) -> None:
        """Let somebody listen. The room is joined first and read afterwards, so that no change falls in between."""
        room = self._rooms.get(listener.session_id)
        if room is None:
            room = self._rooms[listener.session_id] = Room(listener.session_id, asyncio.get_running_loop())
            notify.room_opened(listener.session_id)
        first = not any(one.seat_id == listener.seat_id for one in room.listeners)
        # Held until its own arrival is in what it sees: a sweep in between would show it a room without itself.
        listener.hold()
        room.listeners.add(listener)
        metrics.open_sockets.inc()
        self._keep_sweeping()
        try:
            if first:
                await in_database(presence.arrived, listener.seat_id, now())
            state = await in_database(kept.state_of, listener.session_id)
            if state is not None:
                room.show(state)
                room.show_to(listener)
        finally:
            listener.release()

    def sync(self, listener: Listener, state: SessionState | None) -> None:
        """Send one listener the snapshot even if it is the same; a hint that was lost is caught for everybody."""
        room = self._rooms.get(listener.session_id)
        if room is not None and state is not None:
            room.found(state)
            listener.last_sent = None
            room.show(state)
            room.show_to(listener)

    def leave(self, listener: Listener, *, clean: bool) -> None:
        """Forget a connection; a cleanly closed last one lets its person be away soon."""
        room = self._rooms.get(listener.session_id)
        if room is None:
            return
        if listener in room.listeners:
            room.listeners.discard(listener)
            metrics.open_sockets.dec()
        if not room.listeners:
            del self._rooms[listener.session_id]
            notify.room_closed(listener.session_id)
            if room.timer:
                room.timer.cancel()
        if clean and not self._has_seat(listener.session_id, listener.seat_id):
            room.loop.call_later(LEFT_AFTER, self._left, listener.session_id, listener.seat_id, now())

    def close_all(self, code: int) -> None:
        """Close every connection, each after the answer that it waits for."""
        for listener in self._listeners():
            listener.close(code)

    def _has_seat(self, session_id: UUID, seat_id: int) -> bool:
        room = self._rooms.get(session_id)
        return room is not None and any(one.seat_id == seat_id for one in room.listeners)

    def _left(self, session_id: UUID, seat_id: int, closed_at: datetime) -> None:
        if self._has_seat(session_id, seat_id):
            return

        async def leave() -> None:
            with suppress(DatabaseFailure):
                await in_database(presence.left, seat_id, closed_at)
            self.hint(session_id)

        task = asyncio.ensure_future(leave())
        _background.add(task)
        task.add_done_callback(_background.discard)

    def hint(self, session_id: UUID) -> None:
        """Read a room anew; from any thread."""
        room = self._rooms.get(session_id)
        if room is not None:
            call_soon(room.loop, room.load_soon)

    def show(self, state: SessionState) -> None:
        """Show a state that was just committed; from any thread."""
        room = self._rooms.get(state.id)
        if room is not None:
            call_soon(room.loop, partial(room.show, state))

    def look_at(self, user_ids: frozenset[UUID]) -> None:
        """Check the logins and seats of some people now; from any thread."""
        affected = {
            listener.session_id: self._rooms[listener.session_id]
            for listener in self._listeners()
            if listener.login.user_id in user_ids
        }
        for loop in {room.loop for room in affected.values()}:
            call_soon(loop, partial(self._look_soon, user_ids))

    def _look_soon(self, user_ids: frozenset[UUID]) -> None:
        listeners = [listener for listener in self._listeners() if listener.login.user_id in user_ids]
        task = asyncio.ensure_future(self._check(listeners))
        _background.add(task)
        task.add_done_callback(_background.discard)

    def _listeners(self) -> list[Listener]:
        return [listener for room in list(self._rooms.values()) for listener in list(room.listeners)]

    def _keep_sweeping(self) -> None:
        if self._sweep is None or self._sweep.done() or self._sweep.get_loop().is_closed():
            self._sweep = asyncio.ensure_future(self._sweep_for_ever())

    async def _sweep_for_ever(self) -> None:
        while self._rooms:
            await asyncio.sleep(SWEEP_EVERY)
            try:
                await self.sweep()
            except Exception:
                logger.exception("a sweep failed; the next one tries again")

    async def sweep(self) -> None:
        """Close what may no longer listen, catch every lost hint, keep presence fresh."""
        listeners = self._listeners()
        heard = asyncio.get_running_loop().time()
        for listener in listeners:
            if listener.heard_at < heard - SILENT_AFTER:
                listener.close(protocol.CLOSE_REASONS["silent"])
        await self._check(listeners)
        present = {
            listener.seat_id
            for listener in self._listeners()
            if listener.closing is None and listener.heard_at >= heard - HEARD_WITHIN
        }
        await in_database(presence.still_here, present, now())
        # Only rooms that were asked about: one that opens meanwhile has no pulse here, and is not gone for that.
        asked = dict(self._rooms)
        pulses = await in_database(records.pulses_of, list(asked))
        for session_id, room in asked.items():
            pulse = pulses.get(session_id)
            if pulse is None:
                for listener in list(room.listeners):
                    listener.close(protocol.CLOSE_REASONS["unknown"])
            elif room.state is None or room.state.version != pulse.version or room.has_a_host:
                room.unheard = True
                room.load_soon()
            else:
                room.refresh_presence(pulse.seen_at)

    async def _check(self, listeners: list[Listener]) -> None:
        good = await in_database(still_good, {listener.login for listener in listeners})
        for listener in listeners:
            if listener.login not in good:
                listener.close(protocol.CLOSE_REASONS["login"])
        for session_id in {listener.session_id for listener in listeners}:
            room = self._rooms.get(session_id)
            if room is not None and room.state is not None:
                room.show(room.state)


_background: set[asyncio.Task[None]] = set()


rooms = Rooms()
notify.on_state = rooms.show
notify.on_session = rooms.hint
notify.on_people = rooms.look_at
draining.on_begin.append(partial(rooms.close_all, protocol.CLOSE_REASONS["restart"]))
