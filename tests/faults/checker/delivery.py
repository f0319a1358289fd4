"""What arrived, and when: I4 (whoever is there gets the reveal), and nobody is sent away or left unanswered."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.checker.evidence import Connection, Evidence, Row

Finding = tuple[str, str]

# What the server of sockets writes when ours has let an error through.
ESCAPED = "Exception in ASGI application"
# How a socket may end: hung up by its client, lost, restarting or away, silent, over.
ENDINGS = {None, 1000, 1006, 1012, 4408, 4410}


@dataclass
class Waits:
    """How long the slowest reveals took to reach somebody who was there."""

    calm: float = 0.0
    since_recovery: float = 0.0
    late: int = 0
    delivered: int = 0


def findings(evidence: Evidence, promised: float, waits: Waits) -> Iterator[Finding]:
    """Judge every connection; what takes twice as long as promised has not arrived."""
    rounds: dict[str, list[Row]] = {}
    for row in evidence.stored.rounds:
        if row["phase"] == "revealed":
            rounds.setdefault(row["session"], []).append(row)
    for connection in evidence.connections.values():
        yield from _ending(evidence, connection)
        if connection.connected_at is not None:
            for row in rounds.get(connection.session, []):
                yield from _reveal(evidence, connection, row, promised, waits)
    for log in evidence.logs:
        if ESCAPED in log["text"]:
            yield "I4", f"an error escaped and broke a connection of {log['name']}"
    for event in evidence.gave_up:
        kind = "I6" if "session.leave" in event["what"] else "I4"
        yield kind, f"{event['session']} {event['seat']}: {event['what']}"


def _ending(evidence: Evidence, connection: Connection) -> Iterator[Finding]:
    if connection.code not in ENDINGS:
        yield "I4", f"{connection.session} {connection.seat}: closed with {connection.code}"
    if connection.code == 4410 and not evidence.stored.sessions[connection.session]["ended_at"]:
        yield "I6", f"{connection.session} {connection.seat}: closed as ended, and it goes on"


def _reveal(evidence: Evidence, connection: Connection, row: Row, promised: float, waits: Waits) -> Iterator[Finding]:
    assert connection.connected_at is not None
    begin = max(connection.connected_at, row["revealed_at"].timestamp())
    end = connection.closed_at or evidence.ended_at
    if end <= begin:
        return
    arrived = next((at for at, session in connection.snapshots if at >= begin and _tells(session, row)), None)
    calm = evidence.calm_between(begin, min(arrived or end, end))
    if arrived is not None:
        waits.delivered += 1
        waits.calm = max(waits.calm, calm)
        waits.since_recovery = max(waits.since_recovery, evidence.since_recovery(begin, arrived))
        waits.late += calm > promised
    if calm > 2 * promised:
        yield "I4", f"{connection.session} {connection.seat} round {row['number']}: no reveal within {calm:.1f} s"


def _tells(session: dict[str, object], row: Row) -> bool:
    shown = session["round"]
    if session["state"] == "ended":
        return True
    assert shown is None or isinstance(shown, dict)
    return bool(shown) and (shown["number"], shown["state"] != "open") >= (row["number"], True)
