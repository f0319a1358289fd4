"""One evening of two partners, played on a server of its own with a clock of its own, and everything that came of it.

Two evenings that differ only in what one partner does unseen can be compared byte by byte: ids, tokens and codes get
the same names in both, and time is what the script says it is.
"""

import http.client
import json
import re
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from tests.support.cast.clients import Line, join_as, start_as
from tests.support.routes import to_look_at
from tests.support.servers.clocks import Clock
from tests.support.servers.cycle import Server
from tests.support.servers.redis_monitor import Listening
from tests.support.servers.services import PostgreSQLServer, RedisServer
from tests.support.servers.stored import files
from tests.support.twins.names import Dump, Names

BEGINS_AT: Final = 1_767_268_800  # noon of 1 January 2026
SWEEP_EVERY: Final = 0.1
SETTLED_AFTER: Final = 3 * SWEEP_EVERY
HINTED_WITHIN: Final = 0.3
NOWHERE: Final = "00000000-0000-4000-8000-000000000000"

Fields = dict[str, Any]
Deed = tuple[str, Fields]

MOMENT: Final = "The evening on which nobody rang"
FINAL: Final[Fields] = {"reaction": "anxious", "intensity": 4, "moves": ["ask-again", "listen"], "share": ["moves"]}

# Refused or changing nothing at any time, whatever has happened: each answer could tell something.
QUESTIONS: Final[list[Deed]] = [
    ("sync", {}),
    ("mark.seal", {"round": 99, "reaction": "both", "intensity": 1}),
    ("mark.withdraw", {"round": 99}),
    ("pattern.fit", {"round": 99, "fits": True}),
    ("quiet.skip", {"round": 99}),
    ("need.say", {"round": 99, "text": "I need to know."}),
    ("need.heard", {"round": 99}),
    ("meant.confirm", {"round": 99}),
    ("step.choose", {"round": 99, "text": "I ask."}),
    ("round.open", {"after": 98, "moment": 1}),
    ("round.set_aside", {"round": 99}),
    ("turn.start", {"speaker": "b", "seconds": 30, "pad": "refused as a frame", "round": 1}),
]


@dataclass(frozen=True)
class Secret:
    """What one partner does unseen: three times in an open round, once in an exchange; and what the last mark hides."""

    marks: list[Deed] = field(default_factory=list)
    need: list[Deed] = field(default_factory=list)
    unshared: Fields = field(default_factory=dict)


@dataclass
class Evening:
    """What reached whom, and what was stored, before anything was revealed and after."""

    reached: dict[str, list[tuple[str, str]]]
    dumps: dict[str, Dump]
    raw: dict[str, bytes]
    log: str
    reached_until: dict[str, tuple[int, int]]
    session_id: UUID
    through_redis: list[str]


@dataclass(frozen=True)
class Place:
    """Where an evening is kept: the embedded stack unless there are services; the Redis is its own."""

    environment: dict[str, str] = field(default_factory=dict)
    postgresql: PostgreSQLServer | None = None
    redis: RedisServer | None = None


def here(session: Fields) -> list[bool]:
    """Return for each seat whether a snapshot shows its person as here."""
    return [person["here"] for person in session["people"]]


