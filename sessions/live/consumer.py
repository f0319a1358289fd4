"""The WebSocket consumer: admit, parse frames, carry out commands, leave. It knows no table and no rule."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils import timezone
from django.utils.translation import gettext

from cycleproject.database.queue import run_in_database
from cycleproject.guard.token_bucket import TokenBucket
from sessions.checkin import frames, wire
from sessions.checkin.refusals import REFUSALS
from sessions.checkin.shown_round import Viewer
from sessions.live import admission
from sessions.live.room import Listener
from sessions.live.rooms import rooms
from sessions.live.sockets import Socket, sockets
from sessions.store import load, submission
from sessions.store.transaction import Answer

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

BAD_FRAMES_ALLOWED: Final = 2
CLEAN_CLOSES: Final = (1000, 1001)

# When thousands reconnect at once, this many join at a time, so that the first are in before their clients give up;
# those that have given up while they waited are skipped.
_join_slots: Final = asyncio.Semaphore(64)


class Connection(AsyncConsumer):
    """The base consumer: one loop that passes each message of the socket to a method.

    The library's own loop makes two tasks for each message and listens to a channel layer beside the socket. Ours needs
    no layer, since fan-out happens inside the process (see ``rooms``), and waits for the socket alone.
    """

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection until it has closed (see the ASGI specification's WebSocket messages)."""
        self.scope = scope
        self.base_send = send
        code = 1006
        await receive()
        self.first = asyncio.ensure_future(receive())
        try:
            await self.connect()
            message = await self.first
            while message["type"] == "websocket.receive":
                # Taken out of it: the last message is held until the next, and may be a mark.
                await self.receive(message.pop("text", None))
                message = await receive()
            code = message.get("code", 1005)
        finally:
            self.first.cancel()
            await self.disconnect(code)

    @property
    def gone(self) -> bool:
        """Tell whether the client has closed the connection before it sent anything."""
        return self.first.done() and self.first.result()["type"] == "websocket.disconnect"

    async def connect(self) -> None:
        """Accept or refuse the connection; each kind of consumer decides how."""
        raise NotImplementedError

    async def receive(self, text: str | None) -> None:
        """Handle one frame; ``text`` is None for a binary one. Does nothing here."""

    async def disconnect(self, code: int) -> None:
        """Clean up once the connection has closed with this code. Does nothing here."""

    async def accept(self) -> None:
        """Complete the WebSocket handshake, so that frames and close codes reach the client."""
        await self.base_send({"type": "websocket.accept"})

    async def deliver(self, text: str) -> None:
        """Send one text frame to the client."""
        await self.base_send({"type": "websocket.send", "text": text})

    async def hang_up(self, code: int) -> None:
        """Close the connection with a code."""
        await self.base_send({"type": "websocket.close", "code": code})


class LiveSessionConsumer(Connection):
    """One socket of one person in one check-in."""

    listener: Listener | None = None
    socket: Socket | None = None

    async def connect(self) -> None:
        """Complete the handshake, then join the room, or close with the first reason against it."""
        await self.accept()
        try:
            async with _join_slots:
                code = None if self.gone else await self._enter()
        except DatabaseFailure:
            logger.warning("nobody can come in while the database is away")
            code = wire.CLOSE_REASONS["restart"]
        if code is not None:
            await self.hang_up(code)

    async def _enter(self) -> int | None:
        self.allowance = TokenBucket(settings.FRAME_RATE)
        self.bad_frames = 0
        session_id: UUID = self.scope["url_route"]["kwargs"]["session_id"]
        login, place = await run_in_database(admission.admit, self.scope["login_token"], session_id)
        if login is None:
            return wire.CLOSE_REASONS["login"]
        if place is None:
            return wire.CLOSE_REASONS["unknown"]
        if place.seat is None or not place.may_listen:
            return wire.CLOSE_REASONS["revoked"]
        self.socket = await sockets.open(login.user_id)
        if self.socket is None:
            return wire.CLOSE_REASONS["flood"]
        shared = parse_qs(self.scope["query_string"].decode()).get("screen") == ["room"]
        viewer = Viewer(load.seat_name(place.seat), shared=shared)
        self.listener = Listener(self, session_id, login, viewer, place.seat.pk)
        self.listener.heard_at = asyncio.get_running_loop().time()
        await rooms.join(self.listener)
        return None

    async def disconnect(self, code: int) -> None:
        """Leave the room; only a clean close lets the person count as away."""
        # Consumer and listener refer to each other: without this they would wait for the garbage collector, which looks
        # seldom at what has long been there (see ``cycleproject.serving.memory``).
        listener, self.listener = self.listener, None
        if listener:
            rooms.leave(listener, clean=code in CLEAN_CLOSES)
        if self.socket:
            sockets.close(self.socket)

    async def receive(self, text: str | None) -> None:
        """Answer one frame, also if something goes wrong: an exception that escaped would drop the socket."""
        if self.listener is None or self.listener.closing is not None:
            return
        self.listener.heard_at = asyncio.get_running_loop().time()
        if not self.allowance.spend():
            return self.listener.close(wire.CLOSE_REASONS["flood"])
        if text is None:
            return self.listener.close(wire.CLOSE_REASONS["binary"])
        if len(text.encode("utf-8", "surrogatepass")) > frames.MAX_FRAME_BYTES:
            return self.listener.close(wire.CLOSE_REASONS["too_large"])
        try:
            command = wire.parse(text)
        except wire.BadFrame as bad:
            return await self._refuse_frame(self.listener, bad)
        self.bad_frames = 0
        await self._answer(self.listener, command)

    async def _refuse_frame(self, listener: Listener, bad: wire.BadFrame) -> None:
        await self._send(_error(bad.op, "frame.invalid"))
        self.bad_frames += 1
        if self.bad_frames > BAD_FRAMES_ALLOWED:
            listener.close(wire.CLOSE_REASONS["frames"])

    async def _answer(self, listener: Listener, command: frames.Command) -> None:
        listener.hold()
        try:
            answer = await submission.submit(listener.login, listener.session_id, command)
        except Exception:
            logger.exception("a command failed")
            answer = Answer("service.unavailable")
        code = answer.code
        try:
            await self._send(_error(command.op, code) if code else wire.ack(command, timezone.now()))
            if isinstance(command, frames.Sync) and code is None:
                rooms.sync(listener, answer.state)
        finally:
            listener.release()
        if code == "login.required":
            listener.close(wire.CLOSE_REASONS["login"])

    async def _send(self, answer: wire.Answer) -> None:
        await self.deliver(wire.encode(answer))


def _error(op: str | None, code: str) -> wire.Error:
    return wire.error(op, code, gettext(REFUSALS[code].sentence))


class UnknownPathConsumer(Connection):
    """The consumer for all other paths: closes as for a check-in that does not exist."""

    async def connect(self) -> None:
        """Complete the handshake and close at once, so that the browser gets the code."""
        await self.accept()
        await self.hang_up(wire.CLOSE_REASONS["unknown"])
