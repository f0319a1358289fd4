"""What was shown: I1 (nothing of a mark before the reveal), I2 (never one mark alone), I6 (an end is an end)."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.faults.checker.evidence import CANARY, Connection, Evidence, is_snapshot

Finding = tuple[str, str]

PAD = 4096
PARTNERS = ("a", "b")


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Judge every frame."""
    owners = {op.canary: op for op in evidence.ops.values() if op.canary}
    for connection in evidence.connections.values():
        yield from _canaries(connection, owners)
        yield from _silence(connection)
        yield from _never_back(connection)
        for at, session in connection.snapshots:
            yield from _snapshot(evidence, connection, at, session)
    yield from _one_reveal(evidence)
    for log in evidence.logs:
        if CANARY.search(log["text"]):
            yield "I1", f"a mark's words are in the log of {log['name']}"


def _canaries(connection: Connection, owners: dict[str | None, Any]) -> Iterator[Finding]:
    for event in connection.frames:
        if event["kind"] != "received":
            continue
        frame = event["frame"]
        shown = (frame.get("session") or {}).get("round") or {}
        for canary in CANARY.findall(json.dumps(frame)):
            op = owners.get(canary)
            place = f"{connection.session} {connection.seat}"
            if not shown.get("reveal"):
                yield "I1", f"{place}: a mark's words before the reveal"
            elif op is None or op.session != connection.session or op.frame["round"] != shown["number"]:
                yield "I1", f"{place}: words of another round's mark"
            elif op.seat != connection.seat and "words" not in op.frame["share"]:
                yield "I1", f"{place}: words that were not shared"
        if shown.get("reveal") and connection.connected_at is not None and event["length"] % PAD:
            yield "I1", f"{connection.session}: a frame with a reveal has a length of its own, {event['length']}"


def _silence(connection: Connection) -> Iterator[Finding]:
    last: Any = None
    for event in connection.frames:
        if event["kind"] == "sent" and event["frame"]["type"] == "sync":
            last = None
        elif is_snapshot(event):
            if event["frame"] == last:
                yield (
                    "I1",
                    f"{connection.session} {connection.seat}: a snapshot that equals the last one broke the silence",
                )
            last = event["frame"]


def _never_back(connection: Connection) -> Iterator[Finding]:
    furthest = (0, 0)
    for _, session in connection.snapshots:
        shown = session["round"]
        if session["state"] == "ended":
            now = (1 << 30, 0)
        else:
            now = (shown["number"], int(shown["state"] != "open")) if shown else (0, 0)
        if now < furthest:
            yield "I2", f"{connection.session} {connection.seat}: shown {now} after {furthest}"
        furthest = max(furthest, now)


def _snapshot(evidence: Evidence, connection: Connection, at: float, session: Any) -> Iterator[Finding]:
    place = f"{connection.session} {connection.seat}"
    stored = evidence.stored
    if session["state"] == "ended":
        if session["round"] is not None or session["can"]:
            yield "I6", f"{place}: something is left to see after the end"
        if not stored.sessions[connection.session]["ended_at"]:
            yield "I6", f"{place}: shown as ended, and it is not"
        return
    shown = session["round"]
    if not shown:
        return
    row = stored.round_of.get((connection.session, shown["number"]))
    if row is None:
        yield "I8", f"{place}: was shown round {shown['number']}, which is not stored"
        return
    if shown["state"] == "open" and shown["sealed"]:
        sent = evidence.marks_sent(connection.session, shown["number"], connection.seat)
        if not any(op.type == "mark.seal" and op.first_sent <= at for op in sent):
            yield "I1", f"{place}: shown as sealed before sealing anything"
    if bool(shown["reveal"]) != (shown["state"] == "revealed"):
        yield "I2", f"{place}: state {shown['state']} with reveal {bool(shown['reveal'])}"
    if shown["reveal"]:
        yield from _reveal(evidence, place, at, shown, row)


def _reveal(evidence: Evidence, place: str, at: float, shown: Any, row: Any) -> Iterator[Finding]:
    place = f"{place} round {shown['number']}"
    marks = shown["reveal"]["marks"]
    if row["phase"] != "revealed":
        yield "I2", f"{place}: was shown a reveal of a round that is {row['phase']}"
        return
    if at < row["revealed_at"].timestamp():
        yield "I2", f"{place}: was shown a reveal before there was one"
    for seat in PARTNERS:
        mark, stored = marks.get(seat) or {}, evidence.stored.marks.get(row["id"], {}).get(seat) or {}
        if not mark.get("reaction") or not mark.get("intensity"):
            yield "I2", f"{place}: a reveal without both marks"
        elif (mark["reaction"], mark["intensity"]) != (stored.get("reaction"), stored.get("intensity")):
            yield "I2", f"{place}: the mark of {seat} that was shown is not the one that is stored"
    if shown["reveal"]["pattern"]["code"] != row["pattern"]:
        yield "I2", f"{place}: another pattern was shown than is stored"


def _one_reveal(evidence: Evidence) -> Iterator[Finding]:
    """A second reveal of a round would begin a second quiet."""
    quiets: dict[tuple[str, int], set[datetime]] = defaultdict(set)
    for connection in evidence.connections.values():
        for _, session in connection.snapshots:
            exchange = (session["round"] or {}).get("exchange") or {}
            if exchange.get("quiet_until"):
                quiets[connection.session, session["round"]["number"]].add(exchange["quiet_until"])
    for (session, number), seen in quiets.items():
        if len(seen) > 1:
            yield "I2", f"{session} round {number}: revealed {len(seen)} times, as its quiet says"
