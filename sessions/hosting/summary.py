"""The summary of a check-in: its revealed rounds, as the shared screen showed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext

from sessions.checkin.shown_moment import ChosenMoment
from sessions.checkin.shown_round import BothMarks, NamedPattern
from sessions.checkin.state import PARTNERS, Partner, other
from sessions.history.readable import VisibleRound, rounds_in
from sessions.history.readers import Reader, reader_in
from sessions.store import host_access, load
from sessions.words.translated import RoomWords, room_words


@dataclass(frozen=True, slots=True)
class Summary:
    """The content of the summary page."""

    began: datetime
    names: Mapping[Partner, str]
    host: str
    for_host: bool
    parted: bool
    past_its_time: bool
    rounds: list["RoundTold"]


class SideTold(TypedDict):
    """What the page says of one of the two, of what they shared."""

    seat: Partner
    pull: str
    strength: str
    thought: str
    underneath: list[str]
    surface: list[str]
    moves: list[str]
    words: str
    need: str
    heard_words: str
    step: str


class PersonDrawn(TypedDict):
    """Whose half of a map it is."""

    seat: Partner
    name: str


class RoundDrawn(TypedDict):
    """What the page's script draws the map of a round from: what both were shown."""

    people: list[PersonDrawn]
    moment: ChosenMoment
    marks: BothMarks


class RoundTold(TypedDict):
    """What the page says of one round."""

    number: int
    moment: str
    pattern: NamedPattern
    reconnected: bool
    sides: list[SideTold]
    map_id: str
    drawn: RoundDrawn


def summary_of(place: load.Place) -> Summary:
    """Return the summary of a place's check-in without anybody's unshared details: the same for everybody together."""
    reader = reader_in(place, timezone.now())
    rounds = rounds_in(reader, place.live_session.id) if reader else []
    names = {seat: _name(place, reader, seat) for seat in PARTNERS}
    host_may_open = host_access.all_agree_still(place.live_session)
    return Summary(
        began=place.live_session.took_place_at,
        names=names,
        host=_name_of_host(place) if host_may_open else "",
        for_host=place.seat is not None and place.seat.name == "host",
        parted=bool(reader and reader.wordless),
        past_its_time=not rounds and bool(reader and place.live_session.took_place_at < reader.kept_since),
        rounds=[_in_words(one, names) for one in rounds],
    )


def host_may_open_it(place: load.Place) -> bool:
    """Tell whether whoever hosted may open the summary: also after leaving, while everybody still agrees."""
    is_host = place.seat is not None and place.seat.name == "host"
    return is_host and host_access.all_agree_still(place.live_session)


def _name(place: load.Place, reader: Reader | None, seat: Partner) -> str:
    somebody = place.state.person(seat)
    # A name is the person's, and they may have changed it since; where no couple was made the seat alone has one.
    name = reader.names.get(seat, "") if reader else somebody.name if somebody else ""
    return name or gettext("One of the two")


def _name_of_host(place: load.Place) -> str:
    """Return what the host is called now: an old name may still be written on a seat of an older version."""
    seat = place.live_session.seats.select_related("user").get(name="host")
    return seat.user.first_name if seat.user else ""


def _in_words(seen: VisibleRound, names: Mapping[Partner, str]) -> RoundTold:
    return {
        "number": seen.place.number,
        "moment": seen.text,
        "pattern": seen.reveal["pattern"],
        "reconnected": seen.reconnected_at is not None,
        "map_id": f"map-{seen.place.number}",
        "drawn": {
            "people": [{"seat": seat, "name": names[seat]} for seat in PARTNERS],
            "moment": {"id": seen.moment, "text": seen.text, "when": seen.when},
            "marks": seen.reveal["marks"],
        },
        "sides": [_side(seat, seen, room_words()) for seat in PARTNERS],
    }


def _side(seat: Partner, seen: VisibleRound, words: RoomWords) -> SideTold:
    mark, step = seen.reveal["marks"][seat], seen.steps.get(seat)
    return {
        "seat": seat,
        "pull": words["reactions"][mark["reaction"]]["title"],
        "strength": words["intensities"][mark["intensity"] - 1],
        "thought": mark.get("thought", ""),
        "underneath": [words["feelings"][code] for code in mark.get("underneath", ())],
        "surface": [words["labels"]["surface_feelings"][code] for code in mark.get("surface", ())],
        "moves": [words["moves"][code]["told"] for code in mark.get("moves", ())],
        "words": mark.get("words", ""),
        "need": seen.needs.get(seat, ""),
        "heard_words": seen.heard_words.get(other(seat), ""),
        "step": step.text if step else "",
    }
