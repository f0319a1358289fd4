"""The check-in's words in the reader's language, as pages and the API hand them out."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from sessions.words import library
from sessions.words.marks import FEELINGS, INTENSITIES, MOVES, REACTIONS, MoveWords, ReactionWords
from sessions.words.needs import PATTERN_NEED_STARTERS, STEP_IDEAS


def choices() -> dict[str, Any]:
    """Return what can be chosen in a check-in, in the viewer's language."""
    return {
        "reactions": [translated(reaction) for reaction in REACTIONS.values()],
        "intensities": [(number, gettext(word)) for number, word in enumerate(INTENSITIES, start=1)],
        "moves": [translated(move) for move in MOVES.values()],
        "feelings": [(code, gettext(label)) for code, label in FEELINGS.items()],
        "themes": themes(),
        "room_words": room_words(),
    }


def themes() -> list[dict[str, Any]]:
    """Return the starter library by theme."""
    return [
        {
            "code": theme.code,
            "label": gettext(theme.label),
            "moments": [
                {"id": moment.id, "text": gettext(moment.text)}
                for moment in library.MOMENTS
                if moment.theme == theme.code
            ],
        }
        for theme in library.THEMES
    ]


def room_words() -> dict[str, Any]:
    """Return the words that the reveal is told in, by code."""
    return {
        "reactions": {code: translated(reaction) for code, reaction in REACTIONS.items()},
        "intensities": [gettext(word) for word in INTENSITIES],
        "moves": {code: translated(move) for code, move in MOVES.items()},
        "feelings": {code: gettext(label) for code, label in FEELINGS.items()},
        "need_starters": {
            pattern: {reaction: [gettext(text) for text in starters] for reaction, starters in sides.items()}
            for pattern, sides in PATTERN_NEED_STARTERS.items()
        },
        "step_ideas": [gettext(text) for text in STEP_IDEAS],
    }


def translated(words: ReactionWords | MoveWords) -> Mapping[str, str]:
    """Return the fields of some words, translated; ``code`` stays as it is."""
    return {
        name: getattr(words, name) if name == "code" else gettext(getattr(words, name))
        for name in words.__dataclass_fields__
    }
