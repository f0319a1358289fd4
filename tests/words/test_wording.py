"""The sentences: every code has its words, both sides weigh the same, and none lays blame."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import combinations_with_replacement
from pathlib import Path
from typing import get_args

import pytest

from sessions.checkin import details
from sessions.checkin.patterns import PATTERN_CODES, Signal, classify
from sessions.checkin.patterns import REACTIONS as REACTION_CODES
from sessions.words import library, marks, needs, patterns, refusals
from sessions.words.marks import DETAILS, EARLIER_MOMENT, FEELINGS, INTENSITIES, LABELS, MOMENT_OF, MOVES, REACTIONS
from sessions.words.needs import PATTERN_NEED_STARTERS, STEP_IDEAS
from sessions.words.patterns import ALOUD, LOOP, LOOP_HAS_NO_BEGINNING, PATTERNS, PULLS
from sessions.words.refusals import SENTENCES
from tests.support.blame_words import blame_in

MOVE_CODES = [
    "ask-again",
    "seek-reassurance",
    "reach-out-more",
    "protest",
    "defend",
    "go-quiet",
    "take-space",
    "reply-less",
    "change-subject",
    "stay-and-share",
    "listen",
]
FEELING_CODES = [
    "fear-of-losing-connection",
    "fear-of-being-too-much",
    "overwhelm",
    "fear-of-failing-the-other",
    "loneliness",
    "hurt",
    "shame",
    "relief",
]
each_pattern = pytest.mark.parametrize("code", PATTERNS)


def reactions_in(pattern: str) -> set[str]:
    """Return the reactions that can occur in a pattern, asked of the rule itself."""
    found: set[str] = set()
    for one, other in combinations_with_replacement(REACTION_CODES, 2):
        for moves in (frozenset[str](), frozenset({"protest"})):
            if classify(Signal(one, moves), Signal(other, moves)) == pattern:
                found |= {one, other}
    return found


def texts_of(value: object) -> Iterator[str]:
    """Walk to every text that is shown, codes left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in {"code", "id", "theme"}:
                yield from texts_of(getattr(value, field.name))


def everything_said() -> list[str]:
    """Return every text of the wording and the library."""
    shown = (
        *(
            PATTERNS,
            REACTIONS,
            INTENSITIES,
            MOVES,
            FEELINGS,
            LABELS,
            DETAILS,
            PATTERN_NEED_STARTERS,
            STEP_IDEAS,
            SENTENCES,
        ),
        *(LOOP, PULLS, ALOUD, LOOP_HAS_NO_BEGINNING, MOMENT_OF, EARLIER_MOMENT, library.THEMES, library.MOMENTS),
    )
    return [text for text in texts_of(shown) if text]


def spread(lengths: list[int]) -> int:
    """Return how far the longest and the shortest are apart."""
    return max(lengths) - min(lengths)


# Every code has its words.


def test_it_has_words_for_every_code() -> None:
    assert tuple(PATTERNS) == PATTERN_CODES
    assert tuple(REACTIONS) == REACTION_CODES
    assert list(MOVES) == MOVE_CODES
    assert list(FEELINGS) == FEELING_CODES
    assert INTENSITIES == ("calm", "stirred", "strong", "very strong", "flooded")


def test_it_has_words_for_every_field_of_a_mark_and_every_code_in_it() -> None:
    assert set(DETAILS) == set(details.KINDS)
    for name, kind in details.KINDS.items():
        held = details.TYPES[name]
        codes = get_args(get_args(held)[0]) if isinstance(kind, details.Codes) else get_args(held)
        assert codes == (() if isinstance(kind, details.Text) else tuple(LABELS[kind.labels])), name


def test_it_keeps_code_and_key_together() -> None:
    assert all(words.code == code for code, words in REACTIONS.items())
    assert all(words.code == code for code, words in MOVES.items())


@each_pattern
def test_a_pattern_has_a_role_and_starters_for_every_reaction_it_can_hold(code: str) -> None:
    assert set(PATTERNS[code].roles) == reactions_in(code)
    assert set(PATTERN_NEED_STARTERS[code]) == reactions_in(code)


def test_every_text_can_be_translated() -> None:
    marked: set[str] = set()
    for module in (patterns, marks, needs, refusals, library):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext_noop":
                marked.add(ast.literal_eval(node.args[0]))
    assert set(everything_said()) == marked


# One length, one calm.


def test_pattern_names_stay_as_the_field_knows_them() -> None:
    assert [words.name for words in PATTERNS.values()] == [
        "Pursue–withdraw",
        "Attack–attack",
        "Mutual pursuit",
        "Withdraw–withdraw",
        "Reach–respond",
        "Space, held steadily",
        "Push–pull",
        "Unsettled",
        "Mutual engagement",
    ]
    assert max(len(words.name) for words in PATTERNS.values()) <= 20


