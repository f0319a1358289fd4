"""What was kept: I2 (atomic, once), I6 (leaving destroys and reveals nothing) and I8 (an ack is durable, and once)."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.checker.evidence import Evidence, Op, Row
from tests.faults.checker.witness import REVEAL

Finding = tuple[str, str]

OPS_KEPT = 64
# Acknowledged, these have changed something in any case.
CHANGE_FOR_SURE = ("round.open", "mark.seal", "round.set_aside", "session.leave", "pattern.fit")
EXITS = ("session.leave", "session.end")
# What a command may come to in a campaign: it came too late, for others act, too.
TOO_LATE = {"round.stale", "round.already_open", "round.not_open", "session.ended"}


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Judge what is stored against what was answered."""
    yield from _witnessed(evidence)
    for row in evidence.stored.rounds:
        yield from _round(evidence, row)
        for seat in ("a", "b"):
            yield from _last_mark(evidence, row, seat)
    for op in evidence.ops.values():
        yield from _op(evidence, op)
    yield from _opened_once(evidence)
    for (session, seat), kept in evidence.stored.acknowledged.items():
        if len(set(kept)) != len(kept):
            yield "I8", f"{session} {seat}: a command was carried out twice"


def _witnessed(evidence: Evidence) -> Iterator[Finding]:
    reveals: Counter[int] = Counter()
    for row in evidence.stored.witness:
        if row["what"] == REVEAL:
            reveals[row["round"]] += 1
        else:
            yield "I2", f"round {row['round']}: {row['what']}"
    for row in evidence.stored.rounds:
        if reveals[row["id"]] != (row["phase"] == "revealed"):
            yield (
                "I2",
                f"{row['session']} round {row['number']}: revealed {reveals[row['id']]} times, now {row['phase']}",
            )


def _round(evidence: Evidence, row: Row) -> Iterator[Finding]:
    place = f"{row['session']} round {row['number']}"
    marks = evidence.stored.marks.get(row["id"], {})
    opened = sum(mark["opened"] for mark in marks.values())
    ended_at = evidence.stored.sessions[row["session"]]["ended_at"]
    match row["phase"]:
        case "open":
            if len(marks) == 2:
                yield "I2", f"{place}: stuck, both marks are in and it is open"
            if opened:
                yield "I2", f"{place}: a mark is open before the reveal"
            if ended_at:
                yield "I6", f"{place}: open in a check-in that is over"
        case "revealed":
            if opened != 2:
                yield "I2", f"{place}: revealed with {opened} opened marks"
            if ended_at and row["revealed_at"] > ended_at:
                yield "I6", f"{place}: revealed after somebody had left"
        case "set_aside":
            if marks:
                yield "I6", f"{place}: set aside, and {len(marks)} marks are left"


def _op(evidence: Evidence, op: Op) -> Iterator[Finding]:
    place = f"{op.type} {op.name}"
    kept = evidence.stored.acknowledged.get((op.session, op.seat), [])
    if op.refused_after_ack:
        yield "I8", f"{place}: acknowledged, then refused with {op.refused_after_ack}"
    if op.refused and op.refused not in TOO_LATE:
        yield "I8", f"{place}: refused with {op.refused}"
    if op.refused and op.name in kept:
        yield "I8", f"{place}: refused with {op.refused}, and carried out all the same"
    if op.first_ack is None:
        return
    if op.refused:
        yield "I8", f"{place}: refused with {op.refused}, then acknowledged"
    if op.type in CHANGE_FOR_SURE and op.name not in kept and len(kept) < OPS_KEPT:
        yield "I8", f"{place}: acknowledged and lost"
    if op.type in EXITS and not evidence.stored.sessions[op.session]["ended_at"]:
        yield "I6", f"{place}: left, and it goes on"
    if op.type == "pattern.fit":
        row = evidence.stored.round_of.get((op.session, op.frame["round"]))
        part = evidence.stored.parts.get((row["id"], op.seat)) if row else None
        if part is None or part["fits"] != op.frame["fits"]:
            yield "I8", f"{place}: acknowledged and not stored"


def _opened_once(evidence: Evidence) -> Iterator[Finding]:
    opened: dict[tuple[str, int], list[Op]] = defaultdict(list)
    for op in evidence.ops.values():
        if op.type == "round.open" and op.first_ack is not None:
            opened[op.session, op.frame["after"] + 1].append(op)
    for (session, number), ops in opened.items():
        row = evidence.stored.round_of.get((session, number))
        if len(ops) > 1:
            yield "I8", f"{session} round {number}: opened by {len(ops)} commands"
        if row is None or row["moment"] != ops[0].frame["moment"]:
            yield "I8", f"{session} round {number}: opening it was acknowledged, and it is not stored so"


def _last_mark(evidence: Evidence, row: Row, seat: str) -> Iterator[Finding]:
    """The mark that stands must be one that nothing acknowledged has replaced or withdrawn since."""
    ops = evidence.marks_sent(row["session"], row["number"], seat)
    place = f"{row['session']} round {row['number']} {seat}"
    mark = evidence.stored.marks.get(row["id"], {}).get(seat)
    may_stand = [op for op in ops if op.type == "mark.seal" and not op.refused and not _replaced(op, ops)]
    if mark is None:
        sealed = [op for op in may_stand if op.first_ack is not None]
        withdrawn = any(op.type == "mark.withdraw" and not op.refused for op in ops)
        if sealed and not withdrawn and row["phase"] != "set_aside":
            yield "I8", f"{place}: a mark was acknowledged and is not stored"
        return
    if not may_stand:
        yield "I8", f"{place}: a mark is stored that was withdrawn or never sent"
    elif mark["opened"] and not any(_is(op, mark) for op in may_stand):
        yield "I8", f"{place}: the mark that was opened had been replaced"
    words = {seen for seen in _own_words(evidence, row, seat) if seen not in {op.canary for op in may_stand}}
    if words:
        yield "I8", f"{place}: the words that were opened had been replaced"


def _replaced(op: Op, ops: list[Op]) -> bool:
    if op.first_ack is None:
        return False
    return any(later.first_ack is not None and later.first_sent > op.first_ack for later in ops)


def _is(op: Op, mark: Row) -> bool:
    return (op.frame["reaction"], op.frame["intensity"]) == (mark["reaction"], mark["intensity"])


def _own_words(evidence: Evidence, row: Row, seat: str) -> set[str | None]:
    return evidence.own_words.get((row["session"], row["number"], seat), set())
