"""Who has to hear of a change: this process at once, the others by a hint through the channel layer.

What travels is an id and never content. Hints may be lost, late or doubled: the sweep in ``rooms`` costs a lost one
seconds, never a reveal. So nothing here may undo, hide or delay what was saved: telling happens on a thread of its own,
and a Redis that hangs is waited for by nobody.
"""

import asyncio
import atexit
import logging
import operator
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from cycleproject.serving import metrics, redis_circuit
from sessions.checkin.state import SessionState

logger = logging.getLogger(__name__)

EVERYBODY: Final = "people"
SESSION_PREFIX: Final = "session."
TOLD_WITHIN: Final = 2.0
HEARTBEAT_EVERY: Final = 5.0
DEAF_AFTER: Final = 3 * HEARTBEAT_EVERY

on_state: Callable[[SessionState], None] | None = None
on_session: Callable[[UUID], None] | None = None
on_people: Callable[[frozenset[UUID]], None] | None = None
on_closed: Callable[[UUID, int], None] | None = None


def changed(state: SessionState) -> None:
    """Tell that a session has changed, after the commit that changed it."""
    if on_state:
        _guarded(partial(on_state, state))
    _others.tell(session_group(state.id), counts=not state.round_is_open, session=str(state.id))


def somebody_came(session_ids: Collection[UUID]) -> None:
    """Tell the other processes that somebody is here again: whoever says so here knows it already."""
    for session_id in session_ids:
        _others.tell(session_group(session_id), counts=False, session=str(session_id))


def somebody_closed(session_id: UUID, seat_id: int) -> None:
    """Tell the other processes that a person's last socket here has closed: they may have another one."""
    _others.tell(session_group(session_id), counts=False, session=str(session_id), closed=seat_id)


def access_changed(user_ids: Collection[UUID]) -> None:
    """Tell, once the running transaction has committed, that some people's logins or seats may be gone."""
    people = frozenset(user_ids)

    def tell() -> None:
        if on_people:
            _guarded(partial(on_people, people))
        _others.tell(EVERYBODY, counts=False, people=sorted(map(str, people)))

    transaction.on_commit(tell)


def room_opened(session_id: UUID) -> None:
    """Ask the other processes for hints about a session."""
    _others.join(session_group(session_id))


def room_closed(session_id: UUID) -> None:
    """Stop asking for hints about a session."""
    _others.leave(session_group(session_id))


def session_group(session_id: UUID) -> str:
    """Name the group of the processes that have a session's room open."""
    return f"{SESSION_PREFIX}{session_id}"


def _guarded(tell: Callable[[], None]) -> None:
    # What was saved is saved: a failure to tell must not look like a failure to save.
    try:
        tell()
    except Exception:
        logger.exception("a hint was lost")


@dataclass(frozen=True, slots=True)
class _Hint:
    """What can be heard: ids, by which what they name is read anew. Others may be able to write to Redis."""

    by: str = ""
    session: UUID | None = None
    closed: int | None = None
    people: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, message: Any) -> "_Hint | None":
        """Return what a message says; None where it is none of ours."""
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            session, closed = message.get("session"), message.get("closed")
            return cls(
                str(message.get("from")),
                None if session is None else UUID(session),
                None if closed is None else operator.index(closed),
                frozenset(map(UUID, message.get("people", ()))),
            )
        return None


