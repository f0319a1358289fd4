"""How each change is written to rows: which columns, and what more where columns are not all.

``execute`` alone calls this. Nothing is written here: what is to be written is gathered in ``PendingWrites`` and sent
together, headed by the one statement that fails if anybody else has written since it was decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from django.db.models import Model

from accounts.notices import outbox
from cycleproject.database import statements
from cycleproject.encryption import bound_columns
from sessions import models
from sessions.checkin import changes, exchange
from sessions.checkin.apart import OPENED
from sessions.checkin.changes import Change
from sessions.checkin.frames import Command, MarkSeal, NeedSay
from sessions.checkin.state import PARTNERS, OpenedMark, Partner, other
from sessions.store import sealing


@dataclass(slots=True)
class PendingWrites:
    """One command being carried out: on which rows, what was asked, when, from which seat, and what to write.

    ``seals`` are those of the latest round, as they will stand: of marks while it is open, of needs after that.
    """

    live_session: models.LiveSession
    latest: models.Round | None
    asked: Command | None
    now: datetime
    seat: str
    seats: Sequence[str]
    seals: dict[Partner, bytes]
    _queries: list[statements.Query] = field(default_factory=list)
    # What opens in this same transaction is taken out again, and never stored sealed.
    _marks_to_store: set[Partner] = field(default_factory=set)
    _needs_to_store: set[Partner] = field(default_factory=set)
    _of_seats: dict[str, dict[str, object]] = field(default_factory=dict)
    _of_session: set[str] = field(default_factory=set)

    # What each change writes.

    def write(self, change: Change) -> None:
        """Gather what one change writes."""
        match change:
            case changes.FitAnswered():
                self._part(change.seat, fits=change.fits)
            case exchange.QuietSkipped():
                self._part(change.seat, skipped_quiet=True)
            case exchange.QuietEnded():
                self._round(quiet_until=change.at)
            case exchange.NeedTakenBack():
                self.seals.pop(change.seat, None)
                self._part(change.seat, need_seal=None)
            case exchange.MeantConfirmed():
                self._part(change.seat, meant=True)
            case exchange.HeardConfirmed():
                self._part(change.seat, heard=True, **({"heard_words": change.words} if change.words else {}))
            case changes.TurnStarted():
                self._session(turn_speaker=change.speaker, turn_until=change.until)
            case changes.TurnEnded():
                self._session(turn_until=None)
            case changes.PauseEnded():
                self._session(pause_until=None)
            case changes.EndingStarted():
                self._session(ending_by=change.by, ending_at=change.until)
            case changes.EndingStopped():
                self._session(ending_by="", ending_at=None)
            case changes.ResumeAsked():
                self.update_seats([change.seat], asked_to_resume=True)
            # From here on more than the columns of one row.
            case changes.PauseStarted():
                self._session(pause_until=change.until)
                self.update_seats(self.seats, asked_to_resume=False)
            case changes.RoundOpened():
                self._insert_round(change)
            case changes.MarkSealed():
                self._seal_mark(change.seat)
            case changes.MarkWithdrawn():
                self._delete_marks(seat=change.seat)
            case changes.RoundClosedUnread():
                self._delete_marks()
                self._round(phase="set_aside")
            case changes.HourCame():
                self._session(apart=OPENED, both_in_at=change.at, asked_by="", asked_starts_at=None)
            case changes.Revealed():
                self._reveal(change)
            case exchange.NeedSealed():
                self._seal_need(change.seat)
            case exchange.NeedsShown():
                self._show_needs(change.needs)
            case exchange.NeedReworded():
                self._part(change.seat, need=change.text)
                self._part(other(change.seat), heard=False, heard_words=None)
            case exchange.StepChosen():
                self._upsert_step(change)
            case exchange.ReconnectConfirmed():
                self._confirm_reconnect(change)
            case exchange.EarlierReconnectConfirmed():
                self._confirm_earlier_reconnect(change)
            case exchange.SameLoopAnswered():
                self._part(change.seat, same_loop=change.same)
                if change.both:
                    self._round(same_loop=True)
            case exchange.ExchangeClosed():
                self.seals.clear()
                self._queries.append(statements.update(models.Part, {"round": self._latest.pk}, need_seal=None))
            case changes.TriedAnswered():
                self._queries.append(statements.update(models.Step, {"id": change.step_id}, tried=change.tried))
            case changes.SessionEnded():
                self._session(ended_at=change.at, code=None, pause_until=None, turn_until=None)
                self._session(ending_by="", ending_at=None)
                self.update_seats(self.seats, seen_at=None)
                # After its hour nothing is taken back: see ``notices``.
                if self.live_session.starts_at and change.at < self.live_session.starts_at:
                    self._queries.append(outbox.withdrawal(self.live_session.pk))
            case changes.HostLeft():
                self._session(hosted=False)
                self.update_seats(["host"], left_at=self.now, seen_at=None)
            case _:
                assert_never(change)

    def _insert_round(self, opened: changes.RoundOpened) -> None:
        self.latest = models.Round(
            live_session=self.live_session,
            number=opened.number,
            moment=opened.moment_id,
            text=opened.text,
            opened_by="" if opened.moment_id else self.seat,
            theme=opened.theme,
            size=opened.size,
            happened=opened.when or "",
            opened_at=self.now,
        )
        self.seals.clear()
        self._queries.append(statements.insert_row(self.latest))
        self._session(turn_until=None)

    def _seal_mark(self, seat: Partner) -> None:
        assert isinstance(self.asked, MarkSeal)
        self.seals[seat] = sealing.seal_mark(self.asked, of=self._sealed_in, seat=seat)
        self._marks_to_store.add(seat)

    def _delete_marks(self, **where: Partner) -> None:
        for seat in where.values() or PARTNERS:
            self.seals.pop(seat, None)
        self._queries.append(statements.delete(models.Mark, {"round": self._latest.pk, **where}))

    def opened_marks(self) -> Mapping[Partner, OpenedMark]:
        """Open both marks of the latest round, or neither. Raises CannotOpenSeal."""
        return sealing.open_marks(self.seals, of=self._sealed_in)

    def _reveal(self, revealed: changes.Revealed) -> None:
        self.seals.clear()
        self._marks_to_store.clear()
        latest = self._latest.pk
        self._queries.append(_upsert_marks(self._opened_row(seat, mark) for seat, mark in revealed.marks.items()))
        self._queries.append(statements.insert(models.Part, *({"round": latest, "seat": seat} for seat in PARTNERS)))
        # In the history it is a round of the day on which it opened, not of the one on which it was proposed. Written
        # here and not by ``HourCame``: no two statements that are sent as one may touch the same row.
        opened = {"opened_at": revealed.at} if "apart" in self._of_session else {}
        self._round(
            **opened,
            phase="revealed",
            pattern=revealed.pattern,
            pattern_version=revealed.version,
            revealed_at=revealed.at,
            quiet_until=revealed.quiet_until,
        )

    def _opened_row(self, seat: Partner, mark: OpenedMark) -> dict[str, object]:
        own = {"details": dict(mark.details), "share": list(mark.share)}
        plain = {"reaction": mark.reaction, "intensity": mark.intensity, **self._bound(models.Mark, seat, own)}
        return {"round": self._latest.pk, "seat": seat, "seal": None, **plain}

    def _seal_need(self, seat: Partner) -> None:
        assert isinstance(self.asked, NeedSay)
        self.seals[seat] = sealing.seal_need(self.asked.text, of=self._sealed_in, seat=seat)
        self._needs_to_store.add(seat)

    def opened_needs(self) -> Mapping[Partner, str]:
        """Open both needs of the latest round, or neither. Raises CannotOpenSeal."""
        return sealing.open_needs(self.seals, of=self._sealed_in)

    def _show_needs(self, needs: Mapping[Partner, str]) -> None:
        self.seals.clear()
        self._needs_to_store.clear()
        for seat, text in needs.items():
            self._part(seat, need=text, need_seal=None)

    def _upsert_step(self, chosen: exchange.StepChosen) -> None:
        own = self._bound(models.Step, chosen.seat, {"text": chosen.text})
        step = {"id": chosen.step_id, "round": self._latest.pk, "seat": chosen.seat, **own}
        self._queries.append(statements.upsert(models.Step, ("round", "seat"), step))

    def _confirm_reconnect(self, confirmed: exchange.ReconnectConfirmed) -> None:
        self._part(confirmed.seat, reconnected=True, relief=confirmed.relief, reconnected_on=confirmed.day)
        if confirmed.both and self._latest.reconnected_at is None:
            self._round(reconnected_at=confirmed.at, reconnected_on=confirmed.together)

    def _confirm_earlier_reconnect(self, confirmed: exchange.EarlierReconnectConfirmed) -> None:
        said = {"reconnected": True, "relief": confirmed.relief, "reconnected_on": confirmed.day}
        own = {"round": confirmed.row, "seat": confirmed.seat}
        self._queries.append(statements.update(models.Part, own, **said))
        if confirmed.both:
            back = {"reconnected_at": confirmed.at, "reconnected_on": confirmed.together}
            self._queries.append(statements.update(models.Round, {"id": confirmed.row}, **back))

    # Which rows.

    @property
    def _latest(self) -> models.Round:
        assert self.latest is not None
        return self.latest

    def _part(self, seat: Partner, **columns: object) -> None:
        """Write to a partner's part in the latest round."""
        columns = self._bound(models.Part, seat, columns)
        self._queries.append(statements.update(models.Part, {"round": self._latest.pk, "seat": seat}, **columns))

    def _bound(self, model: type[Model], seat: Partner, columns: Mapping[str, object]) -> dict[str, object]:
        """Encrypt what is encrypted of a seat's row in the latest round, for that row."""
        latest = self._latest
        return bound_columns(model, (latest.live_session_id, latest.number, seat), columns)

    @property
    def _sealed_in(self) -> sealing.SealedIn:
        return sealing.SealedIn.of(self._latest)

    def _round(self, **columns: object) -> None:
        """Write to the latest round."""
        for name, value in columns.items():
            setattr(self._latest, name, value)
        self._queries.append(statements.update(models.Round, {"id": self._latest.pk}, **columns))

    def update_seats(self, seats: Iterable[str], **columns: object) -> None:
        """Write to seats of the live session, once each, after all changes."""
        for name in seats:
            self._of_seats.setdefault(name, {}).update(columns)

    def _session(self, **columns: object) -> None:
        """Write to the live session, once, after all changes."""
        for name, value in columns.items():
            setattr(self.live_session, name, value)
        self._of_session |= set(columns)

    def statements(self, good: statements.Condition) -> list[statements.Query]:
        """Return what is to be written, each row once: the session, what stays sealed, each change, and the seats.

        The session's goes first and only hits it at the version that all was decided on, while the login is good.
        """
        decided_on = {"id": self.live_session.pk, "version": self.live_session.version}
        touched = {name: getattr(self.live_session, name) for name in sorted(self._of_session)}
        self.live_session.version += 1
        raised = self.live_session.version
        session = statements.update_if(good, models.LiveSession, decided_on, version=raised, **touched)
        for seat in sorted(self._needs_to_store):
            self._part(seat, need_seal=self.seals[seat])
        latest = self.latest.pk if self.latest else None
        marks = [_upsert_marks([_sealed_row(latest, seat, self.seals[seat])]) for seat in sorted(self._marks_to_store)]
        seats = [
            statements.update(models.Seat, {"live_session": self.live_session.pk, "name": name}, **columns)
            for name, columns in self._of_seats.items()
        ]
        return [session, *marks, *self._queries, *seats]


def _upsert_marks(rows: Iterable[dict[str, object]]) -> statements.Query:
    return statements.upsert(models.Mark, ("round", "seat"), *rows)


def _sealed_row(round_id: int | None, seat: Partner, seal: bytes) -> dict[str, object]:
    nothing_open = {"reaction": "", "intensity": None, "details": None, "share": None}
    return {"round": round_id, "seat": seat, "seal": seal, **nothing_open}
