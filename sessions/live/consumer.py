"""One connection: join, parse, command, leave. No ORM and no rules."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils.translation import gettext

from cycleproject.database.queue import in_database
from sessions.checkin import frames, wire
from sessions.checkin.snapshot import Viewer
from sessions.live import admission
from sessions.live.room import Listener
from sessions.live.rooms import rooms
from sessions.live.sockets import Socket, sockets
from sessions.store import execute, load, writer
from sessions.words import wording

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

BAD_FRAMES_ALLOWED: Final = 2
BURST: Final = 3
CLEAN_CLOSES: Final = (1000, 1001)

# When thousands come back at once, some are let in wholly before the others, instead of nobody within their patience;
# whoever has lost theirs meanwhile is not looked for.
_door: Final = asyncio.Semaphore(64)


class Allowance:
    """So many frames a second, and a burst of three times that."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._left = float(rate * BURST)
        self._at = time.monotonic()

    def spend(self) -> bool:
        """Take one frame; tell whether there was one to take."""
        now = time.monotonic()
        self._left = min(self._left + (now - self._at) * self._rate, float(self._rate * BURST))
        self._at = now
        self._left -= 1
        return self._left >= 0


class Connection(AsyncConsumer):
    """A consumer that hands one message after the other to its methods.

    The library's own loop makes two tasks for each message and asks a channel layer beside the socket. Ours uses no
    layer (fan-out happens inside the process, see ``rooms``) and waits for nothing but the socket.
    """

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection until it is gone (see the ASGI specification's WebSocket messages)."""
        self.scope = scope
        self.base_send = send
        code = 1006
        await receive()
        self.first = asyncio.ensure_future(receive())
        try:
            await self.connect()
            message = await self.first
            while message["type"] == "websocket.receive":
                await self.receive(message.get("text"))
                message = await receive()
            code = message.get("code", 1005)
        finally:
            self.first.cancel()
            await self.disconnect(code)

    @property
    def gone(self) -> bool:
        """Tell whether the other end has hung up before it said anything."""
        return self.first.done() and self.first.result()["type"] == "websocket.disconnect"

    async def connect(self) -> None:
        """Begin."""
        raise NotImplementedError

    async def receive(self, text: str | None) -> None:
        """Take one frame; None is a binary one."""

    async def disconnect(self, code: int) -> None:
        """End."""

    async def accept(self) -> None:
        """Let the socket in."""
        await self.base_send({"type": "websocket.accept"})

    async def deliver(self, text: str) -> None:
        """Send one frame."""
        await self.base_send({"type": "websocket.send", "text": text})

    async def hang_up(self, code: int) -> None:
        """Close the connection."""
        await self.base_send({"type": "websocket.close", "code": code})


class LiveSessionConsumer(Connection):
    """One socket of one person in one live session."""

    listener: Listener | None = None
    socket: Socket | None = None

    async def connect(self) -> None:
        """Accept, then let in or close with the first reason that applies."""
        await self.accept()
        try:
            async with _door:
                code = None if self.gone else await self._enter()
        except DatabaseFailure:
            logger.warning("nobody can come in while the database is away")
            code = wire.CLOSE_REASONS["restart"]
        if code is not None:
            await self.hang_up(code)

    async def _enter(self) -> int | None:
        self.allowance = Allowance(settings.FRAME_RATE)
        self.bad_frames = 0
        session_id: UUID = self.scope["url_route"]["kwargs"]["session_id"]
        login, place = await in_database(admission.come_in, self.scope["session_key"], session_id)
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
        """Leave the room."""
        # Two that know each other would wait for the garbage collector, which seldom looks (see ``serve``).
        listener, self.listener = self.listener, None
        if listener:
            rooms.leave(listener, clean=code in CLEAN_CLOSES)
        if self.socket:
            sockets.close(self.socket)

    async def receive(self, text: str | None) -> None:
        """Answer one frame. Whatever goes wrong is answered too: an error that escaped would drop the socket."""
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
            answer = await writer.carry_out(listener.login, listener.session_id, command)
        except Exception:
            logger.exception("a command failed")
            answer = execute.Answer("service.unavailable")
        code = answer.code
        try:
            await self._send(_error(command.op, code) if code else wire.ack(command.op))
            if isinstance(command, frames.Sync) and code is None:
                rooms.sync(listener, answer.state)
        finally:
            listener.release()
        if code == "login.required":
            listener.close(wire.CLOSE_REASONS["login"])

    async def _send(self, answer: dict[str, Any]) -> None:
        await self.deliver(wire.encode(answer))


def _error(op: str | None, code: str) -> dict[str, Any]:
    return wire.error(op, code, gettext(wording.REFUSALS[code]))


class UnknownPathConsumer(Connection):
    """Any other address: what does not exist is told from nothing else that does not."""

    async def connect(self) -> None:
        """Accept, so that the browser hears the code."""
        await self.accept()
        await self.hang_up(wire.CLOSE_REASONS["unknown"])