class OtherProcesses:
    """One listener per process, on a thread and an event loop of its own, joined to the groups of its open rooms."""

    def __init__(self) -> None:
        self._name = uuid4().hex
        self._groups: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()
        self._channel = ""
        self._heard_at = 0.0
        self._untold: dict[tuple[str, str], tuple[dict[str, Any], bool]] = {}
        self._telling: asyncio.Task[None] | None = None

    def tell(self, group: str, *, counts: bool, **ids: Any) -> None:
        """Send a hint to a group, soon; the same hint twice is one. Whether a loss may be counted says ``metrics``."""
        if settings.REDIS_URL:
            hint = {"type": "hint", "from": self._name, **ids}
            self._soon(partial(self._queue, (group, repr(ids)), hint, counts))

    def join(self, group: str) -> None:
        """Receive the hints of a group."""
        self._soon(partial(self._join, group))

    def leave(self, group: str) -> None:
        """Stop receiving the hints of a group."""
        self._soon(partial(self._leave, group))

    def _soon(self, call: Callable[[], None]) -> None:
        if not settings.REDIS_URL:
            return
        with self._starting:
            if self._loop is None:
                self._loop = _new_loop()
                threading.Thread(target=self._run, args=(self._loop,), name="notify", daemon=True).start()
                # A management command is over before its hints are on their way.
                atexit.register(self._tell_before_the_end, self._loop)
        self._loop.call_soon_threadsafe(call)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        self._groups.add(EVERYBODY)
        self._listening = loop.create_task(self._listen_for_ever())
        loop.run_forever()

    def _queue(self, key: tuple[str, str], hint: dict[str, Any], counts: bool) -> None:
        self._untold[key] = hint, counts
        if self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._tell_all())

    async def _tell_all(self) -> None:
        while self._untold:
            key = next(iter(self._untold))
            hint, counts = self._untold.pop(key)
            if not await self._told(key[0], hint) and counts:
                metrics.hints_lost.inc()

    async def _told(self, group: str, hint: dict[str, Any]) -> bool:
        # While it is known not to answer, each hint would wait for nothing, and those behind it would be late.
        if redis_circuit.is_away():
            return False
        try:
            async with asyncio.timeout(TOLD_WITHIN):
                await get_channel_layer().group_send(group, hint)
        except Exception as problem:
            logger.warning("a hint was lost: %s", type(problem).__name__)
            redis_circuit.failed(problem)
            return False
        return True

    def _tell_before_the_end(self, loop: asyncio.AbstractEventLoop) -> None:
        async def told() -> None:
            if self._telling:
                await asyncio.wait([self._telling])

        with suppress(Exception):
            asyncio.run_coroutine_threadsafe(told(), loop).result(TOLD_WITHIN)

    def _join(self, group: str) -> None:
        self._groups.add(group)
        if self._channel:
            self._then(self._hear(group, self._channel))

    async def _hear(self, group: str, channel: str) -> None:
        await asyncio.wait_for(get_channel_layer().group_add(group, channel), TOLD_WITHIN)
        # What changed before we could hear of it must be read now.
        if group != EVERYBODY and on_session:
            on_session(UUID(group.removeprefix(SESSION_PREFIX)))

    def _leave(self, group: str) -> None:
        self._groups.discard(group)
        if self._channel:
            self._then(get_channel_layer().group_discard(group, self._channel))

    def _then(self, doing: Any) -> None:
        async def quietly() -> None:
            # What fails here is made good when the heartbeat is missed and every group is joined anew.
            with suppress(Exception):
                await asyncio.wait_for(doing, TOLD_WITHIN)

        task = asyncio.ensure_future(quietly())
        _running.add(task)
        task.add_done_callback(_running.discard)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as problem:
                logger.warning("not listening to other processes: %s", type(problem).__name__)
            self._channel = ""
            with suppress(Exception):
                await asyncio.wait_for(get_channel_layer().flush(), TOLD_WITHIN)
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        channel = await asyncio.wait_for(layer.new_channel(), TOLD_WITHIN)
        for group in list(self._groups):
            await self._hear(group, channel)
        self._channel = channel
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        beating = loop.create_task(self._beat(channel))
        try:
            while True:
                # The layer's own receiver can die with a broken connection without telling anybody.
                async with asyncio.timeout_at(self._heard_at + DEAF_AFTER):
                    message = await _received(channel)
                self._heard_at = loop.time()
                _guarded(partial(self._take, message))
        finally:
            beating.cancel()

    async def _beat(self, channel: str) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY)
            with suppress(Exception):
                await asyncio.wait_for(get_channel_layer().send(channel, {"type": "beat"}), TOLD_WITHIN)

    def _take(self, message: Any) -> None:
        hint = _Hint.of(message)
        if hint is None:
            logger.warning("what was heard is no hint")
        elif hint.by != self._name:
            if hint.session and hint.closed is not None and on_closed:
                on_closed(hint.session, hint.closed)
            if hint.session and on_session:
                on_session(hint.session)
            if hint.people and on_people:
                on_people(hint.people)


async def _received(channel: str) -> Any:
    """Return the next message, whatever it is; nothing for one that cannot be read."""
    try:
        return await get_channel_layer().receive(channel)
    except ValueError:  # it is not ours, and no reason to stop listening to those that are
        return None


def _new_loop() -> asyncio.AbstractEventLoop:
    # As the server's own: uvloop wherever it can be installed.
    with suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop()
    return asyncio.new_event_loop()


_others = OtherProcesses()
_running: set[asyncio.Task[None]] = set()
