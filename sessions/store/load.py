"""The one loader: rows to state. Access is loading: somebody without a seat gets NotFound, whatever the id."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from accounts.couple import retention
from accounts.models import Membership
from sessions import models
from sessions.checkin.apart import OPENED, WAITING, Apart, Asked
from sessions.checkin.state import (
    PARTNERS,
    Ending,
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
from sessions.store import earlier, host_access
from sessions.store.rows import SessionRows, rows_of

RECENT: Final = 6


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


@dataclass(frozen=True, slots=True)
class Loaded:
    """A live session whoever asks: its rows, its seals, and the state they make. Nobody writes to any of them."""

    live_session: models.LiveSession
    seats: Sequence[models.Seat]
    latest_round: models.Round | None
    seals: Mapping[Partner, bytes]  # of marks while the latest round is open, of needs after that
    state: SessionState
    as_of: float  # by the monotonic clock: no change that was committed before is missing

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

    With ``lock`` the row stays locked until the transaction ends: nobody sits down in a check-in that has just ended.
    """
    if lock:
        list(models.LiveSession.objects.select_for_update().filter(id=session_id).values_list("id"))
    return load(session_id).place_of(user_id)


def load(session_id: UUID) -> Loaded:
    """Return a live session for the writer, which asks who may. Raises NotFound."""
    as_of = time.monotonic()
    found = rows_of(session_id)
    if found is None:
        raise NotFound
    state = _state(_of_their_time(found))
    return Loaded(found.live_session, found.seats, found.latest_round, _seals(found), state, as_of)


def _seals(found: SessionRows) -> dict[Partner, bytes]:
    if found.latest_round and found.latest_round.phase == "open":
        return {partner(mark.seat): bytes(mark.seal) for mark in found.marks if mark.seal is not None}
    return {partner(part.seat): bytes(part.need_seal) for part in found.parts if part.need_seal is not None}


def _of_their_time(found: SessionRows) -> SessionRows:
    """Leave out earlier rounds that are past their time, by the rule of the history, before the purge as after it."""
    couple_id = found.live_session.couple_id
    if couple_id is None or not (found.follow_up or found.earlier):
        return found
    since = retention.kept_since_of(couple_id, timezone.now())
    return replace(
        found,
        follow_up=[step for step in found.follow_up if step.round.opened_at >= since],
        earlier=found.earlier if found.earlier and found.earlier.opened_at >= since else None,
    )


def state_of(session_id: UUID) -> SessionState | None:
    """Return the state as it is stored; None when the session is gone."""
    try:
        return load(session_id).state
    except NotFound:
        return None


def recent_moments(live_session: models.LiveSession, *, of_the_couple: bool) -> list[int]:
    """Return the library's moments that were opened last, newest first: in this check-in, or in all of its couple."""
    rounds = models.Round.objects.filter(live_session=live_session)
    if of_the_couple and live_session.couple_id:
        since = retention.kept_since_of(live_session.couple_id, timezone.now())
        rounds = models.Round.objects.filter(live_session__couple=live_session.couple_id, opened_at__gte=since)
    lately = rounds.exclude(moment=None).values("moment").annotate(last=Max("opened_at")).order_by("-last")
    return [row["moment"] for row in lately[:RECENT] if row["moment"]]


def _may_take_a_seat(user_id: UUID, live_session: models.LiveSession) -> bool:
    if live_session.couple_id is None:
        return False
    return Membership.objects.filter(couple_id=live_session.couple_id, user_id=user_id, left_at=None).exists()


