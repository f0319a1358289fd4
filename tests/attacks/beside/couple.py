"""A couple who play round after round, and how long each tap took until both saw what came of it."""

import math
import re
import time
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from json import dumps, loads
from typing import Any, Final

from tests.support.cast.clients import Line, Person
from tests.support.servers.cycle import Server

# Below what a socket may send for ever.
ROUND_SECONDS: Final = 0.25


@dataclass
class Couple:
    """Ana and Ben, each with an open socket."""

    ana: Person
    ben: Person
    rounds: int = 0
    lines: tuple[Line, Line] = field(init=False)

    def __post_init__(self) -> None:
        """Open both sockets."""
        self.lines = self.ana.connect(), self.ben.connect()

    def play(self, seconds: float) -> list[float]:
        """Play until so many seconds are over; return what each tap took."""
        taps: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            begun = time.monotonic()
            taps += self._round()
            time.sleep(max(0.0, ROUND_SECONDS - (time.monotonic() - begun)))
        return taps

    def _round(self) -> list[float]:
        first, second = self.lines if self.rounds % 2 else reversed(self.lines)
        number = self.rounds + 1
        begun = time.monotonic()
        first.send("round.open", after=self.rounds, moment=1)
        for line in self.lines:
            line.until(lambda session: _round_in(session)["number"] == number)
        opened = time.monotonic()
        assert first.ask("mark.seal", round=number, reaction="anxious", intensity=4)["type"] == "ack"
        sealed = time.monotonic()
        second.send("mark.seal", round=number, reaction="avoidant", intensity=3)
        for line in self.lines:
            line.until(lambda session: _round_in(session)["number"] == number and session["round"]["reveal"])
            line.received.clear()
        self.rounds = number
        return [opened - begun, sealed - opened, time.monotonic() - sealed]

    def close(self) -> None:
        """Hang up."""
        for line in self.lines:
            line.close()


def _round_in(session: dict[str, Any]) -> dict[str, Any]:
    return session["round"] or {"number": 0}


def percentile_99(taps: list[float]) -> float:
    """Return what one tap in a hundred took longer than, in milliseconds."""
    ordered = sorted(taps)
    return 1000 * ordered[math.ceil(0.99 * len(ordered)) - 1]


def comes_in(server: Server, address: str, code: str = "", forwarded: str = "") -> tuple[int, dict[str, Any]]:
    """Start a check-in from an address, or join one; return how that was answered."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=(address, 0))
    headers = {"Content-Type": "application/json", **({"X-Forwarded-For": forwarded} if forwarded else {})}
    path = f"/api/v1/join/{code}/" if code else "/api/v1/start/"
    try:
        line.request("POST", path, dumps({"first_name": "Ben" if code else "Ana"}), headers)
        answer = line.getresponse()
        body: dict[str, Any] = loads(answer.read())
    finally:
        line.close()
    return answer.status, body


def passed_on(server: Server, started: dict[str, Any]) -> str:
    """Return the path of the link that the page of a check-in hands to whoever started it."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        line.request("GET", f"/sessions/{started['session']}/", headers={"Cookie": f"session={started['token']}"})
        page = line.getresponse().read().decode()
    finally:
        line.close()
    found = re.search(r'href="http://[^/]+([^"]+)" data-testid="join-link"', page)
    assert found, "the page has a link"
    return unescape(found[1])


def follows(server: Server, link: str, address: str, forwarded: str) -> int:
    """Open a link that somebody has passed on; return the status of its page."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=(address, 0))
    try:
        line.request("GET", link, headers={"X-Forwarded-For": forwarded})
        return line.getresponse().status
    finally:
        line.close()
