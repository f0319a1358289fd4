"""What one viewer may see of a live session now: a pure function, and the only thing that leaves for a live viewer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sessions.checkin.rules import allowed
from sessions.checkin.state import (
    PARTNERS,
    Exchange,
    OpenedMark,
    Partner,
    Reveal,
    RoundState,
    SeatName,
    SessionState,
    Step,
    other,
)
from sessions.words.patterns import PATTERNS

Snapshot = dict[str, Any]
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes: a seat, or the screen that the whole room looks at (``shared``), which shows nobody's own things."""

    seat: SeatName
    shared: bool = False

    @property
    def partner(self) -> Partner | None:
        """Return the partner who looks alone, so that own things may be shown."""
        return self.seat if self.seat != "host" and not self.shared else None


def snapshot_for(state: SessionState, viewer: Viewer, now: datetime, translate: Translate = str) -> Snapshot:
    """Return the session as this viewer may see it at ``now`` (the ``session`` of docs/protocol.md)."""
    you = state.person(viewer.seat)
    # To a host who may no longer look it is over, and that is all there is to tell.
    gone = you is not None and not you.may_listen
    ended = gone or state.ended(now)
    pause = None if ended else state.pause_at(now)
    turn = None if ended else state.turn_at(now)
    return {
        "id": str(state.id),
        "state": _state_word(state, ended, pause is not None),
        "hosted": state.hosted and not gone,
        "title": state.title,
        "you": {"seat": viewer.seat, "name": you.name if you else ""},
        "people": [
            {"seat": person.seat, "name": person.name, "here": person.here(now) and not ended}
            for person in state.people
            if person.may_listen and not gone
        ],
        "pause": pause and {"until": _iso(pause.until), "you_asked_to_resume": viewer.partner in pause.asked_to_resume},
        "turn": turn and {"speaker": turn.speaker, "until": _iso(turn.until)},
        "follow_up": [] if ended else _follow_up(state, viewer),
        "round": None if ended or state.round is None else round_for(state.round, viewer, now, translate),
        "can": [] if ended else list(allowed(state, viewer.seat, now)),
    }


def _state_word(state: SessionState, ended: bool, paused: bool) -> str:
    if ended:
        return "ended"
    if state.waiting():
        return "waiting"
    return "paused" if paused else "live"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _follow_up(state: SessionState, viewer: Viewer) -> list[dict[str, Any]]:
    # A host looks at the shared screen too, whoever opened it.
    for_a_host = viewer.seat == "host" or (viewer.shared and state.hosted)
    if for_a_host and not state.host_sees_follow_up:
        return []
    return [{**_step(step), "seat": step.seat, "tried": step.tried} for step in state.follow_up]


def _step(step: Step) -> dict[str, Any]:
    return {"id": str(step.id), "text": step.text}


def round_for(latest: RoundState, viewer: Viewer, now: datetime, translate: Translate = str) -> dict[str, Any]:
    """Return one round as this viewer may see it."""
    text = translate(latest.text) if latest.moment_id else latest.text
    return {
        "number": latest.number,
        "state": latest.phase,
        "moment": {"id": latest.moment_id, "text": text},
        "sealed": _sealed(latest, viewer),
        "reveal": latest.reveal and reveal_for(latest.reveal, viewer, translate),
        "exchange": latest.exchange and _exchange(latest.exchange, viewer, now),
    }


def _sealed(latest: RoundState, viewer: Viewer) -> bool | dict[str, bool] | None:
    if viewer.shared:
        return None
    if viewer.seat == "host":
        return {seat: seat in latest.sealed for seat in PARTNERS}
    return viewer.seat in latest.sealed


def reveal_for(reveal: Reveal, viewer: Viewer, translate: Translate = str) -> dict[str, Any]:
    """Return a reveal as this viewer may see it, now and in the history."""
    words = PATTERNS[reveal.pattern]
    return {
        "pattern": {
            "code": reveal.pattern,
            "version": reveal.version,
            "name": translate(words.name),
            "also": [translate(name) for name in words.also],
            "summary": translate(words.summary),
            "roles": {seat: translate(words.roles[reveal.marks[seat].reaction]) for seat in PARTNERS},
        },
        "marks": {seat: _mark(reveal.marks[seat], own=viewer.partner == seat) for seat in PARTNERS},
        "fits": _fits(reveal.fits, viewer),
        "read_each_other": _read_each_other(reveal.marks),
    }


def _mark(mark: OpenedMark, *, own: bool) -> dict[str, Any]:
    core: dict[str, Any] = {"reaction": mark.reaction, "intensity": mark.intensity}
    if own:
        return {**core, **mark.details, "share": list(mark.share)}
    return {**core, **mark.shared_details}


def _fits(fits: Mapping[Partner, bool | None], viewer: Viewer) -> dict[str, bool | None]:
    # An answer shown before the other has given theirs would lean on them.
    both_answered = all(fits[seat] is not None for seat in PARTNERS)
    return {seat: fits[seat] if both_answered or viewer.partner == seat else None for seat in PARTNERS}


def _read_each_other(marks: Mapping[Partner, OpenedMark]) -> bool | None:
    right = all(marks[seat].shared_details.get("guess") == marks[other(seat)].reaction for seat in PARTNERS)
    return True if right else None


def _exchange(exchange: Exchange, viewer: Viewer, now: datetime) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "quiet_until": _iso(exchange.quiet_until) if exchange.quiet(now) else None,
        "needs": exchange.needs and {seat: exchange.needs[seat] for seat in PARTNERS},
        "meant": {seat: seat in exchange.meant for seat in PARTNERS},
        "heard": {seat: seat in exchange.heard for seat in PARTNERS},
        "steps": {seat: _step(exchange.steps[seat]) if seat in exchange.steps else None for seat in PARTNERS},
        "reconnected": exchange.reconnected == set(PARTNERS),
    }
    if viewer.partner:
        shown["you_skipped"] = viewer.partner in exchange.skipped_quiet
        shown["you_said"] = viewer.partner in exchange.said
        shown["you_reconnected"] = viewer.partner in exchange.reconnected
    return shown
