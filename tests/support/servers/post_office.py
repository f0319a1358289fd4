"""A mail server of the tests' own."""

import socket
import threading
import time
from contextlib import suppress

# What it says to whoever may send everything.
TAKES = {b"DATA": b"354 go on"}


class PostOffice:
    """A mail server of the tests' own: it says nothing, refuses every address, or takes everything."""

    def __init__(self, answers: dict[bytes, bytes] | None, pause: float = 0) -> None:
        self._answers, self._pause = answers, pause
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.taken: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        if self._answers is None:
            with line:
                line.recv(1)  # until whoever called gives up
            return
        with line, line.makefile("rb") as heard:
            time.sleep(self._pause)
            line.sendall(b"220 here\r\n")
            in_data = False
            for said in heard:
                if in_data:
                    self.taken.append(said)
                    in_data = said != b".\r\n"
                    answer = b"" if in_data else b"250 taken"
                else:
                    answer = self._answers.get(said[:4].upper(), b"250 go on")
                    in_data = answer.startswith(b"354")
                if answer:
                    line.sendall(answer + b"\r\n")

    def close(self) -> None:
        """Let nobody in any more, not even whoever is waited for."""
        with suppress(OSError):  # closed before
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
