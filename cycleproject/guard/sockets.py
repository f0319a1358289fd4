"""Frames before any consumer sees them: pings, pongs and pieces of frames are counted like those that it does see.

The library reads as many as come in one go, and answers pings by itself: forty thousand fit into what a connection
brings at once, and nobody else is answered while they are read. So it is given a little at a time, and nothing more
once there were too many.
"""

import asyncio
from typing import Any, Final

from django.conf import settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from cycleproject.guard.token_bucket import TokenBucket
from cycleproject.guard.waiting import Gate, Inbox

FLOOD: Final = 4429  # as for the frames that a consumer counts (see docs/protocol.md)
# So long the other side has to take note of why, while nothing of it is read.
LINGER_SECONDS: Final = 1.0
# Room for a few hundred of the smallest frames.
READ_AT_ONCE: Final = 1024
# A consumer closes for its own reasons before this many: it is for those that it has not come to yet.
TEXTS_FOR_EACH_FRAME: Final = 2


class GuardedSockets(WebSocketsSansIOProtocol):
    """One socket that is closed when more frames come than anybody needs, and keeps little in memory until then."""

    # Beyond thirty attributes each instance has a table of its own instead of one that all share: 1 KiB a socket.
    __slots__ = (
        "asgi_version",
        "close_timeout",
        "curr_msg_data_type",
        "frames",
        "last_ping_rtt",
        "pending_ping_payload",
        "ping_interval",
        "ping_sent_at",
        "ping_timeout",
        "ping_timer",
        "pong_timer",
        "root_path",
    )

    _allowance: TokenBucket | None = None
    _texts: TokenBucket | None = None
    _deaf = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.queue = Inbox()  # type: ignore[assignment]  # it is all that is used of a queue, and so is the gate
        self.writable = Gate()  # type: ignore[assignment]

    def start_keepalive(self) -> None:
        """Let go of what was asked and answered, now that the handshake is complete: nobody reads it any more."""
        super().start_keepalive()
        for headers in (self.request.headers, self.response.headers, self.scope["headers"]):
            headers.clear()  # type: ignore[union-attr]  # a list, whatever the specification allows

    def data_received(self, data: bytes) -> None:
        """Read on, a little at a time, unless it has been closed."""
        for start in range(0, len(data), READ_AT_ONCE):
            if self._deaf or self.transport.is_closing():
                return
            super().data_received(data[start : start + READ_AT_ONCE])

    def handle_text(self, event: Frame) -> None:
        """Pass a command on, unless many more come than the consumer would take."""
        if self._texts_within_allowance():
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Pass on what no client of ours sends, unless it is many."""
        if self._texts_within_allowance():
            super().handle_bytes(event)

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
        if self._allowance is None:  # most sockets never send one
            self._allowance = TokenBucket(settings.FRAME_RATE)
        if self._deaf or self._allowance.spend():
            return not self._deaf
        self._deaf = True
        self._hang_up()
        return False

    def _texts_within_allowance(self) -> bool:
        if self._texts is None:
            self._texts = TokenBucket(settings.FRAME_RATE * TEXTS_FOR_EACH_FRAME)
        if self._deaf or self._texts.spend():
            return not self._deaf
        self._deaf = True
        # The consumer answers what it takes, and closes: if it has not by then, it is done here.
        self.loop.call_later(LINGER_SECONDS, self._hang_up)
        return False

    def _hang_up(self) -> None:
        if self.transport.is_closing():
            return
        if not self.handshake_complete:
            self.transport.abort()  # it sends before it has been let in
            return
        loop: asyncio.AbstractEventLoop = self.loop
        # After a close nobody waits for its answer while more is sent; before one it is said why.
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = loop.call_later(LINGER_SECONDS, self.transport.abort)
        if not self.close_sent:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": FLOOD, "reason": ""})
            self.conn.data_to_send()  # answers to a flood: it gets none
            self.conn.send_close(FLOOD)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
