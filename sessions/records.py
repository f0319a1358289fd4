"""The one loader: rows to state. Access is loading: somebody without a seat gets NotFound, whatever the id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Membership
from cycleproject import statements
from sessions import authority, models
from sessions.state import (
    PARTNERS,
    Exchange,
    OpenedMark,
    Partner,
    Pause,
    Person,
    Reveal,
    RoundPhase,
    RoundState,
    SeatName,
    SessionState,
    Step,
    Tried,
    Turn,
)


class NotFound(Exception):
    """No such check-in, as far as this person can tell."""


@dataclass(frozen=True, slots=True)
class Place:
    """A live session as one person finds it: its row, their seat (None: not taken yet) and the state."""

    live_session: models.LiveSession
    seat: models.Seat | None
    latest_round: models.Round | None
    state: SessionState

    @property
    def may_listen(self) -> bool:
        """Tell whether the person may be sent anything: a seat can be lost, by leaving as host or by losing consent."""
        person = self.state.person(seat_name(self.seat)) if self.seat else None
        return person is None or person.may_listen


@dataclass(slots=True)
class Loaded:
    """A live session whoever asks: its rows, and the state they make."""

    live_session: models.LiveSession
    seats: list[models.Seat]
    latest_round: models.Round | None
    state: SessionState

    def place_of(self, user_id: UUID) -> Place:
        """Return it as a person finds it who has, had or may take a seat in it. Raises NotFound."""
        own = next((seat for seat in self.seats if seat.user_id == user_id), None)
        if own is None and not _may_take_a_seat(user_id, self.live_session):
            raise NotFound
        return Place(self.live_session, own, self.latest_round, self.state)

    def seen(self, seen_at: Mapping[str, datetime | None]) -> "Loaded":
        """Return the same with what is known now of who was seen when, which raises no version."""
        return replace(self, state=self.state.with_presence(seen_at))


def live_session_for(user_id: UUID, session_id: UUID, *, lock: bool = False) -> Place:
    """Return a live session for a person who has, had or may take a seat in it. Raises NotFound.

    With ``lock`` the row stays locked until the transaction ends. Without that lock two marks sealed at once each miss
    the other, and the round stays closed for ever.
    """
    rows = models.LiveSession.objects.filter(id=session_id)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return _loaded(rows).place_of(user_id)


def load(session_id: UUID) -> Loaded:
    """Return a live session for the writer, which asks who may. Raises NotFound."""
    return _loaded(models.LiveSession.objects.filter(id=session_id))


def state_of(session_id: UUID) -> SessionState | None:
    """Return the state for the rooms, which know who listens; None when the session is gone."""
    try:
        return load(session_id).state
    except NotFound:
        return None


def _loaded(rows: "QuerySet[models.LiveSession]") -> Loaded:
    live_session = rows.first()
    if live_session is None:
        raise NotFound
    seats, latest = _seats(live_session), _latest_round(live_session)
    return Loaded(live_session, seats, latest, _state(live_session, seats, latest))


def revealed_rounds(live_session: models.LiveSession) -> list[RoundState]:
    """Return the rounds of a check-in whose marks were opened, oldest first."""
    return [_round(one) for one in live_session.rounds.filter(phase="revealed").order_by("number")]


@dataclass(slots=True)
class Pulse:
    """What the sweep needs of one session: has it changed, and who was last seen when."""

    version: int
    seen_at: dict[str, datetime | None]


def pulses_of(session_ids: Iterable[UUID]) -> dict[UUID, Pulse]:
    """Return the pulses of many sessions, in one query."""
    rows = models.Seat.objects.filter(live_session__in=list(session_ids)).values_list(
        "live_session_id", "live_session__version", "name", "seen_at"
    )
    pulses: dict[UUID, Pulse] = {}
    for session_id, version, name, seen_at in rows:
        pulses.setdefault(session_id, Pulse(version, {})).seen_at[name] = seen_at
    return pulses


def pulse_of(session_id: UUID, *, lock: bool) -> statements.Query:
    """Ask for the pulse of one session (see ``pulse_from``); with ``lock`` its row stays locked for the transaction.

    Without that lock two marks sealed at once each miss the other, and the round stays closed for ever.
    """
    seen = ("name", "seen_at")
    return statements.joined(
        models.LiveSession, session_id, "version", pointing=models.Seat, by="live_session", names=seen, lock=lock
    )


def pulse_from(rows: statements.Rows) -> Pulse | None:
    """Return the pulse that was asked for; None when there is no such session."""
    return Pulse(rows[0][0], {name: seen_at for _, name, seen_at in rows}) if rows else None


def _may_take_a_seat(user_id: UUID, live_session: models.LiveSession) -> bool:
    if live_session.couple_id is None:
        return False
    return Membership.objects.filter(couple_id=live_session.couple_id, user_id=user_id, left_at=None).exists()


def _seats(live_session: models.LiveSession) -> list[models.Seat]:
    return list(live_session.seats.order_by("name"))


def _latest_round(live_session: models.LiveSession) -> models.Round | None:
    return live_session.rounds.order_by("-number").first()


def _state(live_session: models.LiveSession, seats: list[models.Seat], latest: models.Round | None) -> SessionState:
    # Asked even where no revocation was told: what a host may see is never older than this reading.
    hosted = authority.host_may(live_session, seats)
    steps, source = _follow_up(live_session)
    return SessionState(
        id=live_session.id,
        title=live_session.title,
        expires_at=live_session.expires_at,
        version=live_session.version,
        hosted=hosted,
        ended_at=live_session.ended_at,
        people=tuple(_person(seat, hosted) for seat in seats),
        pause=_pause(live_session, seats),
        turn=_turn(live_session),
        round=_round(latest) if latest else None,
        follow_up=steps,
        host_sees_follow_up=hosted and _host_sees(live_session, seats, source),
    )


def _person(seat: models.Seat, hosted: bool) -> Person:
    may_listen = hosted if seat.name == "host" else seat.left_at is None
    return Person(seat_name(seat), seat.first_name, seat.seen_at, may_listen=may_listen)


def seat_name(seat: models.Seat) -> SeatName:
    """Return which seat a row is."""
    return "host" if seat.name == "host" else partner(seat.name)


def partner(name: str) -> Partner:
    """Return a partner's seat by its name."""
    return "a" if name == "a" else "b"


