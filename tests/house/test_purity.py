"""What is pure asks nobody, is changed by nobody, and knows of nothing but values."""

import sys

import pytest

from tests.house.rooms import (
    modules,
    room_of,
)
from tests.house.test_architecture import everything_under, importers_of

# Rooms in which everything is pure, and pure modules elsewhere: a test gives them values and gets values back.
PURE_ROOMS = ("checkin", "figures")


PURE = (
    *(
        f"sessions.words.{name}"
        for name in ("library", "mark_for_translation", "marks", "needs", "patterns", "refusals")
    ),
    *("sessions.history.own.findings", "sessions.history.query"),
)


# What a pure module may stand on besides the standard library.
PURE_LIBRARIES = {"orjson", "pydantic", "typing_extensions"}


FRAMEWORKS = {
    "django",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "asgiref",
    "redis",
    "psycopg",
    "segno",
}


def pure() -> list[str]:
    return sorted(module for module in modules() if module in PURE or room_of(module) in PURE_ROOMS)


@pytest.mark.parametrize("module", pure())
def test_it_is_pure_all_the_way_down(module: str) -> None:
    under = everything_under(module)
    assert {name for name in under if name.partition(".")[0] in FRAMEWORKS} == set()
    assert {name for name in under if name.startswith("accounts")} == set()
    assert "sessions.models" not in under
    ours_and_others = {name.partition(".")[0] for name in under} - {"sessions", "cycleproject", *PURE_LIBRARIES}
    assert ours_and_others <= sys.stdlib_module_names


def test_typed_text_is_cleaned_in_one_place() -> None:
    # These look at characters and change no text: what shows, what a spreadsheet might run, what is part of a code.
    assert importers_of("unicodedata") == {
        "cycleproject.text",
        "cycleproject.visible",
        "sessions.history.export",
        "sessions.joining.codes",
    }


def test_a_pattern_knows_of_nothing() -> None:
    assert everything_under("sessions.checkin.patterns") <= {"collections.abc", "dataclasses", "typing"}


def test_what_is_shown_cannot_know_what_is_sealed() -> None:
    ours = {module for module in everything_under("sessions.checkin.snapshot") if module in modules()}
    assert {room_of(module) for module in ours} <= {"checkin", "words", "cycleproject ground"}
