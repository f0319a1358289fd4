"""The starter library: enough moments, stable, short, and true for whoever of the two is reading."""

import re
from collections import Counter

import pytest

from sessions.words.library import MOMENT_BY_ID, MOMENTS, THEMES, Moment
from tests.support.blame_words import blame_in

# Rounds and clients refer to ids: what once was published stays, under its theme.
PUBLISHED = {
    "messages": range(1, 6),
    "closeness": range(6, 11),
    "plans": range(11, 16),
    "conflict": range(16, 21),
    "home": range(21, 26),
    "people": range(26, 31),
    "intimacy": range(31, 36),
    "return": range(36, 41),
}

# A sentence with a person in it has a side; "one of us" and "we" have both.
ONE_SIDED = re.compile(
    r"\b(?:i|me|my|mine|you|your|yours|he|him|his|she|her|hers|they|them|their|theirs)\b", re.IGNORECASE
)

each_moment = pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: str(moment.id))


def test_it_has_enough_moments() -> None:
    assert len(MOMENTS) >= 36


def test_it_keeps_published_ids_under_their_themes() -> None:
    for theme, ids in PUBLISHED.items():
        for moment_id in ids:
            assert MOMENT_BY_ID[moment_id].theme == theme


def test_it_finds_every_moment_by_its_id() -> None:
    assert len(MOMENT_BY_ID) == len(MOMENTS)
    assert all(MOMENT_BY_ID[moment.id] is moment for moment in MOMENTS)
    assert min(MOMENT_BY_ID) == 1


def test_it_repeats_no_text() -> None:
    assert len({moment.text.casefold() for moment in MOMENTS}) == len(MOMENTS)


def test_it_shelves_every_theme_alike() -> None:
    counts = Counter(moment.theme for moment in MOMENTS)
    assert set(counts) == {theme.code for theme in THEMES}
    assert max(counts.values()) - min(counts.values()) <= 2


def test_its_themes_are_few_and_short() -> None:
    assert 6 <= len(THEMES) <= 8
    assert len({theme.code for theme in THEMES}) == len(THEMES)
    assert all(re.fullmatch(r"[a-z]+", theme.code) for theme in THEMES)
    assert all(len(theme.label) <= 24 for theme in THEMES)


@pytest.mark.parametrize(
    "beginning",
    [
        "A reply took longer",
        "One of us reached out, and then the other seemed to pull away",
        "Things felt good again, and then the doubts",
        "Closeness was wanted, and it was also too much",
    ],
)
def test_it_holds_the_four_moments_it_began_with(beginning: str) -> None:
    assert any(moment.text.startswith(beginning) for moment in MOMENTS)


@each_moment
def test_a_moment_is_one_short_sentence(moment: Moment) -> None:
    assert len(moment.text) <= 90
    assert re.fullmatch(r"[A-Z][^.!?]+\.", moment.text)


@each_moment
def test_a_moment_reads_alike_for_both(moment: Moment) -> None:
    assert not ONE_SIDED.search(moment.text)


@each_moment
def test_a_moment_lays_no_blame(moment: Moment) -> None:
    assert blame_in(moment.text) == []
