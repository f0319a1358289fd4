"""Questions and answers as JSON over one WebSocket, which is how DevTools and BiDi both speak."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from websockets.sync.client import connect

Message = dict[str, Any]

ANSWERED_WITHIN = 60.0


class Refused(Exception):
    """The browser did not do what it was asked."""


class Wire:
    """One connection to a browser. What it tells unasked is heard whenever something is asked."""

    def __init__(self, address: str, hear: Callable[[Message], None]) -> None:
        self._open = ExitStack()
        # A browser may say much between two questions; none of it may be refused for its size, nor stop the rest.
        connecting = connect(address, compression=None, max_size=None, max_queue=None, ping_interval=None, proxy=None)
        self._socket = self._open.enter_context(connecting)
        self._hear = hear
        self._number = 0

    def ask(self, method: str, parameters: Message, **beside: str) -> Any:
        """Return the answer to a question. Raises Refused."""
        number = self.tell(method, parameters, **beside)
        while True:
            message: Message = json.loads(self._socket.recv(timeout=ANSWERED_WITHIN))
            if "method" in message:
                self._hear(message)
            elif message.get("id") != number:
                continue  # the answer to what was only told
            elif "error" in message:
                raise Refused(f"{method}: {message['error']} {message.get('message', '')}")
            else:
                return message["result"]

    def tell(self, method: str, parameters: Message, **beside: str) -> int:
        """Ask without waiting for an answer."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters, **beside}))
        return self._number

    def close(self) -> None:
        """Hang up."""
        self._open.close()
