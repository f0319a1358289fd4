"""The loader of a person's export: their marks in full; of the other, what every reveal shows.

Check-ins are read in chunks through the one loader of what was revealed, so that many take few queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

from accounts.care import scopes
from accounts.models import User
from sessions import models
from sessions.checkin import apart
from sessions.checkin.appointment import Reader as AppointmentReader
from sessions.checkin.state import Partner, other
from sessions.history.readable import VisibleRound, rounds_in_each
from sessions.history.readers import Reader, readers_of
from sessions.joining import appointments

# How many check-ins are read at once, and so what is in memory of them.
CHUNK: Final = 250


def check_ins_of(user_id: UUID, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the check-ins in which a person sat as a partner, oldest first, without anything sealed."""
    sat_in = models.Seat.objects.filter(user=user_id, name__in=("a", "b"))
    in_order = list(sat_in.order_by("live_session__took_place_at", "live_session").values_list("pk", flat=True))
    readers = {reader.couple.pk: reader for reader in readers_of(user_id, now)}
    for start in range(0, len(in_order), CHUNK):
        chosen = in_order[start : start + CHUNK]
        found = sat_in.select_related("live_session").in_bulk(chosen)
        yield from _chunk([found[key] for key in chosen if key in found], readers, now)


def _chunk(seats: list[models.Seat], readers: dict[UUID, Reader], now: datetime) -> Iterator[dict[str, Any]]:
    by_couple: defaultdict[UUID | None, list[UUID]] = defaultdict(list)
    for seat in seats:
        by_couple[seat.live_session.couple_id].append(seat.live_session_id)
    told: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for couple_id, session_ids in by_couple.items():
        if reader := readers.get(couple_id) if couple_id else None:
            for seen in rounds_in_each(reader, session_ids):
                told[seen.place.session_id].append(_revealed(seen, reader))
            for row in _never_opened(reader, session_ids):
                told[row.live_session_id].append(_told_of(row, reader))
    for seat in seats:
        if seat.live_session_id in told or not _past_its_time(seat.live_session, readers):
            yield _check_in(seat, now, sorted(told[seat.live_session_id], key=lambda one: int(one["number"])))


def appointments_of(person: User, now: datetime, readers: Collection[AppointmentReader]) -> list[dict[str, Any]]:
    """Return the planned check-ins that are for a person, as which of the three was asked for; oldest first.

    A therapist's are their work and stand apart: of the couple there is no name.
    """
    return [_appointment(found, now) for found in appointments.all_of(person, now) if found.reader in readers]


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


def suggested_openings_of(therapist: User, now: datetime) -> list[dict[str, Any]]:
    """Return the openings that a therapist has suggested, oldest first, as far as they are still told of them."""
    has_host_scope = cache(partial(scopes.has_scope, scope="host"))
    rows = models.LiveSession.objects.filter(set_by=therapist).order_by("created_at")
    return [
        {"opens_at": row.starts_at, "state": apart.told_to_host(row.apart, row.starts_at, row.ended_at, now)}
        for row in rows
        if row.starts_at and row.couple_id and has_host_scope(therapist.pk, row.couple_id)
    ]


def favourites_of(user_id: UUID) -> list[int]:
    """Return the moments of the library that a person has given a star, by id."""
    stars = models.FavouriteMoment.objects.filter(user=user_id)
    return list(stars.order_by("moment").values_list("moment", flat=True))


def _past_its_time(live_session: models.LiveSession, readers: dict[UUID, Reader]) -> bool:
    reader = readers.get(live_session.couple_id) if live_session.couple_id else None
    return reader is not None and live_session.took_place_at < reader.kept_since


def _never_opened(reader: Reader, session_ids: Collection[UUID]) -> list[models.Round]:
    """Return the rounds that were not revealed: of them there is the moment alone."""
    rows = models.Round.objects.filter(live_session__couple=reader.couple, opened_at__gte=reader.kept_since)
    return list(rows.filter(live_session__in=session_ids).exclude(phase="revealed"))


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
