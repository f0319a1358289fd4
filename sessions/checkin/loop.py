"""The couple's own loop in one sentence: the same for everybody who sees the reveal.

Made of what both shared, or of the two pulls: a sentence that knew of an unshared move would tell it to the other.
"""

import re
from collections.abc import Callable
from datetime import datetime
from zlib import crc32

from typing_extensions import TypedDict

from sessions.checkin.state import OpenedMark, Partner, Reveal, other
from sessions.words.marks import MOVES
from sessions.words.patterns import ALOUD, LOOP, PULLS


class NamedLoop(TypedDict):
    """The loop's sentence, with ``{a}`` and ``{b}`` for the two names, and a line that either may say aloud."""

    sentence: str
    aloud: str


def named_first(ends_at: datetime, number: int) -> Partner:
    """Return whose name stands first in a round: the same for everybody, in turn within a check-in and over the days.

    Of the day, and not of an id: two evenings that differ in nothing that may be seen must not differ in this.
    """
    # A checksum falls even as often as odd, whether somebody checks in daily or weekly.
    day = crc32(str(ends_at.toordinal()).encode())
    return "a" if (day + number) % 2 else "b"


def loop_of(reveal: Reveal, first: Partner, translate: Callable[[str], str]) -> NamedLoop | None:
    """Return the loop of a round; None where one of the two could stay present, for then nothing went round."""
    marks = reveal.marks
    if any(mark.reaction not in PULLS for mark in marks.values()):
        return None
    moves = {seat: _feeding_move(mark) for seat, mark in marks.items()}
    both_shared = all(moves.values())
    told = {seat: moves[seat] if both_shared else PULLS[mark.reaction] for seat, mark in marks.items()}
    put_in = {
        "first": f"{{{first}}}",
        "second": f"{{{other(first)}}}",
        "one": translate(told[first]),
        "two": translate(told[other(first)]),
    }
    # A translation that names a place wrongly must not keep a reveal from being shown.
    sentence = re.sub(r"\{(\w+)\}", lambda place: put_in.get(place[1], place[0]), translate(LOOP))
    return {"sentence": sentence, "aloud": translate(ALOUD)}


def _feeding_move(mark: OpenedMark) -> str:
    """Return the first shared move that can go round, in words; empty without one."""
    shared = mark.shared_details.get("moves", ())
    return next((words for move in shared if (words := MOVES[move].comes_round)), "")
