"""The loader of a person's export: their marks in full; of the other, what every reveal shows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sessions import models
from sessions.history.look_back import look_back_of
from sessions.history.readers import hidden_words
from sessions.store.load import opened_mark


def check_ins_of(user_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Return the check-ins in which a person sat as a partner, oldest first, without anything sealed."""
    seats = models.Seat.objects.filter(user_id=user_id, name__in=("a", "b")).select_related("live_session")
    gone = hidden_words(user_id)
    return [_check_in(seat, now, gone) for seat in seats.order_by("live_session__took_place_at")]


def _check_in(seat: models.Seat, now: datetime, gone: set[tuple[UUID, str]]) -> dict[str, Any]:
    live_session = seat.live_session
    over_at = live_session.ended_at or live_session.expires_at
    rounds = live_session.rounds.order_by("number").prefetch_related("marks", "parts", "steps")
    return {
        "id": live_session.id,
        "title": live_session.title,
        "started_at": live_session.took_place_at,
        "ended_at": over_at if over_at <= now else None,
        "your_seat": seat.name,
        "rounds": [_round(one, seat.name, (live_session.couple_id, one.opened_by) in gone) for one in rounds],
    }


def _round(one: models.Round, seat: str, wordless: bool) -> dict[str, Any]:
    told = {
        "number": one.number,
        "state": one.phase,
        "opened_at": one.opened_at,
        "moment": {"id": one.moment, "text": "" if wordless else one.text, "when": one.when},
        "theme": one.theme or None,
        "size": one.size,
    }
    return {**told, "reveal": _reveal(one, seat) if one.phase == "revealed" else None}


def _reveal(one: models.Round, seat: str) -> dict[str, Any]:
    marks = {mark.seat: opened_mark(mark) for mark in one.marks.all()}
    mine = marks[seat]
    theirs = next(mark for name, mark in marks.items() if name != seat)
    part = next((part for part in one.parts.all() if part.seat == seat), None)
    step = next((step for step in one.steps.all() if step.seat == seat), None)
    return {
        "revealed_at": one.revealed_at,
        "pattern": one.pattern,
        "your_mark": {
            "reaction": mine.reaction,
            "intensity": mine.intensity,
            **mine.details,
            "share": list(mine.share),
        },
        "other_mark": {"reaction": theirs.reaction, "intensity": theirs.intensity},
        "you_fit": part.fits if part else None,
        "your_need": part.need if part else None,
        "you_heard": part.heard_words if part else None,
        "your_step": {"text": step.text, "tried": step.tried or None} if step else None,
        "your_relief": part.relief if part else None,
        "reconnected_at": one.reconnected_at,
        "reconnected_on": one.reconnected_on,
        "your_day": part.reconnected_on if part else None,
        "same_loop": one.same_loop or None,
        "you_said_same": part.same_loop if part else None,
        "your_look_back": look_back_of(part.look_back) if part else None,
    }
