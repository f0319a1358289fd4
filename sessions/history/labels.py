"""What the pages of the history say, in the reader's language: labels for codes, and spells of time in words."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from sessions.checkin.state import PARTNERS, Partner, other
from sessions.history.readers import Reader
from sessions.history.rounds import Seen
from sessions.words import wording
from sessions.words.wording import gettext_noop

# Whoever has left for good has no name here any more; that they left is all that is said.
NO_NAME: Final = gettext_noop("Former partner")
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
    gettext_noop("full"),
)
# What the story tells already; what else was shared stands beside it.
IN_THE_STORY: Final = frozenset({"reaction", "intensity", "share", "thought", "underneath", "moves"})
FIELD_LABELS: Final[Mapping[str, str]] = {
    "thought": gettext_noop("Thought"),
    "second_look": gettext_noop("What else it could mean"),
    "words": gettext_noop("In own words"),
    "underneath": gettext_noop("Felt underneath"),
    "moves": gettext_noop("Did"),
    "impulse": gettext_noop("Wanted to"),
    "chosen": gettext_noop("Chose to"),
    "guess": gettext_noop("A guess about the other"),
}
WRITTEN: Final = frozenset({"thought", "second_look", "words"})


def names(reader: Reader) -> dict[Partner, str]:
    """Return what each of the two is called here."""
    return {seat: reader.names.get(seat) or gettext(NO_NAME) for seat in PARTNERS}


def people(reader: Reader) -> list[dict[str, Any]]:
    """Return the two, seat a first on every screen."""
    return [{"seat": seat, "name": name, "own": seat == reader.seat} for seat, name in names(reader).items()]


def strength(intensity: int) -> str:
    """Return the word for how strong it felt."""
    return gettext(wording.INTENSITIES[intensity - 1])


def pull(reaction: str) -> str:
    """Return the plain name of a reaction."""
    return gettext(wording.REACTIONS[reaction].title)


def pattern_name(code: str) -> str:
    """Return the plain name of a pattern."""
    return gettext(wording.PATTERNS[code].name)


def relief_word(relief: float) -> str:
    """Return the word for how much relief there was."""
    return gettext(RELIEFS[int(relief)])


def listed(words: Iterable[str]) -> str:
    """Join words as a sentence does."""
    return get_text_list(list(words), gettext("and"))


def spell(time: timedelta | None) -> str:
    """Return a spell of time in one unit, as people say it; empty for none."""
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


def back_after(seen: Seen) -> str:
    """Return how long it took until both said that they were back in contact; empty where they have not."""
    return spell(seen.reconnected_at - seen.opened_at) if seen.reconnected_at else ""


def told(seen: Seen, reader: Reader) -> dict[str, Any]:
    """Return one round for a template."""
    called = names(reader)
    return {
        "id": seen.id,
        "session": seen.place.session_id,
        "opened_at": seen.opened_at,
        "moment": seen.text,
        "pattern": seen.reveal["pattern"],
        "read_each_other": seen.reveal["read_each_other"],
        "sides": [_side(seen, seat, called[seat], own=reader.seat == seat) for seat in PARTNERS],
        "any_need": bool(seen.needs),
        "any_step": bool(seen.steps),
        "back_after": back_after(seen),
        "relief": "" if seen.relief is None else relief_word(seen.relief),
        "own_words": seen.own_words,
    }


def _side(seen: Seen, seat: Partner, name: str, *, own: bool) -> dict[str, Any]:
    mark = seen.reveal["marks"][seat]
    shown = set(mark.get("share", mark)) if own else set(mark)
    fields = {field: _label(field, mark[field]) for field in FIELD_LABELS if mark.get(field)}
    step = seen.steps.get(seat)
    fits = seen.reveal["fits"][seat]
    return {
        "seat": seat,
        "name": name,
        "own": own,
        "reaction": mark["reaction"],
        "pull": pull(mark["reaction"]),
        "intensity": mark["intensity"],
        "strength": strength(mark["intensity"]),
        "role": seen.reveal["pattern"]["roles"][seat],
        "protects": gettext(wording.REACTIONS[mark["reaction"]].protects),
        "thought": fields.get("thought", "") if "thought" in shown else "",
        "underneath": fields.get("underneath", "") if "underneath" in shown else "",
        "moves": listed(gettext(wording.MOVES[move].told) for move in mark.get("moves", ()))
        if "moves" in shown
        else "",
        "shared": _entries(fields, shown - IN_THE_STORY),
        "private": _entries(fields, set(fields) - shown),
        "fits": fits,
        "need": seen.needs.get(seat, ""),
        "heard": other(seat) in seen.heard,
        "step": step.text if step else "",
        "tried": gettext(TRIED[step.tried]) if step and step.tried else "",
    }


def _entries(fields: Mapping[str, str], wanted: set[str]) -> list[dict[str, Any]]:
    return [
        {"label": gettext(label), "value": fields[field], "written": field in WRITTEN}
        for field, label in FIELD_LABELS.items()
        if field in fields and field in wanted
    ]


def _label(field: str, value: Any) -> str:
    match field:
        case "moves":
            return listed(gettext(wording.MOVES[move].choose) for move in value)
        case "underneath":
            return listed(gettext(wording.FEELINGS[feeling]) for feeling in value)
        case "impulse" | "chosen":
            return gettext(wording.MOVES[value].choose)
        case "guess":
            return pull(value)
    return str(value)