def _state(found: SessionRows) -> SessionState:
    live_session, seats, latest = found.live_session, found.seats, found.latest_round
    # Asked even where no revocation was told: what a host may see is never older than this reading.
    hosted = host_access.host_may(live_session, seats)
    return SessionState(
        id=live_session.id,
        title=live_session.title,
        expires_at=live_session.expires_at,
        starts_at=live_session.starts_at,
        apart=apart_of(live_session),
        opened_apart=live_session.apart == OPENED,
        version=live_session.version,
        hosted=hosted,
        ended_at=live_session.ended_at,
        people=tuple(_person(seat, hosted) for seat in seats),
        pause=_pause(live_session, seats),
        turn=_turn(live_session),
        ending=_ending(live_session, hosted),
        round=_round(latest, found.marks, found.parts, found.steps) if latest else None,
        follow_up=tuple(map(_step, found.follow_up)),
        gone_steps=frozenset(map(UUID, live_session.gone_steps or ())),
        earlier=earlier.unsettled_round(found.earlier, {partner(one.seat): one for one in found.earlier_parts}),
        may_repeat=earlier.may_repeat(live_session, found.caught),
        host_sees_follow_up=hosted and _host_sees(live_session, seats, found.follow_up),
    )


def apart_of(live_session: models.LiveSession) -> Apart | None:
    """Return the hour that a check-in waits for, or has waited for until it ended."""
    if live_session.apart not in WAITING or live_session.starts_at is None:
        return None
    asked_at = live_session.asked_starts_at
    asked = Asked(partner(live_session.asked_by), asked_at) if asked_at else None
    return Apart(live_session.starts_at, live_session.apart == "agreed", asked)


def _person(seat: models.Seat, hosted: bool) -> Person:
    may_listen = hosted if seat.name == "host" else seat.left_at is None
    return Person(seat_name(seat), seat.first_name, seat.seen_at, may_listen=may_listen)


def seat_name(seat: models.Seat) -> SeatName:
    """Return which seat a row is."""
    return seat_name_of(seat.name)


def seat_name_of(name: str) -> SeatName:
    """Return whose seat it is that a column names."""
    return "host" if name == "host" else partner(name)


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


def _ending(live_session: models.LiveSession, hosted: bool) -> Ending | None:
    # Of a host who may no longer be there, whoever has seen to it: nobody waits for an end that they asked for.
    asks_no_more = live_session.ending_by == "host" and not hosted
    if live_session.ending_at is None or asks_no_more:
        return None
    return Ending(seat_name_of(live_session.ending_by), live_session.ending_at)


def _round(
    latest: models.Round, marks: list[models.Mark], parts: list[models.Part], steps: list[models.Step]
) -> RoundState:
    state = RoundState(
        number=latest.number,
        phase=_phase(latest),
        text=latest.text,
        moment_id=latest.moment,
        when=latest.when,
    )
    if state.phase == "open":
        return replace(state, sealed=frozenset(partner(mark.seat) for mark in marks))
    if state.phase == "set_aside":
        return state
    part_of = {partner(part.seat): part for part in parts}
    reveal = _reveal(latest, {partner(mark.seat): mark for mark in marks}, part_of)
    return replace(state, reveal=reveal, exchange=_exchange(latest, part_of, steps))


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


def _exchange(latest: models.Round, parts: dict[Partner, models.Part], steps: list[models.Step]) -> Exchange:
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
        heard_words={seat: part.heard_words for seat, part in parts.items() if part.heard_words},
        steps={partner(step.seat): _step(step) for step in steps},
        reconnected=seats("reconnected"),
        days={seat: part.reconnected_on for seat, part in parts.items() if part.reconnected_on},
        said_same={seat: part.same_loop for seat, part in parts.items() if part.same_loop is not None},
    )


def _step(step: models.Step) -> Step:
    tried: Tried | None = step.tried or None  # type: ignore[assignment]
    return Step(step.id, partner(step.seat), step.text, tried)


def _host_sees(live_session: models.LiveSession, seats: list[models.Seat], follow_up: list[models.Step]) -> bool:
    host_id = next(seat.user_id for seat in seats if seat.name == "host")
    if not follow_up or host_id is None or live_session.couple_id is None:
        return False
    return host_access.sees_earlier_steps(host_id, live_session.couple_id, follow_up[0].round.live_session_id)
