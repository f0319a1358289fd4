"""How each change is written to rows. Called by ``commands`` alone, inside its transaction, with the session locked.

Nothing is written here: what is to be written is gathered in a ``Writing`` and sent together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Final

from cycleproject.database import statements
from sessions import models
from sessions.checkin import changes as change
from sessions.checkin import patterns
from sessions.checkin.changes import Change
from sessions.checkin.frames import Command, MarkSeal, NeedSay
from sessions.checkin.state import PARTNERS, QUIET, OpenedMark, Partner
from sessions.store import sealing


@dataclass(slots=True)
class Writing:
    """One command being carried out: the locked row, what was asked, when, from which seat, and what to write."""

    live_session: models.LiveSession
    latest: models.Round | None
    asked: Command
    now: datetime
    seat: str
    seats: Sequence[str]
    foreseen: Mapping[str, bytes]
    queries: list[statements.Query] = field(default_factory=list)
    # What opens in this same transaction is taken out again, and never stored sealed.
    sealed_marks: dict[Partner, bytes] = field(default_factory=dict)
    sealed_needs: dict[Partner, bytes] = field(default_factory=dict)
    _touched_seats: dict[str, dict[str, object]] = field(default_factory=dict)
    _touched: set[str] = field(default_factory=lambda: {"version"})

    def latest_round(self) -> models.Round:
        """Return the row of the latest round."""
        assert self.latest is not None
        return self.latest

    def stored_seals(self) -> dict[Partner, bytes]:
        """Return the seals in the latest round that may have to open now; see ``foresee``."""
        return {_partner(seat): seal for seat, seal in self.foreseen.items()}

    def update_part(self, seat: Partner, **fields: object) -> None:
        """Write to a partner's part in the latest round."""
        self.queries.append(statements.update(models.Part, {"round": self.latest_round().pk, "seat": seat}, **fields))

    def update_round(self, **fields: object) -> None:
        """Write to the latest round."""
        for name, value in fields.items():
            setattr(self.latest_round(), name, value)
        self.queries.append(statements.update(models.Round, {"id": self.latest_round().pk}, **fields))

    def update_seats(self, *, seat: str | None = None, **fields: object) -> None:
        """Write to one seat of the live session, or to all."""
        for name in self.seats if seat is None else (seat,):
            self._touched_seats.setdefault(name, {}).update(fields)

    def delete_marks(self, seat: Partner | None = None) -> None:
        """Destroy a sealed mark in the latest round, or both."""
        where = {"round": self.latest_round().pk, **({} if seat is None else {"seat": seat})}
        self.queries.append(statements.delete(models.Mark, where))

    def set(self, **fields: object) -> None:
        """Change the live session; it is written once, after all changes."""
        for name, value in fields.items():
            setattr(self.live_session, name, value)
        self._touched |= set(fields)

    def everything(self) -> list[statements.Query]:
        """Return what is to be written, each row once: what stays sealed, each change, the seats and the session."""
        for seat, seal in self.sealed_needs.items():
            self.update_part(seat, need_seal=seal)
        marks = [_upsert_marks(self.latest_round(), {seat: None}, seal) for seat, seal in self.sealed_marks.items()]
        session_id = self.live_session.pk
        seats = [
            statements.update(models.Seat, {"live_session": session_id, "name": name}, **fields)
            for name, fields in self._touched_seats.items()
        ]
        touched = {name: getattr(self.live_session, name) for name in sorted(self._touched)}
        session = statements.update(models.LiveSession, {"id": session_id}, **touched)
        return [*marks, *self.queries, *seats, session]


def foresee(command: Command) -> list[statements.Column]:
    """Ask for the seals that a command may have to open, with the lock, so that nobody waits twice."""
    match command:
        case MarkSeal():
            return [_SEALED_MARK]
        case NeedSay():
            return [_SEALED_NEED]
    return []


_SEALED_IN_LATEST: Final = """(
    SELECT sealed.{seal} FROM {table} sealed WHERE sealed.seat = pointing.name AND sealed.round_id =
    (SELECT id FROM {rounds} WHERE live_session_id = own.id ORDER BY number DESC LIMIT 1)
)"""
_ROUNDS: Final = models.Round._meta.db_table
_SEALED_MARK: Final = statements.Column(
    _SEALED_IN_LATEST.format(seal="seal", table=models.Mark._meta.db_table, rounds=_ROUNDS)
)
_SEALED_NEED: Final = statements.Column(
    _SEALED_IN_LATEST.format(seal="need_seal", table=models.Part._meta.db_table, rounds=_ROUNDS)
)


@singledispatch
def store(what: Change, writing: Writing) -> Change:
    """Write one change; return what it became (a reveal that was due is returned as carried out)."""
    raise NotImplementedError(what)


@store.register
def _(what: change.RoundOpened, writing: Writing) -> Change:
    writing.latest = models.Round(
        live_session=writing.live_session,
        number=what.number,
        moment=what.moment_id,
        text=what.text,
        opened_by="" if what.moment_id else writing.seat,
        theme=what.theme,
        size=what.size,
        opened_at=writing.now,
    )
    writing.queries.append(statements.insert_row(writing.latest))
    writing.set(turn_until=None)
    return what


@store.register
def _(what: change.MarkSealed, writing: Writing) -> Change:
    assert isinstance(writing.asked, MarkSeal)
    latest = writing.latest_round()
    writing.sealed_marks[what.seat] = sealing.seal_mark(writing.asked, round_id=latest.pk, seat=what.seat)
    return what


@store.register
def _(what: change.MarkWithdrawn, writing: Writing) -> Change:
    writing.delete_marks(what.seat)
    return what


