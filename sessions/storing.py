"""How each change is written to rows. Called by ``commands`` alone, inside its transaction, with the session locked."""

from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch

from sessions import changes as change
from sessions import models, patterns, sealing
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

    def latest_round(self) -> models.Round:
        """Return the row of the latest round."""
        assert self.latest is not None
        return self.latest

    def update_part(self, seat: Partner, **fields: object) -> None:
        """Write to a partner's part in the latest round."""
        models.Part.objects.filter(round=self.latest_round(), seat=seat).update(**fields)


@singledispatch
def store(what: Change, writing: Writing) -> Change:
    """Write one change; return what it became (a reveal that was due is returned as carried out)."""
    raise NotImplementedError(what)


@store.register
def _(what: change.RoundOpened, writing: Writing) -> Change:
    writing.latest = models.Round.objects.create(
        live_session=writing.live_session,
        number=what.number,
        moment=what.moment_id,
        text=what.text,
        opened_by="" if what.moment_id else writing.seat,
        theme=what.theme,
        size=what.size,
        opened_at=writing.now,
    )
    writing.live_session.turn_until = None
    return what


@store.register
def _(what: change.MarkSealed, writing: Writing) -> Change:
    assert isinstance(writing.asked, MarkSeal)
    latest = writing.latest_round()
    seal = sealing.seal_mark(writing.asked, round_id=latest.pk, seat=what.seat)
    if not models.Mark.objects.filter(round=latest, seat=what.seat).update(seal=seal):
        models.Mark.objects.create(round=latest, seat=what.seat, seal=seal)
    return what


@store.register
def _(what: change.MarkWithdrawn, writing: Writing) -> Change:
    models.Mark.objects.filter(round=writing.latest_round(), seat=what.seat).delete()
    return what


@store.register
def _(what: change.RevealDue, writing: Writing) -> Change:
    latest = writing.latest_round()
    rows: dict[Partner, models.Mark] = {_partner(mark.seat): mark for mark in latest.marks.all()}
    seals = {seat: bytes(mark.seal) for seat, mark in rows.items() if mark.seal is not None}
    marks = sealing.open_marks(seals, round_id=latest.pk)
    for seat, opened in marks.items():
        _open_row(rows[seat], opened)
    pattern = patterns.classify(*(_signal(marks[seat]) for seat in PARTNERS))
    latest.phase = "revealed"
    latest.pattern = pattern
    latest.pattern_version = patterns.VERSION
    latest.revealed_at = writing.now
    latest.quiet_until = writing.now + QUIET
    latest.save(update_fields=["phase", "pattern", "pattern_version", "revealed_at", "quiet_until"])
    models.Part.objects.bulk_create(models.Part(round=latest, seat=seat) for seat in PARTNERS)
    return change.Revealed(pattern, patterns.VERSION, marks, writing.now)


def _partner(seat: str) -> Partner:
    return "a" if seat == "a" else "b"


def _open_row(row: models.Mark, opened: OpenedMark) -> None:
    row.seal = None
    row.reaction = opened.reaction
    row.intensity = opened.intensity
    row.details = dict(opened.details)
    row.share = list(opened.share)
    row.save(update_fields=["seal", "reaction", "intensity", "details", "share"])


def _signal(mark: OpenedMark) -> patterns.Signal:
    moves = mark.shared_details.get("moves", ())
    assert isinstance(moves, list | tuple)
    return patterns.Signal(mark.reaction, frozenset(moves))


@store.register
def _(what: change.RoundSetAside, writing: Writing) -> Change:
    latest = writing.latest_round()
    latest.marks.all().delete()
    latest.phase = "set_aside"
    latest.save(update_fields=["phase"])
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
    models.Round.objects.filter(pk=writing.latest_round().pk).update(quiet_until=what.at)
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
    if what.both:
        models.Round.objects.filter(pk=writing.latest_round().pk, reconnected_at=None).update(reconnected_at=what.at)
    return what


@store.register
def _(what: change.TurnStarted, writing: Writing) -> Change:
    writing.live_session.turn_speaker = what.speaker
    writing.live_session.turn_until = what.until
    return what


@store.register
def _(what: change.TurnEnded, writing: Writing) -> Change:
    writing.live_session.turn_until = None
    return what


@store.register
def _(what: change.PauseStarted, writing: Writing) -> Change:
    writing.live_session.pause_until = what.until
    writing.live_session.seats.update(asked_to_resume=False)
    return what


@store.register
def _(what: change.ResumeAsked, writing: Writing) -> Change:
    writing.live_session.seats.filter(name=what.seat).update(asked_to_resume=True)
    return what


@store.register
def _(what: change.PauseEnded, writing: Writing) -> Change:
    writing.live_session.pause_until = None
    return what


@store.register
def _(what: change.ExchangeClosed, writing: Writing) -> Change:
    writing.latest_round().parts.update(need_seal=None)
    return what


@store.register
def _(what: change.SessionEnded, writing: Writing) -> Change:
    live_session = writing.live_session
    live_session.ended_at = what.at
    live_session.code = None
    live_session.pause_until = None
    live_session.turn_until = None
    live_session.seats.update(seen_at=None)
    return what


@store.register
def _(what: change.HostLeft, writing: Writing) -> Change:
    writing.live_session.hosted = False
    writing.live_session.seats.filter(name="host").update(left_at=writing.now, seen_at=None)
    return what
