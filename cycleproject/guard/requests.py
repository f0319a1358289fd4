"""Requests that are too large, unfinished or too many, ended before anything reads them.

Uvicorn has no bounds of its own on how long a header or a body may take or how much of it there is, and Django reads a
whole body before it looks whose it is.
"""

import asyncio
import re
from typing import Final

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cycleproject.guard import refusals
from cycleproject.guard.connections import Connections

LARGEST_HEAD: Final = 32 * 1024
LARGEST_BODY: Final = 64 * 1024
# A therapist's notes: 20,000 characters, as a form or as JSON writes them at their longest.
LARGEST_NOTES: Final = 256 * 1024
NOTES: Final = re.compile(rb"/(?:api/v1/(?:care|sessions)|practice(?:/check-ins)?)/[0-9a-f-]{36}/notes/(?:\?|$)")
DEADLINE_SECONDS: Final = 10.0
# Closing while the other side still sends resets the connection, and the answer with it. So what follows is thrown away
# for a moment, that the answer can be read: a piece at a time, or who sends gigabytes has the processor for it.
LINGER_SECONDS: Final = 1.0
LINGER_BYTES: Final = 4 * 1024 * 1024
LINGER_PAUSE_SECONDS: Final = 0.02


class GuardedRequests(HttpToolsProtocol):
    """One connection, with bounds on each request's head, body and time, and on how many its household holds."""

    household_connections: Connections | None = None
    # Until a request comes, and while one is on its way.
    _unfinished = True
    _in_head = True
    _refused = False
    _deadline: asyncio.TimerHandle | None = None
    _raw_head_bytes = 0
    _head_bytes = 0
    _body_bytes = 0
    _body_may_have = LARGEST_BODY
    _thrown_away = 0

    @property
    def is_unfinished(self) -> bool:
        """Tell whether the request that is being sent has not come whole."""
        return self._unfinished

    def give_way(self) -> None:
        """Close at once, without an answer."""
        self._let_application_go()
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, if the household has a place for it."""
        super().connection_made(transport)
        self._start_clock()
        if GuardedRequests.household_connections is None:
            GuardedRequests.household_connections = Connections(settings.JOIN_RATE, settings.TRUSTED_PROXIES)
        if not GuardedRequests.household_connections.enter(self._address, self):
            self.give_way()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget everything about it."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, within the bounds."""
        if self._refused:
            self._throw_away(data)
            return
        if self._in_head:
            self._raw_head_bytes += len(data)
        super().data_received(data)
        # The parser keeps a header whose end has not come, and tells nobody.
        if self._in_head and self._raw_head_bytes > LARGEST_HEAD:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """Start counting anew, and the clock unless it runs since the connection came."""
        super().on_message_begin()
        self._unfinished = self._in_head = True
        self._head_bytes = self._body_bytes = 0
        if self._deadline is None and not self._refused:
            self._start_clock()

    def on_url(self, url: bytes) -> None:
        """Keep a part of the address while the head is within its bound."""
        self._head_bytes += len(url)
        if self._head_bytes <= LARGEST_HEAD:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep one header while the head is within its bound."""
        self._head_bytes += len(name) + len(value)
        if self._head_bytes <= LARGEST_HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Pass the request on, unless it is too large or says that it will be."""
        self._in_head = False
        self._raw_head_bytes = 0
        self._body_may_have = LARGEST_NOTES if NOTES.match(self.url) else LARGEST_BODY
        if self._head_bytes > LARGEST_HEAD:
            self._refuse(431)
        elif self._announced_bytes() > self._body_may_have:
            self._refuse(413)
        elif not self._refused:
            self._stop_clock()
            self._start_clock()
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body on while all of it is within its bound."""
        self._body_bytes += len(body)
        if self._body_bytes > self._body_may_have:
            self._refuse(413)
        elif not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: it has come whole."""
        if not self._refused:
            self._unfinished = False
            self._stop_clock()
            super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Give the connection to its socket, which has bounds of its own."""
        if not self._refused:
            self._leave()
            super().handle_websocket_upgrade()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _announced_bytes(self) -> int:
        lengths = [value for name, value in self.headers if name == b"content-length"]
        return int(lengths[0]) if lengths and lengths[0].isdigit() else 0

    def _start_clock(self) -> None:
        self._deadline = self.loop.call_later(DEADLINE_SECONDS, self._too_slow)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if self._raw_head_bytes or not self._in_head:
            self._refuse(408)
        else:  # a browser that connects before it has something to ask: an answer would be taken for its next one's
            self.give_way()

    def _refuse(self, status: int) -> None:
        """Answer with a status, and read nothing more from this connection."""
        if self._refused:
            return
        self._refused = True
        self._stop_clock()
        cycle = self.cycle
        is_answering = cycle is not None and not cycle.response_complete and cycle.response_started
        self._let_application_go()
        if is_answering or self.pipeline or self.transport.is_closing():
            self.transport.abort()  # another answer in the middle of one would be read as a part of it
            return
        self.transport.write(refusals.answer(status, self.url))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.transport.resume_reading()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _throw_away(self, data: bytes) -> None:
        self._thrown_away += len(data)
        if self._thrown_away > LINGER_BYTES:
            self.transport.abort()
        else:
            self.transport.pause_reading()
            self.loop.call_later(LINGER_PAUSE_SECONDS, self._read_on)

    def _read_on(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def _let_application_go(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _leave(self) -> None:
        self._stop_clock()
        if GuardedRequests.household_connections is not None:
            GuardedRequests.household_connections.leave(self._address, self)
