"""The check-in's words in the reader's language, as pages and the API hand them out."""

from collections.abc import Mapping
from typing import TypedDict

from django.utils.translation import gettext

from sessions.words import library
from sessions.words.marks import FEELINGS, INTENSITIES, LABELS, MOVES, REACTIONS, MoveWords, ReactionWords
from sessions.words.needs import PATTERN_NEED_STARTERS, STEP_IDEAS

Words = Mapping[str, str]


class MomentShown(TypedDict):
    """A moment of the starter library."""

    id: int
    text: str


class ThemeShown(TypedDict):
    """The starter library's moments of one theme."""

    code: str
    label: str
    moments: list[MomentShown]


class RoomWords(TypedDict):
    """The words that scripts tell a reveal in, by code."""

    reactions: Mapping[str, Words]
    intensities: list[str]
    moves: Mapping[str, Words]
    feelings: Words
    labels: Mapping[str, Words]
    need_starters: Mapping[str, Mapping[str, list[str]]]
    step_ideas: list[str]


class Choices(TypedDict):
    """What can be chosen in a check-in."""

    reactions: list[Words]
    intensities: list[tuple[int, str]]
    moves: list[Words]
    feelings: list[tuple[str, str]]
    themes: list[ThemeShown]
    room_words: RoomWords


def choices() -> Choices:
    """Return what can be chosen in a check-in, in the viewer's language."""
    return {
        "reactions": [translated(reaction) for reaction in REACTIONS.values()],
        "intensities": [(number, gettext(word)) for number, word in enumerate(INTENSITIES, start=1)],
        "moves": [translated(move) for move in MOVES.values()],
        "feelings": [(code, gettext(label)) for code, label in FEELINGS.items()],
        "themes": themes(),
        "room_words": room_words(),
    }


def themes() -> list[ThemeShown]:
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


def room_words() -> RoomWords:
    """Return the words that the reveal is told in, by code."""
    return {
        "reactions": {code: translated(reaction) for code, reaction in REACTIONS.items()},
        "intensities": [gettext(word) for word in INTENSITIES],
        "moves": {code: translated(move) for code, move in MOVES.items()},
        "feelings": by_code(FEELINGS),
        "labels": {vocabulary: by_code(labels) for vocabulary, labels in LABELS.items()},
        "need_starters": {
            pattern: {reaction: [gettext(text) for text in starters] for reaction, starters in sides.items()}
            for pattern, sides in PATTERN_NEED_STARTERS.items()
        },
        "step_ideas": [gettext(text) for text in STEP_IDEAS],
    }


def by_code(words: Words) -> dict[str, str]:
    """Return some words by their codes, translated."""
    return {code: gettext(word) for code, word in words.items()}


def translated(words: ReactionWords | MoveWords) -> Words:
    """Return the fields of some words, translated; ``code`` stays as it is."""
    return {
        name: getattr(words, name) if name == "code" else gettext(getattr(words, name))
        for name in words.__dataclass_fields__
    }
