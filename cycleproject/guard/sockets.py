"""Frames that reach no consumer: pings, pongs and pieces of frames, counted like those that do.

The library answers them by itself, as many as come.
"""

import asyncio
from typing import Final

from django.conf import settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from cycleproject.guard.token_bucket import TokenBucket

FLOOD: Final = 4429  # as for the frames that a consumer counts (see docs/protocol.md)
# So long the other side has to take note of why, while nothing of it is read.
LINGER_SECONDS: Final = 1.0


class GuardedSockets(WebSocketsSansIOProtocol):
    """One socket that is closed when more control frames come than anybody needs."""

    _allowance: TokenBucket | None = None
    _deaf = False

    def data_received(self, data: bytes) -> None:
        """Read on, unless it has been closed for a flood."""
        if not self._deaf:
            super().data_received(data)

    def handle_ping(self) -> None:
        """Answer, unless too many come."""
        if self._within_allowance():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Let one that nobody asked for pass, unless too many come."""
        if self._within_allowance():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        """Keep one more piece of a frame, unless too many come."""
        if self._within_allowance():
            super().handle_cont(event)

    def _within_allowance(self) -> bool:
        if self._deaf:
            return False
        if self._allowance is None:  # most sockets never send one
            self._allowance = TokenBucket(settings.FRAME_RATE)
        if self._allowance.spend():
            return True
        self._hang_up()
        return False

    def _hang_up(self) -> None:
        self._deaf = True
        if self.close_sent or self.transport.is_closing():
            self.transport.abort()
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": FLOOD, "reason": ""})
        self.conn.data_to_send()  # answers to a flood: it gets none
        self.conn.send_close(FLOOD)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        loop: asyncio.AbstractEventLoop = self.loop
        self.close_timer = loop.call_later(LINGER_SECONDS, self.transport.abort)
