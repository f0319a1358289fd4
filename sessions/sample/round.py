"""The sample round: whom it is about, what the scripted one marked, and what both marks come to."""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext

from sessions.checkin.patterns import Reaction
from sessions.checkin.reveal import reveal
from sessions.checkin.shown_round import Viewer, reveal_for
from sessions.checkin.state import PARTNERS, OpenedMark, Partner, Reveal
from sessions.history import labels
from sessions.words.library import MOMENT_BY_ID
from sessions.words.marks import REACTIONS

MOMENT: Final = MOMENT_BY_ID[1]
# Whoever tries it plays the first of them. Not "you": the sentences of a reveal are about two people with names.
NAMES: Final[dict[Partner, str]] = {"a": "Ana", "b": "Ben"}
# It is there before anything is marked, and does not follow from what is.
SCRIPTED: Final = OpenedMark("avoidant", 3)


def revealed(reaction: Reaction, intensity: int, now: datetime) -> dict[str, Any]:
    """Return what the page tells once both marks are open, and what its map is drawn from."""
    opened = reveal({"a": OpenedMark(reaction, intensity), "b": SCRIPTED}, now)
    fits = dict.fromkeys(PARTNERS)
    both = Reveal(opened.pattern, opened.version, opened.marks, fits)
    shown = reveal_for(both, Viewer("a", shared=True), "a", gettext)
    loop = shown["loop"]
    return {
        "round": {
            "pattern": shown["pattern"],
            "loop": loop["sentence"].format(**NAMES) if loop else "",
            "protecting": shown["pattern"]["code"] != "mutual_engagement",
            "sides": [_side(seat, shown["marks"][seat], shown["pattern"]["roles"][seat]) for seat in PARTNERS],
        },
        "drawn": {
            "people": [{"seat": seat, "name": name} for seat, name in NAMES.items()],
            "moment": {"id": MOMENT.id, "text": gettext(MOMENT.text), "when": None},
            "marks": shown["marks"],
        },
    }


def _side(seat: Partner, mark: Any, role: str) -> dict[str, Any]:
    name = NAMES[seat]
    return {
        "seat": seat,
        "name": name,
        "reaction": mark["reaction"],
        "strength": labels.strength(mark["intensity"]),
        "role": labels.told_of(name, role + "."),
        "protects": labels.told_of(name, gettext(REACTIONS[mark["reaction"]].protects)),
    }
