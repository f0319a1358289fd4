"""What both the recorder and the player do: ask over HTTP, open sockets, send and receive."""

import csv
import json
import re
from dataclasses import dataclass
from http.client import HTTPConnection
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.contract.replay.stage import Stage
from tests.support.cast.clients import PATIENCE, Line

API = "/api/v1/"
# What the contract says of the headers of answers.
NAMED_HEADERS = ("Content-Type", "Content-Disposition", "Cache-Control", "Retry-After", "Location")
PADDED_TO = 4096


@dataclass(frozen=True)
class Told:
    """An answer over HTTP: JSON where it is, the rows of a table, otherwise its text."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    raw: bytes

    @property
    def answer(self) -> Any:
        """Return what the body says."""
        kind = self.headers.get("Content-Type", "")
        if "json" in kind:
            return json.loads(self.raw)
        if "csv" in kind:
            return list(csv.DictReader(StringIO(self.raw.decode(), newline="")))
        return self.raw.decode()

    @property
    def hooks(self) -> list[str] | None:
        """Return the hooks for tests in a page, each once; None if this is no page."""
        if "html" not in self.headers.get("Content-Type", ""):
            return None
        return list(dict.fromkeys(re.findall(r'data-testid="([^"]+)"', self.raw.decode())))


class Client:
    """Several people, each with their sockets, at one server."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.lines: dict[str, Line] = {}

    def ask(self, what: str, headers: dict[str, str], body: Any = None, raw: str | None = None) -> Told:
        """Ask once over HTTP: ``what`` is a method and a path."""
        method, path = what.split(" ", 1)
        sent = {"Accept": "application/json" if path.startswith("/api/") else "text/html", **headers}
        data = raw.encode() if raw is not None else None
        if body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = HTTPConnection(urlsplit(self.stage.server.url).netloc, timeout=PATIENCE)
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            given = {name: value for name in NAMED_HEADERS if (value := response.headers.get(name)) is not None}
            cookies = [cookie.split(";")[0] for cookie in response.headers.get_all("Set-Cookie", [])]
            return Told(response.status, given, dict(one.split("=", 1) for one in cookies), response.read())
        finally:
            connection.close()

    def open(self, name: str, path: str, headers: dict[str, str]) -> int | None:
        """Open a socket; return the HTTP status if there was no handshake."""
        rest = {key: value for key, value in headers.items() if key != "Origin"}
        try:
            self.lines[name] = Line(self.stage.server, path, rest, headers.get("Origin"))
        except InvalidStatus as refused:
            return refused.response.status_code
        return None

    def receive(self, name: str, patience: float = PATIENCE) -> str | int | None:
        """Return the next frame as it was sent, or the code of closing, or None if nothing came in time."""
        try:
            self.lines[name].receive(patience)
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            del self.lines[name]
            return closed.rcvd.code if closed.rcvd else 1006
        return self.lines[name].received[-1]

    def hang_up(self, name: str) -> None:
        """Close a socket."""
        self.lines.pop(name).close()

    def close(self) -> None:
        """Close every socket."""
        for name in list(self.lines):
            self.hang_up(name)