@each_pattern
def test_a_summary_has_the_length_and_shape_of_all_others(code: str) -> None:
    summary = PATTERNS[code].summary
    assert 76 <= len(summary) <= 84
    first, second = re.fullmatch(r"([A-Z][^.!?]+)\. ([A-Z][^.!?]+)\.", summary).groups()  # type: ignore[union-attr]
    assert " can " in f" {second} ", "the second sentence says what can happen, never what will"
    assert " can " not in f" {first} "


@each_pattern
def test_a_summary_speaks_of_the_moment_and_of_nobody(code: str) -> None:
    named = r"\b(?:you|your|they|he|she|anxious|avoidant|steady|partner|person|is a|are a|must|will|bad|good|healthy)\b"
    assert not re.search(named, PATTERNS[code].summary, re.IGNORECASE)


@each_pattern
def test_a_role_has_the_length_and_shape_of_all_others(code: str) -> None:
    roles = list(PATTERNS[code].roles.values())
    assert all(20 <= len(role) <= 28 for role in roles)
    # A mark is a pull and no deed.
    assert all(re.fullmatch(r"felt (?:drawn|able)\b[a-z, ]+", role) for role in roles)
    assert spread([len(role) for role in roles]) <= 4


def test_a_reaction_alone_says_how_a_role_begins() -> None:
    """The same pull is told with the same verb in every pattern, so no pattern makes it kinder or harsher."""
    verbs = {
        "anxious": ("felt drawn to close", "felt drawn to reach", "felt drawn to protest"),
        "avoidant": ("felt drawn to step back",),
        "both": ("felt drawn both",),
        "steady": ("felt able to stay",),
    }
    for words in PATTERNS.values():
        assert all(role.startswith(verbs[reaction]) for reaction, role in words.roles.items())


def test_reaction_cards_weigh_the_same() -> None:
    assert spread([len(words.title) for words in REACTIONS.values()]) <= 2
    assert spread([len(words.hint) for words in REACTIONS.values()]) <= 10


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("feels", "In such a moment, "),
        ("fears", "The fear may be "),
        ("protects", "may have been trying to keep "),
    ],
)
def test_both_sides_are_told_in_one_grammar_and_one_length(name: str, beginning: str) -> None:
    sentences = [getattr(words, name) for words in REACTIONS.values()]
    assert all(re.fullmatch(rf"{beginning}[^.!?]+\.", sentence) for sentence in sentences)
    assert spread([len(sentence) for sentence in sentences]) <= 6
    assert spread([len(sentence.split()) for sentence in sentences]) <= 2


def test_the_loop_tells_each_pull_and_each_move_alike() -> None:
    assert set(PULLS) == set(REACTION_CODES) - {"steady"}, "whoever could stay present was in no loop"
    assert spread([len(words) for words in PULLS.values()]) <= 4
    assert all(words.startswith("feels drawn ") for words in PULLS.values())
    # What stays with the other feeds no loop.
    assert {code for code, words in MOVES.items() if not words.comes_round} == {"stay-and-share", "listen"}
    for words in MOVES.values():
        assert len(words.comes_round) <= 20 and re.match(r"(?:[a-z]+s\b|$)", words.comes_round)


def test_the_two_main_sides_differ_by_next_to_nothing() -> None:
    anxious, avoidant = REACTIONS["anxious"], REACTIONS["avoidant"]
    for name in ("title", "hint", "feels", "fears", "protects"):
        assert abs(len(getattr(anxious, name)) - len(getattr(avoidant, name))) <= 2


def test_a_move_is_told_in_the_past() -> None:
    for words in MOVES.values():
        assert words.told != words.choose
        assert re.match(r"(?:\w+ed|sought|went|took)\b", words.told)
        assert max(len(words.choose), len(words.told)) <= 20


@pytest.mark.parametrize(("pattern", "sides"), PATTERN_NEED_STARTERS.items(), ids=PATTERN_NEED_STARTERS)
def test_both_sides_get_as_many_starters_of_the_same_length(pattern: str, sides: Mapping[str, tuple[str, ...]]) -> None:
    for side in sides.values():
        assert len(set(side)) == 3
        assert all(27 <= len(starter) <= 38 for starter in side)
        assert all(re.fullmatch(r"[a-z][A-Za-z, ]+", starter) for starter in side), "continues “I need…”"
    assert spread([sum(map(len, side)) for side in sides.values()]) <= 6, pattern


def test_there_are_a_few_small_steps() -> None:
    assert len(set(STEP_IDEAS)) == 8
    assert all(36 <= len(idea) <= 52 and re.fullmatch(r"[A-Z][^.!?]+\.", idea) for idea in STEP_IDEAS)


def test_nothing_shouts() -> None:
    for text in everything_said():
        assert "!" not in text
        assert not re.search(r"\b(?:very|extremely|really|must|terrible|awful)\b(?! strong$)", text)
        assert text == " ".join(text.split())


@pytest.mark.parametrize("text", everything_said())
def test_no_sentence_lays_blame(text: str) -> None:
    assert blame_in(text) == []