@store.register
def _(what: change.RevealDue, writing: Writing) -> Change:
    latest = writing.latest_round()
    seals = {**writing.stored_seals(), **writing.sealed_marks}
    marks = sealing.open_marks(seals, round_id=latest.pk)
    writing.sealed_marks.clear()
    writing.queries.append(_upsert_marks(latest, marks))
    writing.queries.append(statements.insert(models.Part, *({"round": latest.pk, "seat": seat} for seat in PARTNERS)))
    pattern = patterns.classify(*(_signal(marks[seat]) for seat in PARTNERS))
    writing.update_round(
        phase="revealed",
        pattern=pattern,
        pattern_version=patterns.VERSION,
        revealed_at=writing.now,
        quiet_until=writing.now + QUIET,
    )
    return change.Revealed(pattern, patterns.VERSION, marks, writing.now)


def _partner(seat: str) -> Partner:
    return "a" if seat == "a" else "b"


def _upsert_marks(
    latest: models.Round, marks: Mapping[Partner, OpenedMark | None], seal: bytes | None = None
) -> statements.Query:
    rows = [
        {
            "round": latest.pk,
            "seat": seat,
            "seal": seal,
            "reaction": opened.reaction if opened else "",
            "intensity": opened.intensity if opened else None,
            "details": dict(opened.details) if opened else None,
            "share": list(opened.share) if opened else None,
        }
        for seat, opened in marks.items()
    ]
    return statements.upsert(models.Mark, ("round", "seat"), *rows)


def _signal(mark: OpenedMark) -> patterns.Signal:
    moves = mark.shared_details.get("moves", ())
    assert isinstance(moves, list | tuple)
    return patterns.Signal(mark.reaction, frozenset(moves))


@store.register
def _(what: change.RoundSetAside, writing: Writing) -> Change:
    writing.delete_marks()
    writing.update_round(phase="set_aside")
    return what


@store.register
def _(what: change.FitAnswered, writing: Writing) -> Change:
    writing.update_part(what.seat, fits=what.fits)
    return what


@store.register
def _(what: change.QuietSkipped, writing: Writing) -> Change:
    writing.update_part(what.seat, skipped_quiet=True)
    return what


@store.register
def _(what: change.QuietEnded, writing: Writing) -> Change:
    writing.update_round(quiet_until=what.at)
    return what


@store.register
def _(what: change.NeedSealed, writing: Writing) -> Change:
    assert isinstance(writing.asked, NeedSay)
    round_id = writing.latest_round().pk
    writing.sealed_needs[what.seat] = sealing.seal_need(writing.asked.text, round_id=round_id, seat=what.seat)
    return what


@store.register
def _(what: change.NeedTakenBack, writing: Writing) -> Change:
    writing.update_part(what.seat, need_seal=None)
    return what


@store.register
def _(what: change.NeedsDue, writing: Writing) -> Change:
    latest = writing.latest_round()
    seals = {**writing.stored_seals(), **writing.sealed_needs}
    needs = sealing.open_needs(seals, round_id=latest.pk)
    writing.sealed_needs.clear()
    for seat, text in needs.items():
        writing.update_part(seat, need=text, need_seal=None)
    return change.NeedsShown(needs)


@store.register
def _(what: change.NeedReworded, writing: Writing) -> Change:
    writing.update_part(what.seat, need=what.text)
    writing.update_part("b" if what.seat == "a" else "a", heard=False)
    return what


@store.register
def _(what: change.MeantConfirmed, writing: Writing) -> Change:
    writing.update_part(what.seat, meant=True)
    return what


@store.register
def _(what: change.NeedHeard, writing: Writing) -> Change:
    writing.update_part(what.seat, heard=True)
    return what


@store.register
def _(what: change.StepChosen, writing: Writing) -> Change:
    step = {"id": what.step_id, "round": writing.latest_round().pk, "seat": what.seat, "text": what.text}
    writing.queries.append(statements.upsert(models.Step, ("round", "seat"), step))
    return what


@store.register
def _(what: change.StepTried, writing: Writing) -> Change:
    writing.queries.append(statements.update(models.Step, {"id": what.step_id}, tried=what.tried))
    return what


@store.register
def _(what: change.ReconnectConfirmed, writing: Writing) -> Change:
    writing.update_part(what.seat, reconnected=True, relief=what.relief)
    if what.both and writing.latest_round().reconnected_at is None:
        writing.update_round(reconnected_at=what.at)
    return what


@store.register
def _(what: change.TurnStarted, writing: Writing) -> Change:
    writing.set(turn_speaker=what.speaker, turn_until=what.until)
    return what


@store.register
def _(what: change.TurnEnded, writing: Writing) -> Change:
    writing.set(turn_until=None)
    return what


@store.register
def _(what: change.PauseStarted, writing: Writing) -> Change:
    writing.set(pause_until=what.until)
    writing.update_seats(asked_to_resume=False)
    return what


@store.register
def _(what: change.ResumeAsked, writing: Writing) -> Change:
    writing.update_seats(seat=what.seat, asked_to_resume=True)
    return what


@store.register
def _(what: change.PauseEnded, writing: Writing) -> Change:
    writing.set(pause_until=None)
    return what


@store.register
def _(what: change.ExchangeClosed, writing: Writing) -> Change:
    writing.queries.append(statements.update(models.Part, {"round": writing.latest_round().pk}, need_seal=None))
    return what


@store.register
def _(what: change.SessionEnded, writing: Writing) -> Change:
    writing.set(ended_at=what.at, code=None, pause_until=None, turn_until=None)
    writing.update_seats(seen_at=None)
    return what


@store.register
def _(what: change.HostLeft, writing: Writing) -> Change:
    writing.set(hosted=False)
    writing.update_seats(seat="host", left_at=writing.now, seen_at=None)
    return what
