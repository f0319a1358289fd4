"""One check-in's room in this process: its listeners, and the last state that they were shown.

On a change the state is projected once for each kind of viewer. A snapshot that equals the last one sent is dropped: a
frame without news would still tell that something happened. A room holds nothing that is not in the database; a hint
makes it reload soon, and the sweep in ``rooms`` catches hints that were lost.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Protocol
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.utils.timezone import now
from django.utils.translation import get_language, gettext

from accounts.logins import Login
from cycleproject.database.queue import submit_with_callback
from cycleproject.serving import metrics
from sessions.checkin import wire
from sessions.checkin.shown_round import Viewer
from sessions.checkin.snapshot import snapshot_for
from sessions.checkin.state import SeatName, SessionState, next_change
from sessions.store import cache, openings, system_changes

logger = logging.getLogger(__name__)

RELOAD_AFTER = 0.5
SILENT_CLOSES = (wire.CLOSE_REASONS["login"], wire.CLOSE_REASONS["revoked"])


class Socket(Protocol):
    """The part of a connection that a room uses."""

    async def deliver(self, text: str) -> None:
        """Send one text frame to the client."""

    async def hang_up(self, code: int) -> None:
        """Close the connection with a code."""


@dataclass(eq=False, slots=True)
class Listener:
    """One connection in a room: what it was sent last, what waits to be sent, and whether it is closing."""

    socket: Socket
    session_id: UUID
    login: Login
    viewer: Viewer
    seat_id: int
    heard_at: float = 0.0
    held: bool = False
    closing: int | None = None
    # What is left of it: the text itself is 8 KiB of a reveal, for each of ten thousand sockets.
    last_sent: int | None = None
    waiting: str | None = None
    sending: asyncio.Task[None] | None = None

    def offer(self, text: str) -> None:
        """Send a snapshot unless it equals the last one; to a slow client, only the newest of several."""
        if self.closing is not None:
            return
        if hash(text) == self.last_sent:
            self.waiting = None
        else:
            self.waiting = text
            self._send_soon()

    def hold(self) -> None:
        """Keep snapshots back while a command is carried out, so that its ack goes out before what it caused."""
        self.held = True

    def release(self) -> None:
        """Send what was held back, and go on as usual."""
        self.held = False
        self._send_soon()

    def close(self, code: int) -> None:
        """Close the connection once everything that waits has been sent; after lost access, at once."""
        if self.closing is None:
            self.closing = code
            if code in SILENT_CLOSES:
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
                self.last_sent = hash(text)
                await self.socket.deliver(text)
                del text
            if self.closing is not None and not self.held:
                await self.socket.hang_up(self.closing)
        self.sending = None


@dataclass(eq=False, slots=True)
class Room:
    """The listeners of one check-in in this process, and the last state that they were shown."""

    session_id: UUID
    loop: asyncio.AbstractEventLoop
    listeners: set[Listener] = field(default_factory=set)
    state: SessionState | None = None
    timer: asyncio.TimerHandle | None = None
    changes_at: datetime | None = None
    missed_hint: bool = False
    shown_here: frozenset[SeatName] = frozenset()
    swept_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.swept_at = self.loop.time()

    @property
    def has_host(self) -> bool:
        """Tell whether a host listens: their right to can end without a hint, so the sweep reloads such rooms."""
        return any(listener.viewer.seat == "host" for listener in self.listeners)

    def show(self, state: SessionState) -> None:
        """Show a state to all listeners, unless a newer one was shown already."""
        if self.state is not None and state.version < self.state.version:
            return
        self.state = state
        self._show_now()

    def update_presence(self, seen_at: Mapping[str, datetime | None]) -> None:
        """Take over when everybody was last seen; show it only if that changes who is here, or if the timer is late."""
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
            self._schedule_next_change(moment)

    def show_to(self, listener: Listener) -> None:
        """Show the last state to one listener."""
        self._project([listener], now())

    def schedule_reload(self, *, once_more: bool = True) -> None:
        """Reload the state soon, from any thread. One load answers all hints that came before it."""
        read = partial(cache.current_state, self.session_id, told_at=time.monotonic())
        submit_with_callback(read, self.loop, partial(self._on_loaded, once_more=once_more))

    def _on_loaded(self, reading: asyncio.Future[SessionState | None], *, once_more: bool) -> None:
        try:
            state = reading.result()
        except DatabaseFailure:
            # After a crash the first to ask finds a dead connection, and the next a new one.
            if once_more:
                self.loop.call_later(RELOAD_AFTER, partial(self.schedule_reload, once_more=False))
            else:
                logger.warning("a room could not be read; the sweep tries again")
            return
        if state is None:
            return
        if self.missed_hint:
            self.count_caught_hint(state)
        if state != self.state or self.timer is None:
            self.show(state)

    def count_caught_hint(self, state: SessionState) -> None:
        """Count a change that was found without a hint, unless a round is open: see ``metrics``."""
        self.missed_hint = False
        if self.state is not None and self.state.version < state.version and not state.round_is_open:
            metrics.hints_caught.inc()

    def _show_now(self) -> None:
        # One moment for both: what falls due between two would be shown by neither.
        moment = now()
        self.shown_here = self.state.here(moment) if self.state else frozenset()
        self._project(self.listeners, moment)
        self._schedule_next_change(moment)

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
                texts[viewer] = wire.encode(wire.snapshot(session))
            listener.offer(texts[viewer])
            if self.state.ended(moment):
                listener.close(wire.CLOSE_REASONS["ended"])
        if self.state.ended(moment) and self.state.ended_at is None and listeners:
            self._store_end(moment)
        if self.state.opening_due(moment) and listeners:
            submit_with_callback(partial(openings.carry_out, self.session_id), self.loop, _said_if_it_failed)

    def _store_end(self, moment: datetime) -> None:
        """Let the end that was just told by the clock be written, so that a clock that goes back revives nothing."""
        end = partial(system_changes.store_end, self.state, moment)
        submit_with_callback(end, self.loop, _said_if_it_failed)

    def _schedule_next_change(self, moment: datetime) -> None:
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
            self.timer = self.loop.call_later(delay, self._on_time_change)

    def _on_time_change(self) -> None:
        self.timer = None
        if self._somebody_runs_out():
            # Seen since by another process perhaps: nobody is shown away whom the database calls here.
            self.schedule_reload()
        else:
            self._show_now()

    def _somebody_runs_out(self) -> bool:
        return self.state is not None and self.state.here(now()) != self.shown_here


def _said_if_it_failed(writing: asyncio.Future[Any]) -> None:
    if not writing.cancelled() and writing.exception() is not None:
        logger.warning("the end or the opening of a check-in could not be written; the purge or the sweep does it")


@lru_cache(maxsize=1024)
def _translated(language: str, text: str) -> str:
    # The same few sentences go to everybody, and finding the catalogue costs more than all else in a snapshot.
    return gettext(text)
