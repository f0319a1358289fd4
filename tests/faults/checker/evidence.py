"""What there is to judge: the events of a campaign, put in order, and the rows that it left behind."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from psycopg.rows import dict_row

Event = dict[str, Any]
Row = dict[str, Any]

CANARY = re.compile(r"canary[0-9a-f]{32}")
# Answers that say nothing about what became of a command: it is sent again.
NO_ANSWER = {"service.unavailable", "rate.limited"}

_SESSIONS = "SELECT id::text, ended_at FROM live_sessions_livesession"
_SEATS = "SELECT live_session_id::text AS session, name, acknowledged FROM live_sessions_seat"
_ROUNDS = (
    "SELECT id, live_session_id::text AS session, number, phase, moment, pattern, revealed_at FROM live_sessions_round"
)
_MARKS = "SELECT round_id, seat, seal IS NULL AS opened, reaction, intensity FROM live_sessions_mark"
_PARTS = "SELECT round_id, seat, fits FROM live_sessions_part"
_WITNESS = "SELECT round, what, at FROM witness ORDER BY id"


@dataclass
class Stored:
    """The database, as a campaign left it."""

    sessions: dict[str, Row]
    acknowledged: dict[tuple[str, str], list[str]]
    rounds: list[Row]
    marks: dict[int, dict[str, Row]]
    parts: dict[tuple[int, str], Row]
    witness: list[Row]

    @classmethod
    def read(cls, url: str) -> "Stored":
        """Read everything, in one transaction."""
        with psycopg.connect(url, row_factory=dict_row) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            rows = [
                connection.execute(query).fetchall() for query in (_SESSIONS, _SEATS, _ROUNDS, _MARKS, _PARTS, _WITNESS)
            ]
        sessions, seats, rounds, marks, parts, witness = rows
        by_round: dict[int, dict[str, Row]] = defaultdict(dict)
        for mark in marks:
            by_round[mark["round_id"]][mark["seat"]] = mark
        return cls(
            {row["id"]: row for row in sessions},
            {(row["session"], row["name"]): _decoded(row["acknowledged"]) for row in seats},
            rounds,
            by_round,
            {(row["round_id"], row["seat"]): row for row in parts},
            witness,
        )

    @cached_property
    def round_of(self) -> dict[tuple[str, int], Row]:
        """Return rounds by check-in and number."""
        return {(row["session"], row["number"]): row for row in self.rounds}


def _decoded(value: Any) -> list[str]:
    return json.loads(value) if isinstance(value, str) else list(value)


@dataclass
class Op:
    """One command of one seat, however often it was sent."""

    session: str
    seat: str
    frame: Event
    first_sent: float
    first_ack: float | None = None
    refused: str | None = None
    refused_after_ack: str | None = None

    @property
    def name(self) -> str:
        """Return how its client calls it."""
        return str(self.frame["op"])

    @property
    def type(self) -> str:
        """Return what it asks for."""
        return str(self.frame["type"])

    @property
    def canary(self) -> str | None:
        """Return the words that only this mark has."""
        return self.frame.get("words")


@dataclass
class Connection:
    """One socket or request of one device, and what came over it."""

    session: str
    seat: str
    connected_at: float | None = None
    closed_at: float | None = None
    code: int | None = None
    frames: list[Event] = field(default_factory=list)

    @property
    def snapshots(self) -> Iterator[tuple[float, Event]]:
        """Return what it was shown, and when."""
        return ((one["at"], one["frame"]["session"]) for one in self.frames if is_snapshot(one))


def is_snapshot(event: Event) -> bool:
    """Tell whether an event is a snapshot that came in."""
    return bool(event["kind"] == "received" and event["frame"]["type"] == "snapshot")


class Evidence:
    """A campaign's events, by who and what they are about."""

    def __init__(self, events: Iterable[Event], stored: Stored) -> None:
        self.stored = stored
        self.events = list(events)
        self.ops: dict[str, Op] = {}
        self.connections: dict[int, Connection] = {}
        self.gave_up: list[Event] = []
        self.logs: list[Event] = []
        self.faults: list[tuple[float, float]] = []
        broken: dict[str, float] = {}
        self.ended_at = self.events[-1]["at"] if self.events else 0.0
        for event in self.events:
            match event["kind"]:
                case "sent" | "received" | "connected" | "closed":
                    self._on_connection(event)
                case "gave up":
                    self.gave_up.append(event)
                case "log":
                    self.logs.append(event)
                case "broken":
                    broken[event["fault"]] = event["at"]
                case "whole":
                    self.faults.append((broken.pop(event["fault"]), event["at"]))
        self.faults += [(began, self.ended_at) for began in broken.values()]
        self.faults = _merged(self.faults)

    def _on_connection(self, event: Event) -> None:
        connection = self.connections.setdefault(event["connection"], Connection(event["session"], event["seat"]))
        match event["kind"]:
            case "connected":
                connection.connected_at = event["at"]
            case "closed":
                connection.closed_at, connection.code = event["at"], event["code"]
            case "sent":
                frame = event["frame"]
                self.ops.setdefault(frame["op"], Op(event["session"], event["seat"], frame, event["at"]))
                connection.frames.append(event)
            case "received":
                connection.frames.append(event)
                self._answered(event)

    def _answered(self, event: Event) -> None:
        frame = event["frame"]
        op = self.ops.get(frame.get("op") or "")
        if op is None:
            return
        if frame["type"] == "ack":
            op.first_ack = op.first_ack or event["at"]
        elif frame["type"] == "error" and frame["code"] not in NO_ANSWER:
            if op.first_ack is None:
                op.refused = op.refused or str(frame["code"])
            else:
                op.refused_after_ack = str(frame["code"])

    def calm_between(self, begin: float, end: float) -> float:
        """Return how many of the seconds between two times nothing was broken."""
        broken = sum(max(0.0, min(end, until) - max(begin, since)) for since, until in self.faults)
        return max(0.0, end - begin - broken)

    def since_recovery(self, begin: float, end: float) -> float:
        """Return the calm seconds before ``end`` since the last recovery, or since ``begin`` if that is later."""
        recoveries = [until for _, until in self.faults if begin < until <= end]
        return self.calm_between(max([begin, *recoveries]), end)

    def marks_sent(self, session: str, number: int, seat: str) -> list[Op]:
        """Return what a seat did to its mark in one round."""
        return self._marks_sent.get((session, number, seat), [])

    @cached_property
    def own_words(self) -> dict[tuple[str, int, str], set[str | None]]:
        """Return the words of their own mark that each seat was shown in the reveal of each round."""
        found: dict[tuple[str, int, str], set[str | None]] = defaultdict(set)
        for connection in self.connections.values():
            for _, session in connection.snapshots:
                shown = session["round"]
                if shown and shown["reveal"] and connection.seat in shown["reveal"]["marks"]:
                    words = shown["reveal"]["marks"][connection.seat].get("words")
                    found[connection.session, shown["number"], connection.seat].add(words)
        return found

    @cached_property
    def _marks_sent(self) -> dict[tuple[str, int, str], list[Op]]:
        found: dict[tuple[str, int, str], list[Op]] = defaultdict(list)
        for op in self.ops.values():
            if op.type in ("mark.seal", "mark.withdraw"):
                found[op.session, op.frame["round"], op.seat].append(op)
        return found


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged
