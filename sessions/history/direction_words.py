"""Directions in the reader's language: each sentence says what was measured, over which check-ins and how many rounds.

docs/history-sentences.md holds why each may be said.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from sessions.history.figures.directions import ENOUGH, Direction, Measure
from sessions.history.figures.trends import Compared, Finding, Trends
from sessions.words.mark_for_translation import gettext_noop

SENTENCES: Final[Mapping[tuple[Measure, Direction], str]] = {
    ("intensity", "falling"): gettext_noop("Lately it has felt less strong than before, for both taken together."),
    ("intensity", "rising"): gettext_noop("Lately it has felt stronger than before, for both taken together."),
    ("reconnecting", "falling"): gettext_noop(
        "With moments that were just happening, it has lately taken less time until both said “back in contact”."
    ),
    ("reconnecting", "rising"): gettext_noop(
        "With moments that were just happening, it has lately taken more time until both said “back in contact”."
    ),
    ("sizes", "rising"): gettext_noop(
        "In moments marked as small, one or both have lately been able to stay present more often."
    ),
    ("sizes", "falling"): gettext_noop("Moments marked as small have lately taken hold of both more often."),
    ("repeats", "falling"): gettext_noop(
        "Asked whether it was the same loop again, both have lately said so less often."
    ),
    ("repeats", "rising"): gettext_noop(
        "Asked whether it was the same loop again, both have lately said so more often."
    ),
}


class SentenceTold(TypedDict):
    """One direction in words, and what it rests on."""

    sentence: str
    basis: str


class MovedTold(TypedDict):
    """What a page says of directions. With none, ``no_change`` or ``too_early`` is said."""

    found: list[SentenceTold]
    harder: bool
    no_change: str
    too_early: str


def moved_context(moved: Trends) -> MovedTold:
    """Return what is said of directions, for templates."""
    found: list[SentenceTold] = [{"sentence": _sentence(one), "basis": _basis(one)} for one in moved.findings]
    return {
        "found": found,
        "harder": bool(moved.escalating),
        "no_change": _no_change(moved.compared) if moved.compared and not found else "",
        "too_early": "" if moved.compared or found else _too_early(moved.check_ins),
    }


def _sentence(found: Finding) -> str:
    return gettext(SENTENCES[found.measure, found.direction])


def _basis(found: Finding) -> str:
    return gettext(
        "Lately: %(newer)s with %(newer_rounds)s, %(newer_first)s to %(newer_last)s. "
        "Before: %(earlier)s with %(earlier_rounds)s, %(earlier_first)s to %(earlier_last)s."
    ) % {**_side("newer", found.newer), **_side("earlier", found.earlier)}


def _no_change(compared: Compared) -> str:
    return gettext(
        "No change that stands out: %(all)s with %(all_rounds)s, %(all_first)s to %(all_last)s. "
        "No change is normal, and so are weeks that go both ways."
    ) % _side("all", compared)


def _too_early(check_ins: int) -> str:
    return ngettext(
        "Too early to say: there is %(number)d check-in so far. From %(enough)d on, this says what has moved.",
        "Too early to say: there are %(number)d check-ins so far. From %(enough)d on, this says what has moved.",
        check_ins,
    ) % {"number": check_ins, "enough": ENOUGH}


def _side(name: str, side: Compared) -> dict[str, str]:
    return {
        name: ngettext("%(number)d check-in", "%(number)d check-ins", side.check_ins) % {"number": side.check_ins},
        f"{name}_rounds": ngettext("%(number)d round", "%(number)d rounds", side.rounds) % {"number": side.rounds},
        f"{name}_first": _day(side.first),
        f"{name}_last": _day(side.last),
    }


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")
