"""A client written against the contract alone: frames over a real socket, JSON over real HTTP."""

import json
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.servers.cycle import Server

# No promise of ours: where waiting ends on a machine that is busy.
PATIENCE = 30.0

Frame = dict[str, Any]


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    body: Any
    raw: bytes
    headers: dict[str, str]


def call(server: Server, method: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> Answer:
    """Ask the API once."""
    sent = {"Accept": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    data = None
    if body is not None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    if token:
        sent["X-Session-Token"] = token
    request = Request(f"{server.url}/api/v1/{path}", data, sent, method=method)
    try:
        with urlopen(request, timeout=30) as response:
            raw, status, received = response.read(), response.status, dict(response.headers)
    except HTTPError as error:
        raw, status, received = error.read(), error.code, dict(error.headers)
    try:
        decoded = json.loads(raw)
    except ValueError:
        decoded = None
    return Answer(status, decoded, raw, received)


@dataclass
class Person:
    """Somebody with a login and a check-in to go to."""

    server: Server
    name: str
    token: str
    session: str
    lines: list["Line"] = field(default_factory=list)

    def connect(self, query: str = "", session: str | None = None, **headers: str) -> "Line":
        """Open a socket."""
        sent = {"X-Session-Token": self.token, **headers}
        line = Line(self.server, f"/ws/sessions/{session or self.session}/{query}", sent)
        self.lines.append(line)
        return line

    def command(self, type: str, **fields: Any) -> Answer:
        """Send one command over REST."""
        body = {"type": type, "op": fields.pop("op", uuid.uuid4().hex), **fields}
        return call(self.server, "POST", f"sessions/{self.session}/commands/", body, self.token)

    def snapshot(self) -> Frame:
        """Ask for the snapshot over REST."""
        answer = call(self.server, "GET", f"sessions/{self.session}/", token=self.token)
        assert answer.status == 200, answer
        session: Frame = answer.body["session"]
        return session


class Line:
    """One socket. Every frame received is kept, as sent."""

    def __init__(self, server: Server, path: str, headers: dict[str, str], origin: str | None = None) -> None:
        self._open = ExitStack()
        connecting = connect(
            server.socket_url + path,
            additional_headers=headers,
            origin=origin,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
            close_timeout=2,
        )
        self.socket: ClientConnection = self._open.enter_context(connecting)
        self.received: list[str] = []

    def send(self, type: str, **fields: Any) -> str:
        """Send one command and return its op."""
        op: str = fields.pop("op", uuid.uuid4().hex)
        self.send_text(json.dumps({"type": type, "op": op, **fields}))
        return op

    def send_text(self, text: str | bytes) -> None:
        """Send one frame as it is."""
        self.socket.send(text)

    def receive(self, patience: float = PATIENCE) -> Frame:
        """Return the next frame."""
        text = self.socket.recv(timeout=patience)
        assert isinstance(text, str)
        self.received.append(text)
        frame: Frame = json.loads(text)
        return frame

    def ask(self, type: str, **fields: Any) -> Frame:
        """Send one command and return its answer; snapshots before it are kept in ``received``."""
        op = self.send(type, **fields)
        while True:
            frame = self.receive()
            if frame["type"] in ("ack", "error") and frame["op"] == op:
                return frame

    def until(self, wanted: Any, patience: float = PATIENCE) -> Frame:
        """Return the first snapshot for which ``wanted(session)`` holds."""
        deadline = time.monotonic() + patience
        while True:
            frame = self.receive(max(0.01, deadline - time.monotonic()))
            if frame["type"] == "snapshot" and wanted(frame["session"]):
                session: Frame = frame["session"]
                return session

    def silence(self, seconds: float = 0.4) -> bool:
        """Tell whether nothing arrives for a while."""
        try:
            self.receive(seconds)
        except TimeoutError:
            return True
        return False

    def closed(self, patience: float = PATIENCE) -> int | None:
        """Read until the server closes; return the code."""
        deadline = time.monotonic() + patience
        try:
            while True:
                self.receive(max(0.01, deadline - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def close(self) -> None:
        """Hang up."""
        self._open.close()


def start_as(server: Server, name: str) -> tuple[Person, str]:
    """Start a check-in; return the person and the code for the other one."""
    answer = call(server, "POST", "start/", {"first_name": name})
    assert answer.status == 201, answer
    return Person(server, name, answer.body["token"], answer.body["session"]), answer.body["code"]


def join_as(server: Server, name: str, code: str) -> Person:
    """Join a check-in by its code."""
    answer = call(server, "POST", f"join/{code}/", {"first_name": name})
    assert answer.status == 201, answer
    return Person(server, name, answer.body["token"], answer.body["session"])


def couple(server: Server, first: str = "Ana", second: str = "Ben") -> tuple[Person, Person]:
    """Return two people in one live check-in."""
    starter, code = start_as(server, first)
    return starter, join_as(server, second, code)
