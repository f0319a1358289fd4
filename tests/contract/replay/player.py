"""Does again what a recorded client did, and compares every answer and every frame with what came then."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.contract.replay.client import PADDED_TO, Client
from tests.contract.replay.compare import PAD, Comparison
from tests.contract.replay.recorder import flood, read_until_closed, send_in
from tests.contract.replay.stage import Stage

RECORDED = Path(__file__).resolve().parent.parent / "recorded"


class Recording:
    """One file: a first line about it, then one event on each line."""

    def __init__(self, path: Path) -> None:
        first, *rest = path.read_text(encoding="utf-8").splitlines()
        self.name = path.stem
        self.about: dict[str, Any] = json.loads(first)
        self.events: list[dict[str, Any]] = [json.loads(line) for line in rest]

    @property
    def wanted(self) -> dict[str, float]:
        """Return how the server has to be."""
        return dict(self.about.get("server", {}))

    def __str__(self) -> str:
        return self.name


def recordings() -> list[Recording]:
    """Return everything that has been recorded, by name."""
    return [Recording(path) for path in sorted(RECORDED.glob("*.jsonl"))]


class Player:
    """One recorded client while it is played."""

    def __init__(self, recording: Recording, stage: Stage) -> None:
        self._recording = recording
        self._stage = stage
        self._client = Client(stage)
        self._placeholders = stage.begin()
        self._comparison = Comparison(self._placeholders)

    def play(self) -> list[str]:
        """Play all of it up to the first event that is answered otherwise; return what is different there."""
        try:
            for line, event in enumerate(self._recording.events, start=2):
                if different := list(self._differences(event)):
                    return [f"{self._recording.name}.jsonl:{line}: {one}" for one in different]
            return []
        finally:
            self._client.close()

    def _differences(self, event: dict[str, Any]) -> Iterator[str]:
        if "ask" in event:
            yield from self._asked(event)
        elif "open" in event:
            path, headers = self._placeholders.filled(event["open"]), self._placeholders.filled(event["headers"])
            refused = self._client.open(event["line"], path, headers)
            if refused != event.get("refused"):
                yield f"the handshake was answered {event.get('refused')} and is answered {refused}"
        elif "receive" in event or "closed" in event:
            yield from self._received(event)
        elif "flood" in event:
            flood(self._client, event["line"], event["flood"], event["times"])
        elif "hang_up" in event:
            self._client.hang_up(event["line"])
        elif "tick" in event:
            self._stage.tick(event["tick"])
        elif "stop" in event:
            self._stage.server.stop()
        else:
            how = next(key for key in event if key.startswith("send"))
            send_in(self._client, event["line"], how, self._placeholders.filled(event[how]))

    def _asked(self, event: dict[str, Any]) -> Iterator[str]:
        what, headers, body = (self._placeholders.filled(event.get(key)) for key in ("ask", "headers", "body"))
        told = self._client.ask(what, headers or {}, body, self._placeholders.filled(event.get("raw")))
        if told.status != event["status"]:
            yield f"{event['ask']} was answered {event['status']} and is answered {told.status}: {told.raw!r}"
            return
        if csrf := told.cookies.get("csrf"):
            self._placeholders.learn("csrf", csrf)
        yield from self._comparison.differences(event["told"], told.headers, f"{event['ask']}: headers")
        if "hooks" in event:
            missing = set(event["hooks"]) - set(told.hooks or ())
            if missing:
                yield f"{event['ask']}: these hooks are gone: {sorted(missing)}"
        if "answer" in event:
            yield from self._comparison.differences(event["answer"], told.answer, event["ask"])
            yield from self._length(event["answer"], told.raw)

    def _received(self, event: dict[str, Any]) -> Iterator[str]:
        name, expected = event["line"], event.get("closed") or event["receive"]
        if name not in self._client.lines:
            yield f"{name}'s socket is closed already"
            return
        anything = event.get("after_anything", False)
        received = read_until_closed(self._client, name) if anything else self._client.receive(name)
        if isinstance(expected, int) or not isinstance(received, str):
            if received != expected:
                yield f"{name}'s socket had {expected!r} next, and has {received!r}"
            return
        yield from self._comparison.differences(expected, json.loads(received), f"{name} receives")
        yield from self._length(expected, received.encode())

    def _length(self, written: Any, raw: bytes) -> Iterator[str]:
        """Compare lengths, where a length would tell something."""
        if isinstance(written, dict) and written.get("pad") == PAD and len(raw) % PADDED_TO:
            yield f"{len(raw)} bytes are no multiple of {PADDED_TO}"