def _pause(live_session: models.LiveSession, seats: list[models.Seat]) -> Pause | None:
    if live_session.pause_until is None:
        return None
    asked = frozenset(partner(seat.name) for seat in seats if seat.asked_to_resume)
    return Pause(live_session.pause_until, asked)


def _turn(live_session: models.LiveSession) -> Turn | None:
    if live_session.turn_until is None:
        return None
    return Turn(partner(live_session.turn_speaker), live_session.turn_until)


def _round(latest: models.Round) -> RoundState:
    state = RoundState(number=latest.number, phase=_phase(latest), text=latest.text, moment_id=latest.moment)
    if state.phase == "open":
        sealed = latest.marks.values_list("seat", flat=True)
        return replace(state, sealed=frozenset(map(partner, sealed)))
    if state.phase == "set_aside":
        return state
    marks = {partner(mark.seat): mark for mark in latest.marks.defer("seal")}
    parts = {partner(part.seat): part for part in latest.parts.all()}
    return replace(state, reveal=_reveal(latest, marks, parts), exchange=_exchange(latest, parts))


def _phase(latest: models.Round) -> RoundPhase:
    match latest.phase:
        case "open" | "revealed" | "set_aside":
            return latest.phase
    raise ValueError(latest.phase)


def _reveal(latest: models.Round, marks: dict[Partner, models.Mark], parts: dict[Partner, models.Part]) -> Reveal:
    return Reveal(
        pattern=latest.pattern,  # type: ignore[arg-type]  # a database constraint names the codes
        version=latest.pattern_version or 1,
        marks={seat: opened_mark(mark) for seat, mark in marks.items()},
        fits={seat: parts[seat].fits for seat in PARTNERS},
    )


def opened_mark(mark: models.Mark) -> OpenedMark:
    """Return a revealed mark."""
    return OpenedMark(mark.reaction, mark.intensity or 0, mark.details or {}, tuple(mark.share or ()))  # type: ignore[arg-type]


def _exchange(latest: models.Round, parts: dict[Partner, models.Part]) -> Exchange:
    def seats(attribute: str) -> frozenset[Partner]:
        return frozenset(seat for seat, part in parts.items() if getattr(part, attribute))

    needs = {seat: part.need for seat, part in parts.items() if part.need is not None}
    unshown = frozenset(seat for seat, part in parts.items() if part.need_seal is not None)
    return Exchange(
        quiet_until=latest.quiet_until or latest.opened_at,
        skipped_quiet=seats("skipped_quiet"),
        said=frozenset(needs) | unshown,
        needs=needs if len(needs) == len(PARTNERS) else None,
        meant=seats("meant"),
        heard=seats("heard"),
        steps={partner(step.seat): _step(step) for step in latest.steps.all()},
        reconnected=seats("reconnected"),
    )


def _step(step: models.Step) -> Step:
    tried: Tried | None = step.tried or None  # type: ignore[assignment]
    return Step(step.id, partner(step.seat), step.text, tried)


def _follow_up(live_session: models.LiveSession) -> tuple[tuple[Step, ...], UUID | None]:
    """Return the steps of the couple's last check-in that had any, and which one that was."""
    if live_session.couple_id is None:
        return (), None
    # What was planned took place later than it was made.
    took_place = Coalesce("round__live_session__starts_at", "round__live_session__created_at")
    earlier = models.Step.objects.annotate(took_place=took_place).filter(
        round__live_session__couple=live_session.couple_id,
        took_place__lt=live_session.starts_at or live_session.created_at,
    )
    newest = earlier.order_by("-took_place", "round__number", "seat").select_related("round")[:20]
    steps = [step for step in newest if step.round.live_session_id == newest[0].round.live_session_id]
    return tuple(map(_step, steps)), steps[0].round.live_session_id if steps else None


def _host_sees(live_session: models.LiveSession, seats: list[models.Seat], source: UUID | None) -> bool:
    host_id = next(seat.user_id for seat in seats if seat.name == "host")
    if source is None or host_id is None or live_session.couple_id is None:
        return False
    return authority.sees_earlier_steps(host_id, live_session.couple_id, source)
