"""What may stand in a text that somebody types, wherever they type it: one way to clean it, and what differs said."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from accounts.my_part.forms import OwnTextField
from accounts.person.names import clean_name
from cycleproject.text import TooLong, clean, folded
from sessions.checkin.wire import BadFrame
from sessions.contract.api_shapes import clean_title
from sessions.history.query import BadQuery, filter_from
from tests.support.frames import accepted, frame

CLEANERS: dict[str, Callable[[str], str]] = {
    "a need": lambda text: str(accepted(frame("need.say", text=text)).text),
    "a title": clean_title,
    "a first name": clean_name,
    "own words": OwnTextField(most=50, label="").clean,
    "a search": lambda text: filter_from({"q": text}).words,
}
LIMITS = {"a need": 280, "a title": 80, "a first name": 40, "own words": 50, "a search": 100}

each_text = pytest.mark.parametrize("kind", CLEANERS)


def refuses(kind: str, text: str) -> bool:
    """Tell whether such a text is refused."""
    try:
        CLEANERS[kind](text)
    except (ValueError, ValidationError, BadFrame):
        return True
    return False


@each_text
def test_it_is_composed_and_trimmed_and_otherwise_kept(kind: str) -> None:
    assert CLEANERS[kind](" \u3000Zoe\u0308 <b>🌊</b> \u202ex\u202c. ") == "Zoë <b>🌊</b> \u202ex\u202c."


@each_text
def test_it_is_counted_in_code_points_once_it_is_composed(kind: str) -> None:
    limit = LIMITS[kind]
    assert CLEANERS[kind]("e\u0308" * limit) == "ë" * limit
    assert refuses(kind, "🌊" * (limit + 1))
    assert refuses(kind, "\u0958" * limit), "what grows when composed is counted as it is kept"


@each_text
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\ud800"])
def test_no_control_character_stands_in_it(kind: str, character: str) -> None:
    assert refuses(kind, f"one{character}two")


def test_line_breaks_and_tabs_stand_where_they_may() -> None:
    with_lines = {kind for kind in CLEANERS if not refuses(kind, "one\r\ntwo\nthree")}
    with_tabs = {kind for kind in CLEANERS if not refuses(kind, "one\ttwo")}
    without_separators = {kind for kind in CLEANERS if refuses(kind, "one\u2028two")}
    assert without_separators == {kind for kind in CLEANERS if refuses(kind, "one\u2029two")}
    assert (with_lines, with_tabs) == ({"a need", "own words"}, {"own words"})
    assert without_separators == {"a first name"}


def test_around_it_control_characters_are_trimmed_or_refused() -> None:
    assert {kind for kind in CLEANERS if refuses(kind, "\tone")} == {"a need", "a title"}
    assert not {kind for kind in CLEANERS if refuses(kind, "\n one \r\n")}


def test_too_much_is_told_from_what_may_not_stand_in_it() -> None:
    with pytest.raises(TooLong):
        clean("xxx", 2)
    with pytest.raises(TooLong):
        clean("e" + "\u0301\u0316" * 100_000, 2)
    with pytest.raises(BadQuery):
        filter_from({"q": "x" * 101})


def test_words_are_compared_without_what_differs_from_one_keyboard_to_the_next() -> None:
    assert folded(" Zoe\u0308\u0300\u036f\n\t don\u2019t ") == "zoe don't"
    assert folded("\u304b\u3099") == "\u304c", "another letter stays one"


def test_plain_letters_are_compared_as_they_are_among_others() -> None:
    """They take a shorter way, which must lead to the same place."""
    plain = "".join(map(chr, range(128)))
    assert folded(plain + "\u0301") == folded(plain)
    for letter in plain:
        assert folded(f"x{letter}y\u0301") == folded(f"x{letter}y"), repr(letter)
