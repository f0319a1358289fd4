"""The summary of a check-in: its revealed rounds, as the shared screen showed them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext

from sessions.checkin.shown_round import LatestRound, NamedPattern, RevealedMark, RoundExchange, Viewer, round_for
from sessions.checkin.state import PARTNERS, Partner, other
from sessions.store import load
from sessions.words.translated import RoomWords, room_words


@dataclass(frozen=True, slots=True)
class Summary:
    """The content of the summary page."""

    began: datetime
    names: dict[str, str]
    host: str
    for_host: bool
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


class RoundTold(TypedDict):
    """What the page says of one round."""

    number: int
    moment: str
    pattern: NamedPattern
    reconnected: bool
    sides: list[SideTold]


def summary_of(place: load.Place) -> Summary:
    """Return the summary of a place's check-in: the same for everybody, without anybody's unshared details."""
    viewer = Viewer(place.state.people[0].seat, shared=True)
    now = timezone.now()
    rounds = [
        round_for(one, place.live_session.expires_at, viewer, now, gettext)
        for one in load.revealed_rounds(place.live_session)
    ]
    host = place.state.person("host")
    return Summary(
        began=place.live_session.took_place_at,
        names={seat: _name(place, seat) for seat in PARTNERS},
        host=host.name if host and host.may_listen else "",
        for_host=place.seat is not None and place.seat.name == "host",
        rounds=[_in_words(one) for one in rounds],
    )


def _name(place: load.Place, seat: Partner) -> str:
    somebody = place.state.person(seat)
    return (somebody and somebody.name) or gettext("One of the two")


def _in_words(shown: LatestRound) -> RoundTold:
    words, reveal, exchange = room_words(), shown["reveal"], shown["exchange"]
    assert reveal and exchange, "of what was not revealed nothing is told"
    return {
        "number": shown["number"],
        "moment": shown["moment"]["text"],
        "pattern": reveal["pattern"],
        "reconnected": exchange["reconnected"],
        "sides": [_side(seat, reveal["marks"][seat], exchange, words) for seat in PARTNERS],
    }


def _side(seat: Partner, mark: RevealedMark, exchange: RoundExchange, words: RoomWords) -> SideTold:
    step = exchange["steps"][seat]
    return {
        "seat": seat,
        "pull": words["reactions"][mark["reaction"]]["title"],
        "strength": words["intensities"][mark["intensity"] - 1],
        "thought": mark.get("thought", ""),
        "underneath": [words["feelings"][code] for code in mark.get("underneath", ())],
        "surface": [words["labels"]["surface_feelings"][code] for code in mark.get("surface", ())],
        "moves": [words["moves"][code]["told"] for code in mark.get("moves", ())],
        "words": mark.get("words", ""),
        "need": exchange["needs"][seat] if exchange["needs"] else "",
        "heard_words": exchange["heard_words"][other(seat)] or "",
        "step": step["text"] if step else "",
    }