class Script:
    """Plays an evening. ``secretive`` is the seat of whoever acts unseen; the other one looks everywhere."""

    def __init__(self, secret: Secret, secretive: str, place: Place) -> None:
        self.secret, self.secretive, self.place = secret, secretive, place
        self.server = Server(ROOMS_SWEEP_EVERY=str(SWEEP_EVERY), FRAME_RATE="1000", **place.environment)
        self.names = Names(self.server)
        self.clock = Clock(self.server, BEGINS_AT)
        self.redis = Listening(place.redis) if place.redis else None
        self.reached: dict[str, list[tuple[str, str]]] = {"a": [], "b": []}
        self.dumps: dict[str, Dump] = {}
        self.raw: dict[str, bytes] = {}
        self.reached_until: dict[str, tuple[int, int]] = {}
        self.over = False
        self.looks = 0
        self.deeds = {"a": 0, "b": 0}

    def play(self) -> Evening:
        """Play it to its end."""
        self.server.start()
        try:
            self._play()
        finally:
            for person in getattr(self, "people", {}).values():
                for line in person.lines:
                    line.close()
            log = re.sub(r"\S+ \S+ ", "", self.names.named(self.server.log))
            self.server.close()
        said = [self.names.named(command) for command in self.redis.stop()] if self.redis else []
        session_id = UUID(self.people["a"].session)
        return Evening(self.reached, self.dumps, self.raw, log, self.reached_until, session_id, said)

    def _play(self) -> None:
        ana, code = start_as(self.server, "Ana")
        self.people = {"a": ana, "b": join_as(self.server, "Ben", code)}
        # One after the other, or chance decides whether the first snapshot shows the other as here.
        self.lines = {"a": self.people["a"].connect()}
        self.lines["a"].until(lambda session: here(session) == [True, False])
        self.lines["b"] = self.people["b"].connect()
        for line in self.lines.values():
            line.until(lambda session: here(session) == [True, True])
        self.names.know(self.people, code)
        self._other("round.open", after=0, text=MOMENT)
        self._unseen(1)
        self._look("unseen in the first round")
        self._other("round.set_aside", round=1)
        self._look("after setting it aside")
        self._other("round.open", after=1, moment=3)
        self._unseen(2)
        self._other("pause.start", minutes=1)
        self._look("unseen in the second round, paused")
        self._does(self.secretive, "mark.withdraw", round=2)
        for seat in "ab":
            self._does(seat, "pause.resume")
        self._does(self.secretive, "mark.seal", round=2, **{**FINAL, **self.secret.unshared})
        self._note_where("before the reveal")
        self._other("mark.seal", round=2, reaction="avoidant", intensity=2)
        self._look("after the reveal")
        for seat in "ab":
            self._does(seat, "quiet.skip", round=2)
        for type, fields in self.secret.need:
            self._does(self.secretive, type, **fields)
        self._look("unseen in the exchange")
        self._other("round.open", after=2, moment=5)
        self._unseen(3)
        self._look("unseen in the third round")
        self._does(self.secretive, "session.leave")
        self.over = True
        self._settle()
        self._look("after the end")

    def _unseen(self, number: int) -> None:
        for type, fields in self.secret.marks:
            self._does(self.secretive, type, round=number, **fields)

    def _other(self, type: str, **fields: Any) -> None:
        self._does("b" if self.secretive == "a" else "a", type, **fields)

    def _does(self, seat: str, type: str, **fields: Any) -> None:
        """Carry out one command, by socket and by REST in turns."""
        self.deeds[seat] += 1
        op = f"{seat}{self.deeds[seat]}"
        line = self.lines[seat]
        hints = self.redis.hints() if self.redis else 0
        if self.deeds[seat] % 2:
            answer = line.ask(type, op=op, **fields)
            assert answer["type"] == "ack", answer
        else:
            sent = json.dumps({"type": type, "op": op, **fields}).encode()
            self._request(seat, "POST", f"/api/v1/sessions/{self.people[seat].session}/commands/", sent)
            assert '"ack"' in self.reached[seat][-1][1], self.reached[seat][-1]
        if self.redis:
            # Two hints that nobody has taken yet become one: chance would decide how many there are.
            self.redis.wait_for_more_than(hints, HINTED_WITHIN)

    def _settle(self) -> None:
        """Wait until a sweep has been everywhere and everything has arrived; the heartbeat's answer comes after it."""
        time.sleep(SETTLED_AFTER)
        for seat, line in self.lines.items():
            if self.over:
                code = line.closed()
                self._note(seat, line)
                self.reached[seat].append(("socket", f"closed {code}"))
            else:
                line.ask("sync", op="heartbeat")
                assert line.receive()["type"] == "snapshot"
                self._note(seat, line)

    def _note(self, seat: str, line: Line) -> None:
        """Note what a socket has received."""
        self.reached[seat] += [("socket", self.names.named(text)) for text in line.received]
        line.received.clear()

    def _look(self, when: str) -> None:
        """Let the other one look everywhere there is to look, then note what is stored."""
        self.clock.tick()
        if not self.over:
            self._settle()
        self.names.know_rounds()
        other = "b" if self.secretive == "a" else "a"
        person = self.people[other]
        here = f"/api/v1/sessions/{person.session}/"
        self._request(other, "GET", f"/api/v1/sessions/{NOWHERE}/")
        for number, (type, fields) in enumerate(QUESTIONS):
            body = json.dumps({"type": type, "op": f"{when} {number}", **fields}).encode()
            self._request(other, "POST", f"{here}commands/", body)
            if not self.over:
                self.lines[other].ask(type, op=f"{when} {number}", **fields)
        self._request(other, "GET", f"/sessions/{NOWHERE}/", cookie=True)
        # Three looks in turns meet everything while something lies sealed: a mark at the first, third and sixth, a need
        # at the fifth.
        for path in to_look_at(self.looks, person.session, self.names.rounds):
            self._request(other, "GET", path, cookie=not path.startswith("/api/"))
        self.looks += 1
        another_tab = person.connect()
        another_tab.receive()
        self._note(other, another_tab)
        another_tab.close()
        if not self.over:
            self._settle()
        self._note_where(when)

    def _note_where(self, when: str) -> None:
        """Note what is stored now."""
        self.dumps[when] = self.names.dump()
        self.raw[when] = files(self.server, self.place.postgresql) + self.server.log.encode()
        self.reached_until[when] = len(self.reached["a"]), len(self.reached["b"])

    def _request(self, seat: str, method: str, path: str, body: bytes | None = None, cookie: bool = False) -> None:
        """Ask once, and note the whole answer but for the time of day that the server adds."""
        person = self.people[seat]
        headers = {"Cookie": f"session={person.token}"} if cookie else {"X-Session-Token": person.token}
        headers["Content-Type"] = "application/json"
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)) as asking:
            asking.request(method, path, body, headers)
            answer = asking.getresponse()
            lines = [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() != "date"]
            text = "\n".join([str(answer.status), *lines, answer.read().decode()])
        self.reached[seat].append((f"{method} {self.names.named(path)}", self.names.named(text)))


def play(secret: Secret, secretive: str, place: Place) -> Evening:
    """Play one evening."""
    return Script(secret, secretive, place).play()


def differences(one: Dump, other: Dump) -> set[tuple[str, str, str]]:
    """Return where two dumps differ."""
    return {place for place in one.keys() | other.keys() if one.get(place) != other.get(place)}
