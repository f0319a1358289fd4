"""Labels of the history's pages in the reader's language: codes, durations and whole rounds in words."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypedDict
from uuid import UUID

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from sessions.checkin import details
from sessions.checkin.patterns import Reaction
from sessions.checkin.shown_round import NamedPattern
from sessions.checkin.state import PARTNERS, Partner, When, other
from sessions.history.figures.cycles import PastRound
from sessions.history.own.look_back import Feeling
from sessions.history.readable import VisibleRound
from sessions.history.readers import Reader
from sessions.words.mark_for_translation import gettext_noop
from sessions.words.marks import DETAILS, INTENSITIES, LABELS, MOVES, REACTIONS
from sessions.words.patterns import PATTERNS

# Whoever has left for good has no name here any more; that they left is all that is said.
FORMER_PARTNER: Final = gettext_noop("Former partner")
TRIED: Final[Mapping[str, str]] = {
    "yes": gettext_noop("tried"),
    "partly": gettext_noop("tried in part"),
    "no": gettext_noop("left for later"),
}
RELIEFS: Final = (
    gettext_noop("none yet"),
    gettext_noop("a little"),
    gettext_noop("some"),
    gettext_noop("a lot"),
    gettext_noop("completely"),
)
LOOK_BACKS: Final[Mapping[Feeling, str]] = {
    "relief": gettext_noop("relief"),
    "doubt": gettext_noop("doubt"),
    "both": gettext_noop("relief, and doubt again"),
}
WHENS: Final[Mapping[When, str]] = {
    "now": gettext_noop("as it was happening"),
    "today": gettext_noop("earlier that day"),
    "this_week": gettext_noop("earlier that week"),
    "earlier": gettext_noop("some time before"),
}
# What the story tells already; what else was shared stands beside it.
IN_THE_STORY: Final = frozenset(
    {"reaction", "intensity", "share", "moment_text", "thought", "underneath", "surface", "moves"}
)


def names(reader: Reader) -> dict[Partner, str]:
    """Return the two names by seat; "Former partner" for somebody who has deleted themselves."""
    return {seat: reader.names.get(seat) or gettext(FORMER_PARTNER) for seat in PARTNERS}


class PersonTold(TypedDict):
    """One of the two, as a page tells of them."""

    seat: Partner
    name: str
    own: bool


def people(reader: Reader) -> list[PersonTold]:
    """Return the two partners for templates, seat ``a`` first."""
    return [{"seat": seat, "name": name, "own": seat == reader.seat} for seat, name in names(reader).items()]


def strength(intensity: int) -> str:
    """Return the word for how strong it felt."""
    return gettext(INTENSITIES[intensity - 1])


def pull(reaction: str) -> str:
    """Return the plain name of a reaction."""
    return gettext(REACTIONS[reaction].title)


def pattern_name(code: str) -> str:
    """Return the plain name of a pattern."""
    return gettext(PATTERNS[code].name)


def relief_word(relief: float) -> str:
    """Return the word for a relief from 0 to 4."""
    return gettext(RELIEFS[int(relief)])


def joined_words(words: Iterable[str]) -> str:
    """Join words into a list as a sentence has it: "a, b and c"."""
    return get_text_list(list(words), gettext("and"))


def duration_words(time: timedelta | None) -> str:
    """Return a duration in one rounded unit, such as "3 hours"; empty for None."""
    if time is None:
        return ""
    minutes = round(time.total_seconds() / 60)
    if minutes < 90 and minutes != 60:
        return _counted(ngettext("%(number)s minute", "%(number)s minutes", max(1, minutes)), max(1, minutes))
    hours = round(time.total_seconds() / 3600)
    if hours < 36:
        return _counted(ngettext("%(number)s hour", "%(number)s hours", hours), hours)
    days = round(time.total_seconds() / 86400)
    return _counted(ngettext("%(number)s day", "%(number)s days", days), days)


def _counted(sentence: str, number: int) -> str:
    return sentence % {"number": number}


def feeling_word(feeling: Feeling) -> str:
    """Return the word for what was there a day later."""
    return gettext(LOOK_BACKS[feeling])


def when_words(when: When | None) -> str:
    """Return when a moment happened, seen from its check-in; empty where nobody said it."""
    return gettext(WHENS[when]) if when else ""


def reconnection_words(seen: VisibleRound) -> str:
    """Return that both were back in contact, and after how long where the moment was happening then; else empty."""
    if seen.reconnected_at is None:
        return ""
    if seen.reconnected_on:
        return gettext("Back in contact on %(day)s") % {"day": date_format(seen.reconnected_on)}
    if seen.when == "now":
        return gettext("Back in contact after %(spell)s") % {
            "spell": duration_words(seen.reconnected_at - seen.opened_at)
        }
    return gettext("Back in contact")


def back_words(one: PastRound) -> str:
    """Return for a table after how long both were back in contact, or only that they were; empty if unknown."""
    if one.time_to_reconnect:
        return duration_words(one.time_to_reconnect)
    return gettext("both said so") if one.reconnected_at else ""


class Entry(TypedDict):
    """An optional field of a mark, with what it is called."""

    label: str
    value: str
    written: bool


class SideTold(PersonTold):
    """What a round's page tells of one of the two. What was not filled in, or not for this reader, is empty."""

    reaction: Reaction
    pull: str
    intensity: int
    strength: str
    role: str
    protects: str
    thought: str
    underneath: str
    surface: str
    moves: str
    shared: list[Entry]
    private: list[Entry]
    fits: bool | None
    need: str
    heard: bool
    # What the other one heard of this need, in their own words.
    heard_words: str
    heard_by: str
    step: str
    tried: str


