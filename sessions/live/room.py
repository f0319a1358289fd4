"""One live session's room in this process. On a change the state is taken once and projected for each listener; what
equals the last snapshot sent is dropped, because silence is part of the seal.

A room knows nothing that the database does not: hints make it quick, the sweep of ``rooms`` makes it certain.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Protocol
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.utils.timezone import now
from django.utils.translation import get_language, gettext

from accounts.logins import Login
from cycleproject.database.queue import in_database_soon
from cycleproject.serving import metrics
from sessions.checkin import wire
from sessions.checkin.snapshot import Viewer, snapshot_for
from sessions.checkin.state import SeatName, SessionState, next_change
from sessions.store import cache

logger = logging.getLogger(__name__)

READ_AGAIN_AFTER = 0.5
NO_LATER_BYTE = (wire.CLOSE_REASONS["login"], wire.CLOSE_REASONS["revoked"])


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
        if text == self.last_sent:
            self.waiting = None
        else:
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
                self.last_sent, self.waiting = self.waiting, None
                await self.socket.deliver(self.last_sent)
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
    changes_at: datetime | None = None
    unheard: bool = False
    shown_here: frozenset[SeatName] = frozenset()
    swept_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.swept_at = self.loop.time()

    @property
    def has_a_host(self) -> bool:
        """Tell whether a host listens here, whose right to do so can be lost in ways that nobody tells."""
        return any(listener.viewer.seat == "host" for listener in self.listeners)

    def show(self, state: SessionState) -> None:
        """Project a state for everybody, unless a newer one was shown already."""
        if self.state is not None and state.version < self.state.version:
            return
        self.state = state
        self._show_what_it_is_now()

    def seen(self, seen_at: Mapping[str, datetime | None]) -> None:
        """Know when everybody was last seen; show it where that changes who is here, or where the timer is late."""
        if self.state is None:
            return
        state, moment = self.state.with_presence(seen_at), now()
        late = self.changes_at is not None and moment >= self.changes_at
        if late or state.here(moment) != self.state.here(moment):
            self.show(state)
            return
        self.state = state
        # Being seen again puts off what the timer is set for; who has closed a last socket elsewhere is away sooner.
        sooner = next_change(state, moment)
        if sooner is not None and (self.changes_at is None or sooner < self.changes_at):
            self._wake_when_time_changes_something(moment)

    def show_to(self, listener: Listener) -> None:
        """Project the last state for one listener."""
        self._project([listener], now())

    def load_soon(self, *, once_more: bool = True) -> None:
        """Read the session anew; from any thread. What is read for one hint answers all that came before."""
        read = partial(cache.state_of, self.session_id, told_at=time.monotonic())
        in_database_soon(read, self.loop, partial(self._loaded, once_more=once_more))

    def _loaded(self, reading: asyncio.Future[SessionState | None], *, once_more: bool) -> None:
        try:
            state = reading.result()
        except DatabaseFailure:
            # After a crash the first to ask finds a dead connection, and the next a new one.
            if once_more:
                self.loop.call_later(READ_AGAIN_AFTER, partial(self.load_soon, once_more=False))
            else:
                logger.warning("a room could not be read; the sweep tries again")
            return
        if state is None:
            return
        if self.unheard:
            self.found(state)
        if state != self.state or self.timer is None:
            self.show(state)

    def found(self, state: SessionState) -> None:
        """Count a change that no hint has told of, if everybody sees that there is one (see ``metrics``)."""
        self.unheard = False
        if self.state is not None and self.state.version < state.version and not state.round_is_open:
            metrics.hints_caught.inc()

    def _show_what_it_is_now(self) -> None:
        # One moment for both: what falls due between two would be shown by neither.
        moment = now()
        self.shown_here = self.state.here(moment) if self.state else frozenset()
        self._project(self.listeners, moment)
        self._wake_when_time_changes_something(moment)

    def _project(self, listeners: Iterable[Listener], moment: datetime) -> None:
        if self.state is None:
            return
        translate = partial(_translated, get_language())
        texts: dict[Viewer, str] = {}
        for listener in list(listeners):
            viewer = listener.viewer
            person = self.state.person(viewer.seat)
            if person is None or not person.may_listen:
                listener.close(wire.CLOSE_REASONS["revoked"])
                continue
            if viewer not in texts:
                session = snapshot_for(self.state, viewer, moment, translate)
                texts[viewer] = wire.encode({"type": "snapshot", "session": session})
            listener.offer(texts[viewer])
            if self.state.ended(moment):
                listener.close(wire.CLOSE_REASONS["ended"])

    def _wake_when_time_changes_something(self, moment: datetime) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None
        self.changes_at = None
        if self.state is None or not self.listeners:
            return
        self.changes_at = next_change(self.state, moment)
        if self.changes_at is not None:
            # A hair later, so that a timer that fires early does not see the old state and spin.
            delay = max(0.0, (self.changes_at - now()).total_seconds()) + 0.005
            self.timer = self.loop.call_later(delay, self._time_has_passed)

    def _time_has_passed(self) -> None:
        self.timer = None
        if self._somebody_runs_out():
            # Seen since by another process perhaps: nobody is shown away whom the database calls here.
            self.load_soon()
        else:
            self._show_what_it_is_now()

    def _somebody_runs_out(self) -> bool:
        return self.state is not None and self.state.here(now()) != self.shown_here


@lru_cache(maxsize=1024)
def _translated(language: str, text: str) -> str:
    # The same few sentences go to everybody, and finding the catalogue costs more than all else in a snapshot.
    return gettext(text)
