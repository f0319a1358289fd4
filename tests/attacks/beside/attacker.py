"""Somebody who attacks until they are told to stop: `python -m tests.attacks.beside.attacker NAME`.

They read on stdin where, and are a process of their own, so that what they do costs the couple beside them nothing but
what it costs the server.
"""

import json
import os
import random
import signal
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

SEED: Final = 22
LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ"
PATHS: Final = ("/", "/no/such/page/", "/accounts/login/", "/api/v1/start/", "/static/nothing.js", "/healthz")
# Speaks for others, whose addresses it names: one home line has a whole /64 of them.
PROXY: Final = "127.0.0.2"
MEGABYTE: Final = 1024 * 1024
HALF_SENT: Final = 3000
SLOW: Final = 300
PATIENCE: Final = 20.0


class Enough(Exception):
    """It is time to stop."""


class Attack:
    """One attack on one port, and what was sent and answered in it."""

    def __init__(self, where: dict[str, Any]) -> None:
        self.port, self.token, self.session = where["port"], where["token"], where["session"]
        self.chance = random.Random(SEED)
        self.counts: Counter[str] = Counter()
        self.held: list[socket.socket] = []

    def line(self) -> socket.socket:
        """Return a connection to the server."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    # Of one IPv6 prefix, each time from another address of it.

    def codes_from_one_home_line(self) -> None:
        """Look at one wrong code after the other."""
        code = "".join(self.chance.choice(LETTERS) for _ in range(6))
        self._from_the_prefix("GET", f"/join/{code}/")

    def starts_from_one_home_line(self) -> None:
        """Start one room after the other."""
        self._from_the_prefix("POST", "/api/v1/start/", {"first_name": "Otto"})

    def log_ins_from_one_home_line(self) -> None:
        """Try one password after the other."""
        self._from_the_prefix("POST", "/api/v1/auth/login/", {"email": "ana@example.org", "password": "x" * 12})

    def _from_the_prefix(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        address = f"2001:db8:1:2:{self.chance.randrange(65536):x}:{self.chance.randrange(65536):x}:0:1"
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=(PROXY, 0))
        headers = {"X-Forwarded-For": address, "Content-Type": "application/json", "Connection": "close"}
        with suppress(HTTPException, OSError):
            line.request(method, path, json.dumps(body) if body else None, headers)
            self.counts[str(line.getresponse().status)] += 1
        line.close()

    # Bodies that nobody asked for.

    def bodies_of_300_megabytes(self) -> None:
        """Announce a body to any path, and send as much of it as is taken."""
        path, host = self.chance.choice(PATHS), self.chance.choice(("127.0.0.1", "elsewhere.example"))
        self._upload(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 314572800\r\n\r\n", b"a" * MEGABYTE)

    def chunks_of_300_megabytes(self) -> None:
        """Send a body that says no length."""
        path = self.chance.choice(PATHS)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        self._upload(head, b"10000\r\n" + b"a" * 65536 + b"\r\n")

    def headers_of_megabytes(self) -> None:
        """Send one header that does not end."""
        self._upload("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Much: ", b"a" * 65536, most=6 * MEGABYTE)

    def _upload(self, head: str, piece: bytes, most: int = 300 * MEGABYTE) -> None:
        sent = 0
        with self.line() as line:
            with suppress(OSError):
                line.sendall(head.encode())
                while sent < most:
                    line.sendall(piece)
                    sent += len(piece)
            answer = b""
            with suppress(OSError):
                answer = line.recv(64)
        self.counts[answer[9:12].decode("latin1") or "closed"] += 1
        self.counts["KiB sent"] += sent // 1024

    # What is left unfinished.

    def half_sent_headers(self) -> None:
        """Hold as many connections as may be, each with half a header."""
        self._hold(HALF_SENT, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: ")

    def bodies_that_drip(self) -> None:
        """Hold connections that send a byte of their body now and then."""
        self._hold(SLOW, b"POST /start/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n", drip=True)

    def slow_handshakes(self) -> None:
        """Hold connections that never finish asking for a socket."""
        head = b"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-More: "
        self._hold(SLOW, head, drip=True)

    def _hold(self, most: int, start: bytes, *, drip: bool = False) -> None:
        if len(self.held) >= most:
            self.held.pop(0).close()
        with suppress(OSError):
            line = self.line()
            line.sendall(start)
            self.held.append(line)
            self.counts["opened"] += 1
        if drip and self.held:
            with suppress(OSError):
                self.chance.choice(self.held).sendall(b"a")
            time.sleep(0.005)

    # Frames.

    def pings(self) -> None:
        """Send pings until the socket closes, and come again."""
        self._flood(0x9, b"")

    def frames(self) -> None:
        """Send commands until the socket closes, and come again."""
        self._flood(0x1, b'{"type":"sync","op":"one"}')

    def frames_too_large(self) -> None:
        """Announce a frame of megabytes, and send as much of it as is taken."""
        with self._socket() as line:
            with suppress(OSError):
                line.sendall(bytes((0x81, 0xFF)) + struct.pack(">Q", 64 * MEGABYTE) + b"\0\0\0\0")
                for _ in range(64):
                    line.sendall(b"a" * MEGABYTE)
                    self.counts["KiB sent"] += 1024
            self._closed(line)

    def _flood(self, kind: int, payload: bytes) -> None:
        frame = bytes((0x80 | kind, 0x80 | len(payload))) + b"\0\0\0\0" + payload
        with self._socket() as line:
            with suppress(OSError):
                for _ in range(100):
                    line.sendall(frame * 100)
                    self.counts["frames"] += 100
            self._closed(line)

    def _socket(self) -> socket.socket:
        line = self.line()
        head = [f"GET /ws/sessions/{self.session}/ HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Upgrade: websocket"]
        head += ["Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"]
        line.sendall("\r\n".join([*head, f"X-Session-Token: {self.token}", "", ""]).encode())
        self.counts["sockets"] += 1
        return line

    def _closed(self, line: socket.socket) -> None:
        said = b""
        with suppress(OSError):
            while piece := line.recv(65536):
                said += piece
        for code in (4429, 1009):
            if bytes((0x88, 2)) + struct.pack(">H", code) in said:
                self.counts[str(code)] += 1


ATTACKS: Final[dict[str, Callable[[Attack], None]]] = {
    name.replace("_", " "): method
    for name, method in vars(Attack).items()
    if callable(method) and not name.startswith("_") and name != "line"
}


_is_enough = threading.Event()


def _enough(*_: Any) -> None:
    _is_enough.set()  # what is raised while Python puts an object away is lost
    raise Enough


def main() -> None:
    """Attack until told to stop, then print what was sent."""
    attack = Attack(json.loads(sys.stdin.readline()))
    step = ATTACKS[sys.argv[1]]
    os.nice(10)
    signal.signal(signal.SIGTERM, _enough)
    begun, told = time.monotonic(), False
    with suppress(Enough):
        while not _is_enough.is_set():
            try:
                step(attack)
            except OSError:
                attack.counts["refused"] += 1
            if not told:
                told = True
                print("begun", flush=True)
    attack.counts["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(attack.counts), flush=True)


if __name__ == "__main__":
    main()