class LookBackTold(PersonTold):
    """How it was for one of the two a day later."""

    feeling: str
    line: str
    shared: bool


class RoundTold(TypedDict):
    """What the page of a round tells."""

    id: UUID
    session: UUID
    opened_at: datetime
    moment: str
    when: str
    same_loop: bool
    pattern: NamedPattern
    loop: str
    aloud: str
    protecting: bool
    numbered: bool
    read_each_other: bool | None
    sides: list[SideTold]
    any_need: bool
    any_step: bool
    back: str
    relief: str
    own_words: bool
    look_backs: list[LookBackTold]


def told_of(name: str, words: str) -> str:
    """Return what is said of somebody as a whole sentence."""
    return gettext("%(name)s %(words)s") % {"name": name, "words": words}


def round_context(seen: VisibleRound, reader: Reader) -> RoundTold:
    """Return the template context of one round for its reader."""
    called = names(reader)
    loop = seen.reveal["loop"]
    sides = [_side(seen, seat, called, own=reader.seat == seat) for seat in PARTNERS]
    return {
        "id": seen.id,
        "session": seen.place.session_id,
        "opened_at": seen.opened_at,
        "moment": seen.text,
        "when": when_words(seen.when),
        "same_loop": seen.same_loop,
        "pattern": seen.reveal["pattern"],
        "loop": loop["sentence"].format(**called) if loop else "",
        "aloud": loop["aloud"] if loop else "",
        # Two who could stay present were protecting nothing.
        "protecting": seen.reveal["pattern"]["code"] != "mutual_engagement",
        "read_each_other": seen.reveal["read_each_other"],
        # As on the map: only where both sides have an order to tell.
        "numbered": all(side["thought"] or side["underneath"] or side["surface"] or side["moves"] for side in sides),
        "sides": sides,
        "any_need": bool(seen.needs or seen.heard_words),
        "any_step": bool(seen.steps),
        "back": reconnection_words(seen),
        "relief": "" if seen.relief is None else relief_word(seen.relief),
        "own_words": seen.own_words,
        "look_backs": [
            {**one, "feeling": feeling_word(said["feeling"]), "line": said["line"], "shared": said["shared"]}
            for one in people(reader)
            if (said := seen.look_backs.get(one["seat"]))
        ],
    }


def _side(seen: VisibleRound, seat: Partner, called: Mapping[Partner, str], *, own: bool) -> SideTold:
    mark = seen.reveal["marks"][seat]
    shown = set(mark.get("share", mark)) if own else set(mark)
    held: Mapping[str, object] = mark
    fields = {name: _in_words(name, held[name]) for name in DETAILS if held.get(name)}
    step = seen.steps.get(seat)
    fits = seen.reveal["fits"][seat]
    return {
        "seat": seat,
        "name": called[seat],
        "own": own,
        "reaction": mark["reaction"],
        "pull": pull(mark["reaction"]),
        "intensity": mark["intensity"],
        "strength": strength(mark["intensity"]),
        "role": told_of(called[seat], seen.reveal["pattern"]["roles"][seat] + "."),
        "protects": told_of(called[seat], gettext(REACTIONS[mark["reaction"]].protects)),
        "thought": fields.get("thought", "") if "thought" in shown else "",
        "underneath": fields.get("underneath", "") if "underneath" in shown else "",
        "surface": fields.get("surface", "") if "surface" in shown else "",
        "moves": joined_words(gettext(MOVES[move].told) for move in mark.get("moves", ())) if "moves" in shown else "",
        "shared": _entries(fields, shown - IN_THE_STORY),
        "private": _entries(fields, set(fields) - shown),
        "fits": fits,
        "need": seen.needs.get(seat, ""),
        "heard": other(seat) in seen.heard,
        "heard_words": seen.heard_words.get(other(seat), ""),
        "heard_by": called[other(seat)],
        "step": step.text if step else "",
        "tried": gettext(TRIED[step.tried]) if step and step.tried else "",
    }


def _entries(values: Mapping[str, str], wanted: set[str]) -> list[Entry]:
    return [
        {"label": gettext(label), "value": values[name], "written": name in details.WRITTEN}
        for name, label in DETAILS.items()
        if name in values and name in wanted
    ]


def _in_words(name: str, value: object) -> str:
    kind = details.KINDS[name]
    if isinstance(kind, details.Text):
        return str(value)
    codes: list[str] = value if isinstance(value, list) else [str(value)]
    return joined_words(gettext(LABELS[kind.labels][code]) for code in codes)
