"""Writes down what a client sends and what it is answered, with placeholders for what differs from run to run."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.contract.replay.client import API, Client, Told
from tests.contract.replay.stage import Stage

# Longer than any answer takes, and than a sweep needs to come round.
QUIET = 0.6
POLL = 0.02


class Recorder:
    """One recording while it is made."""

    def __init__(self, stage: Stage, scene: str) -> None:
        self.scene = scene
        self.events: list[dict[str, Any]] = []
        self._stage = stage
        self._client = Client(stage)
        self._names = stage.begin()
        self._ops = 0

    def email(self, name: str) -> str:
        """Return the address of an account that is there from the beginning."""
        return f"{name.lower()}.{self.scene}@example.org"

    def ask(
        self,
        what: str,
        body: Any = None,
        *,
        token: str | None = None,
        raw: str | None = None,
        headers: dict[str, str] | None = None,
        keep: Callable[[Any], Any] = lambda answer: answer,
    ) -> Told:
        """Ask once: a method, and a path below the API or from the root; ``keep`` says what of the answer to record."""
        method, path = what.split(" ", 1)
        sent = {**({"X-Session-Token": token} if token else {}), **(headers or {})}
        what = f"{method} {path if path.startswith('/') else API + path}"
        event = {"ask": what, "headers": sent, "body": body, "raw": raw}
        told = self._client.ask(*map(self._names.filled, (what, sent, body, raw)))
        asked = {key: self._names.sent(value) for key, value in event.items() if value not in (None, {})}
        kept = keep(_without_pad(told.answer)) if told.raw and told.hooks is None else None
        self._learn(kept)
        if csrf := told.cookies.get("csrf"):
            self._names.learn("csrf", csrf)
        answer = {} if kept is None else {"answer": self._names.received(kept)}
        if told.hooks is not None:
            answer = {"hooks": told.hooks}
        headers_told = self._names.received(told.headers)
        self.events.append({**asked, "status": told.status, "told": headers_told, **answer})
        self._drain()
        return told

    def _learn(self, value: Any) -> None:
        """Give names to the secrets in an answer."""
        if isinstance(value, list):
            for one in value:
                self._learn(one)
        if not isinstance(value, dict):
            return
        for key, one in value.items():
            if key in ("token", "version") and isinstance(one, str):
                self._names.name(key, one)
            elif key == "code" and {"link", "url"} & value.keys():
                self._names.name("invitation" if "url" in value else "code", one)
            elif key == "link_with_key":
                self._names.name("key", one.partition("?key=")[2])
            elif key in ("next", "previous") and one:
                self._names.name("cursor", one.partition("cursor=")[2].partition("&")[0])
            self._learn(one)

    def open(self, name: str, session: str, token: str = "", query: str = "", **headers: str) -> "RecordedLine":
        """Open a socket to a check-in."""
        sent = {**({"X-Session-Token": token} if token else {}), **headers}
        path = f"/ws/sessions/{session}/{query}"
        refused = self._client.open(name, *map(self._names.filled, (path, sent)))
        event = {"line": name, "open": path, "headers": sent}
        self.events.append({**self._names.sent(event), **({"refused": refused} if refused else {})})
        self._drain()
        return RecordedLine(self, name)

    def send(self, name: str, how: str, what: Any) -> None:
        """Send one frame in one of the ways that the player knows."""
        self.events.append({"line": name, how: self._names.sent(what)})
        send_in(self._client, name, how, self._names.filled(what))
        self._drain()

    def flood(self, name: str, frame: dict[str, Any], times: int) -> None:
        """Send one frame so often that the server closes the socket; how often it is answered before, is chance."""
        self.events.append({"line": name, "flood": frame, "times": times})
        flood(self._client, name, frame, times)
        code = read_until_closed(self._client, name)
        self.events.append({"line": name, "closed": code, "after_anything": True})
        self._drain()

    def hang_up(self, name: str) -> None:
        """Close a socket."""
        self._client.hang_up(name)
        self.events.append({"line": name, "hang_up": True})
        self._drain()

    def tick(self, seconds: int) -> None:
        """Let time pass."""
        self.events.append({"tick": seconds})
        self._stage.tick(seconds)
        self._drain()

    def stop_server(self) -> None:
        """Stop the server as a deploy would; nothing can follow."""
        self.events.append({"stop": "server"})
        self._stage.server.stop()
        self._drain()

    def time(self, seconds: int) -> str:
        """Return what stands for a time, so many seconds after the beginning."""
        return f"<time {seconds:+d}>Z"

    def op(self) -> str:
        """Return a new op."""
        self._ops += 1
        return f"op-{self._ops}"

    def wait_for_close(self, name: str) -> None:
        """Wait until the server closes a socket that nothing is sent on."""
        while (received := self._client.receive(name)) is not None:
            self._write(name, received)
            if isinstance(received, int):
                return

    def close(self) -> None:
        """Ask on every open socket whether anything was left over, then hang up."""
        for name in list(self._client.lines):
            self.send(name, "send", {"type": "sync", "op": self.op()})
        self._client.close()

    def _drain(self) -> None:
        """Write down what comes on every socket, until nothing has come for a while; one socket after the other."""
        heard: dict[str, list[str | int]] = {name: [] for name in self._client.lines}
        deadline = time.monotonic() + QUIET
        while self._client.lines and time.monotonic() < deadline:
            for name in list(self._client.lines):
                if (received := self._client.receive(name, POLL)) is not None:
                    heard[name].append(received)
                    deadline = time.monotonic() + QUIET
        for name, all_received in heard.items():
            for received in all_received:
                self._write(name, received)

    def _write(self, name: str, received: str | int) -> None:
        if isinstance(received, int):
            self.events.append({"line": name, "closed": received})
            return
        frame = json.loads(received)
        self._learn(frame)
        self.events.append({"line": name, "receive": self._names.received(_without_pad(frame))})


@dataclass(frozen=True)
class RecordedLine:
    """One socket of a recording."""

    tape: Recorder
    name: str

    def say(self, type: str, op: str = "", **fields: Any) -> str:
        """Send one command; return its op."""
        op = op or self.tape.op()
        self.tape.send(self.name, "send", {"type": type, "op": op, **fields})
        return op

    def hang_up(self) -> None:
        """Close it."""
        self.tape.hang_up(self.name)


def send_in(client: Client, name: str, how: str, what: Any) -> None:
    """Send a frame: as JSON, as text that may be none, or as bytes written in hexadecimal."""
    line = client.lines[name]
    match how:
        case "send":
            line.send_text(json.dumps(what))
        case "send_text":
            line.send_text(what)
        case "send_binary":
            line.send_text(bytes.fromhex(what))
        case "send_text_bytes":
            line.socket.send(bytes.fromhex(what), text=True)
        case _:
            raise ValueError(f"nobody knows how to {how}")


def flood(client: Client, name: str, frame: dict[str, Any], times: int) -> None:
    """Send one frame many times at once."""
    with suppress(ConnectionClosed):
        for _ in range(times):
            client.lines[name].send_text(json.dumps(frame))


def read_until_closed(client: Client, name: str) -> int | None:
    """Read whatever comes until the socket is closed; return the code, or None if it stays open."""
    while isinstance(received := client.receive(name), str):
        pass
    return received


def _without_pad(answer: Any) -> Any:
    return {**answer, "pad": "<pad>"} if isinstance(answer, dict) and "pad" in answer else answer
