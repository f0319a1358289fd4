"""One socket of Socket.IO as the load generator needs it: Engine.IO 4 over WebSocket, its packets inside our frames."""

from asyncio import Future
from typing import Final

import orjson

from bench.wire import Line

# Engine.IO's packets, and Socket.IO's inside its messages.
OPEN, PING, PONG = b"0", b"2", b"3"
CONNECT, EVENT, ACK = b"40", b"42", b"43"
ADDRESS: Final = "/socket.io/?EIO=4&transport=websocket"


class EngineLine(Line):
    """A socket whose commands are events with an acknowledgement, and whose snapshots are events."""

    _asked = 0

    def _text(self, payload: bytes) -> None:
        if payload[:1] == OPEN:
            self._write(CONNECT)
        elif payload[:1] == PING:
            self._write(PONG)
        elif payload[:2] == EVENT:
            name, content = orjson.loads(payload[2:])
            self._take({**content, "type": name})
        elif payload[:2] == ACK and payload[2:].partition(b"[")[0] == str(self._asked).encode():
            self._take({"type": "ack", "op": self._op})
        elif payload[:2] != CONNECT:
            self._fail(f"an unexpected packet: {payload[:200]!r}")

    def send(self, kind: str, op: str, frame: bytes) -> Future[None]:
        """Send one command as an event of its name, and ask for an acknowledgement."""
        self._asked += 1
        packet = b'%s%d["%s",%s]' % (EVENT, self._asked, kind.encode(), frame)
        return super().send(kind, op, packet)
