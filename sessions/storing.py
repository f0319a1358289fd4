"""How each change is written to rows. Called by ``commands`` alone, inside its transaction, with the session locked."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch

from sessions import changes as change
from sessions import models, patterns, sealing, statements
from sessions.changes import Change
from sessions.protocol import Command, MarkSeal, NeedSay
from sessions.state import PARTNERS, QUIET, OpenedMark, Partner


@dataclass(slots=True)
class Writing:
    """One command being carried out: the locked row, what was asked, when, and from which seat."""

    live_session: models.LiveSession
    latest: models.Round | None
    asked: Command
    now: datetime
    seat: str = ""
    touched: set[str] = field(default_factory=lambda: {"version"})

    def latest_round(self) -> models.Round:
        """Return the row of the latest round."""
        assert self.latest is not None
        return self.latest

    def update_part(self, seat: Partner, **fields: object) -> None:
        """Write to a partner's part in the latest round."""
        statements.update(models.Part, {"round": self.latest_round().pk, "seat": seat}, **fields)

    def update_round(self, **fields: object) -> None:
        """Write to the latest round."""
        for name, value in fields.items():
            setattr(self.latest_round(), name, value)
        statements.update(models.Round, {"id": self.latest_round().pk}, **fields)

    def set(self, **fields: object) -> None:
        """Change the live session; it is written once, after all changes."""
        for name, value in fields.items():
            setattr(self.live_session, name, value)
        self.touched |= set(fields)

    def save_live_session(self) -> None:
        """Write what was changed in the live session."""
        written = {name: getattr(self.live_session, name) for name in sorted(self.touched)}
        statements.update(models.LiveSession, {"id": self.live_session.pk}, **written)


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
    statements.insert(writing.latest)
    writing.set(turn_until=None)
    return what


@store.register
def _(what: change.MarkSealed, writing: Writing) -> Change:
    assert isinstance(writing.asked, MarkSeal)
    latest = writing.latest_round()
    seal = sealing.seal_mark(writing.asked, round_id=latest.pk, seat=what.seat)
    statements.upsert(models.Mark(round=latest, seat=what.seat, seal=seal), key=("round", "seat"))
    return what


@store.register
def _(what: change.MarkWithdrawn, writing: Writing) -> Change:
    models.Mark.objects.filter(round=writing.latest_round(), seat=what.seat).delete()
    return what


@store.register
def _(what: change.RevealDue, writing: Writing) -> Change:
    latest = writing.latest_round()
    stored = statements.select(models.Mark, ("seat", "seal"), {"round": latest.pk})
    seals = {_partner(seat): bytes(seal) for seat, seal in stored if seal is not None}
    marks = sealing.open_marks(seals, round_id=latest.pk)
    for seat in PARTNERS:
        _open_row(latest.pk, seat, marks[seat])
        statements.insert(models.Part(round=latest, seat=seat))
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


def _open_row(round_id: int, seat: Partner, opened: OpenedMark) -> None:
    statements.update(
        models.Mark,
        {"round": round_id, "seat": seat},
        seal=None,
        reaction=opened.reaction,
        intensity=opened.intensity,
        details=dict(opened.details),
        share=list(opened.share),
    )


def _signal(mark: OpenedMark) -> patterns.Signal:
    moves = mark.shared_details.get("moves", ())
    assert isinstance(moves, list | tuple)
    return patterns.Signal(mark.reaction, frozenset(moves))


@store.register
def _(what: change.RoundSetAside, writing: Writing) -> Change:
    latest = writing.latest_round()
    latest.marks.all().delete()
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
    seal = sealing.seal_need(writing.asked.text, round_id=writing.latest_round().pk, seat=what.seat)
    writing.update_part(what.seat, need_seal=seal)
    return what


@store.register
def _(what: change.NeedTakenBack, writing: Writing) -> Change:
    writing.update_part(what.seat, need_seal=None)
    return what


@store.register
def _(what: change.NeedsDue, writing: Writing) -> Change:
    latest = writing.latest_round()
    seals = {_partner(part.seat): bytes(part.need_seal) for part in latest.parts.exclude(need_seal=None)}  # type: ignore[arg-type]
    needs = sealing.open_needs(seals, round_id=latest.pk)
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
    models.Step.objects.update_or_create(
        round=writing.latest_round(),
        seat=what.seat,
        defaults={"text": what.text},
        create_defaults={"id": what.step_id, "text": what.text},
    )
    return what


@store.register
def _(what: change.StepTried, writing: Writing) -> Change:
    models.Step.objects.filter(id=what.step_id).update(tried=what.tried)
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
    writing.live_session.seats.update(asked_to_resume=False)
    return what


@store.register
def _(what: change.ResumeAsked, writing: Writing) -> Change:
    writing.live_session.seats.filter(name=what.seat).update(asked_to_resume=True)
    return what


@store.register
def _(what: change.PauseEnded, writing: Writing) -> Change:
    writing.set(pause_until=None)
    return what


@store.register
def _(what: change.ExchangeClosed, writing: Writing) -> Change:
    statements.update(models.Part, {"round": writing.latest_round().pk}, need_seal=None)
    return what


@store.register
def _(what: change.SessionEnded, writing: Writing) -> Change:
    writing.set(ended_at=what.at, code=None, pause_until=None, turn_until=None)
    writing.live_session.seats.update(seen_at=None)
    return what


@store.register
def _(what: change.HostLeft, writing: Writing) -> Change:
    writing.set(hosted=False)
    writing.live_session.seats.filter(name="host").update(left_at=writing.now, seen_at=None)
    return what
