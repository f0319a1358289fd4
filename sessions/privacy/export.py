"""The loader of a person's export: their marks in full; of the other, what every reveal shows."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, User
from sessions import models
from sessions.checkin.appointment import Reader as AppointmentReader
from sessions.checkin.state import Partner, other
from sessions.history.readable import VisibleRound
from sessions.history.readers import Reader, readers_of
from sessions.history.rounds import all_rounds
from sessions.joining import appointments
from sessions.store.load import NotFound


def check_ins_of(user_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Return the check-ins in which a person sat as a partner, oldest first, without anything sealed."""
    seats = models.Seat.objects.filter(user=user_id, name__in=("a", "b")).select_related("live_session")
    readers = {reader.couple.pk: reader for reader in readers_of(user_id, now)}
    told: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for reader in readers.values():
        for seen in all_rounds(reader):
            told[seen.place.session_id].append(_revealed(seen, reader))
        for row in _never_opened(reader):
            told[row.live_session_id].append(_told_of(row, reader))
    return [
        _check_in(seat, now, sorted(told[seat.live_session_id], key=lambda one: int(one["number"])))
        for seat in seats.order_by("live_session__took_place_at")
        if seat.live_session_id in told or not _past_its_time(seat.live_session, readers)
    ]


def appointments_of(person: User, now: datetime, readers: Collection[AppointmentReader]) -> list[dict[str, Any]]:
    """Return the planned check-ins that are for a person, as which of the three was asked for; oldest first.

    A therapist's are their work and stand apart: of the couple there is no name.
    """
    couples = Membership.objects.filter(user=person).values("couple")
    planned = models.LiveSession.objects.filter(starts_at__isnull=False)
    theirs = planned.filter(Q(couple__in=couples) | Q(seats__user=person)).distinct().order_by("starts_at", "id")
    told = []
    for live_session in theirs:
        try:
            found = appointments.find(person, live_session.id, now)
        except NotFound:
            continue
        if found.reader in readers:
            told.append(_appointment(found, now))
    return told


def _appointment(found: appointments.Found, now: datetime) -> dict[str, Any]:
    return {
        "id": found.live_session.id,
        "title": found.live_session.title,
        "you": found.reader,
        "hosted": found.appointment.hosted,
        "appointment": found.state(now),
        "starts_at": found.appointment.starts_at,
        "moved_from": found.appointment.moved_from,
    }


def favourites_of(user_id: UUID) -> list[int]:
    """Return the moments of the library that a person has given a star, by id."""
    stars = models.FavouriteMoment.objects.filter(user=user_id)
    return list(stars.order_by("moment").values_list("moment", flat=True))


def _past_its_time(live_session: models.LiveSession, readers: dict[UUID, Reader]) -> bool:
    reader = readers.get(live_session.couple_id) if live_session.couple_id else None
    return reader is not None and live_session.took_place_at < reader.kept_since


def _never_opened(reader: Reader) -> list[models.Round]:
    """Return the rounds that were not revealed: of them there is the moment alone."""
    rows = models.Round.objects.filter(live_session__couple=reader.couple, opened_at__gte=reader.kept_since)
    return list(rows.exclude(phase="revealed"))


def _check_in(seat: models.Seat, now: datetime, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    live_session = seat.live_session
    over_at = live_session.ended_at or live_session.ends_at
    return {
        "id": live_session.id,
        "title": live_session.title,
        "started_at": live_session.took_place_at,
        "ended_at": over_at if over_at <= now else None,
        "your_seat": seat.name,
        "rounds": rounds,
    }


def _told_of(row: models.Round, reader: Reader) -> dict[str, Any]:
    text = "" if row.opened_by in reader.wordless else row.text
    return {
        "number": row.number,
        "state": row.phase,
        "opened_at": row.opened_at,
        "moment": {"id": row.moment, "text": text, "when": row.when},
        "theme": row.theme or None,
        "size": row.size,
        "reveal": None,
    }


def _revealed(seen: VisibleRound, reader: Reader) -> dict[str, Any]:
    assert reader.seat is not None, "only partners take anything along"
    return {
        "number": seen.place.number,
        "state": "revealed",
        "opened_at": seen.opened_at,
        "moment": {"id": seen.moment, "text": seen.text, "when": seen.when},
        "theme": seen.theme or None,
        "size": seen.size,
        "reveal": _reveal(seen, reader.seat),
    }


def _reveal(seen: VisibleRound, seat: Partner) -> dict[str, Any]:
    marks, step = seen.reveal["marks"], seen.steps.get(seat)
    theirs = marks[other(seat)]
    return {
        "revealed_at": seen.revealed_at,
        "pattern": seen.reveal["pattern"]["code"],
        "your_mark": dict(marks[seat]),
        "other_mark": {"reaction": theirs["reaction"], "intensity": theirs["intensity"]},
        "you_fit": seen.reveal["fits"][seat],
        "your_need": seen.needs.get(seat),
        "you_heard": seen.heard_words.get(seat),
        "your_step": {"text": step.text, "tried": step.tried or None} if step else None,
        "your_relief": seen.relief,
        "reconnected_at": seen.reconnected_at,
        "reconnected_on": seen.reconnected_on,
        "your_day": seen.own_day,
        "same_loop": seen.same_loop or None,
        "you_said_same": seen.said_same,
        "your_look_back": seen.look_backs.get(seat),
    }
