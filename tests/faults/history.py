"""What was sent, received and broken, and when: all that the judge knows besides the database."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import orjson

Event = dict[str, Any]


class History:
    """One campaign, as it went: one line of JSON for each event."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self.recorded: Counter[str] = Counter()
        self._connections = count(1)
        self._broken: set[str] = set()
        self._calm_before = 0.0
        self._calm_since = time.monotonic()

    def record(self, kind: str, **facts: Any) -> None:
        """Write one event down."""
        self.recorded[kind] += 1
        self._file.write(orjson.dumps({"kind": kind, "at": time.time(), **facts}) + b"\n")

    def received(self, text: str, **facts: Any) -> dict[str, Any]:
        """Write down a frame or an answer without its pad; return it."""
        frame: dict[str, Any] = orjson.loads(text)
        length = len(text.encode())
        frame.pop("pad", None)
        self.record("received", frame=frame, length=length, **facts)
        return frame

    def new_connection(self) -> int:
        """Return a number for one more connection."""
        return next(self._connections)

    @property
    def calm(self) -> float:
        """Return for how many seconds nothing was broken, in all."""
        running = 0.0 if self._broken else time.monotonic() - self._calm_since
        return self._calm_before + running

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        """Say that something is broken until the block ends, by which time it must be whole again."""
        self._calm_before, self._calm_since = self.calm, time.monotonic()
        key = f"{name} {self.new_connection()}"
        self._broken.add(key)
        self.record("broken", fault=key, name=name)
        try:
            yield
        finally:
            self._broken.discard(key)
            self._calm_since = time.monotonic()
            self.record("whole", fault=key, name=name)

    def close(self) -> None:
        """Write everything out."""
        self._file.close()


def read(path: Path) -> list[Event]:
    """Return the events of a campaign."""
    with path.open("rb") as file:
        return [json.loads(line) for line in file]
