"""Each chooses the moment: sealed with the mark, needed there and nowhere else, shown to both at the reveal."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest

from sessions.checkin import own_moment
from sessions.checkin.frames import MarkSeal
from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import OpenedMark
from sessions.store import sealing
from sessions.words import library
from tests.support.frames import DETAILS, accepted, frame, refused
from tests.support.pure.apart import EIGHT, Looks, after, agreed
from tests.support.pure.world import EYES, World, others_than

LONG, SHORT = "愛" * 280, "x"
CORE: dict[str, Any] = {"round": 1, "reaction": "anxious", "intensity": 3}
BY_LIBRARY = {"moment": 4}
KNOWN = library.MOMENT_BY_ID[4].text


def each_chooses() -> World:
    """Return the world in which both have agreed on an hour, and on no moment."""
    world = agreed()
    return replace(world, state=world.state.with_round(text=""))


def sealed(world: World, **of_each: dict[str, Any]) -> World:
    for seat, fields in of_each.items():
        world = world.after(seat, "mark.seal", **CORE, **fields)  # type: ignore[arg-type]
    return world


def opened(a: dict[str, Any], b: dict[str, Any]) -> World:
    return after(replace(sealed(each_chooses(), a=a, b=b), now=EIGHT), Looks())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "moment.missing"),
        ({"moment_text": " \n"}, "moment.missing"),
        (BY_LIBRARY, None),
        ({"moment_text": "Late."}, None),
    ],
)
def test_a_mark_needs_one_where_each_chooses(fields: dict[str, Any], code: str | None) -> None:
    world = each_chooses()
    assert world.refusal("a", "mark.seal", **CORE, **fields) == code
    assert world.boxes == {}, "nothing is lost by it, and nothing kept"


@pytest.mark.parametrize("fields", [BY_LIBRARY, {"moment_text": "Late."}])
def test_a_mark_takes_none_where_there_is_one_for_both(fields: dict[str, Any]) -> None:
    assert agreed().refusal("b", "mark.seal", **CORE, **fields) == "moment.not_asked"


@pytest.mark.parametrize(
    "fields", [{"moment": 0}, {"moment": 10_000}, {"moment": 4, "moment_text": "Late."}, {"moment_text": "x" * 281}]
)
def test_what_names_no_moment_or_two_cannot_be_read(fields: dict[str, Any]) -> None:
    assert refused(frame("mark.seal", **fields)) == "op-1"


def test_until_the_hour_nobody_elses_eyes_can_tell_which_or_how_long() -> None:
    worlds = [
        sealed(each_chooses(), b=fields) for fields in (BY_LIBRARY, {"moment_text": SHORT}, {"moment_text": LONG})
    ]
    for viewer in EYES:
        assert len({world.frame(viewer) for world in worlds}) == 1
        assert worlds[0].round(viewer)["moment"] == {"id": None, "text": "", "when": None}
    for viewer in others_than("b"):
        if viewer.seat != "host":
            assert worlds[0].frame(viewer) == each_chooses().frame(viewer)


def test_all_seals_are_of_one_size() -> None:
    place = sealing.SealedIn(UUID(int=1), 1, 1)
    full = {**DETAILS, "thought": "愛" * 280, "second_look": "🌱" * 280, "words": "🌱" * 500, "share": [*DETAILS]}
    marks = [
        {},
        BY_LIBRARY,
        {"moment_text": SHORT},
        {**full, "moment_text": "🌱" * 280},
        {**full, "moment_text": '"' * 280},
    ]
    sizes = set()
    for fields in marks:
        mark = accepted(frame("mark.seal", **fields))
        assert isinstance(mark, MarkSeal)
        sizes.add(len(sealing.seal_mark(mark, of=place, seat="a")))
        assert len(orjson.dumps(mark.model_dump(mode="json"))) < 8192, "and what the browser pads its frame to"
    assert len(sizes) == 1


@pytest.mark.parametrize("viewer", EYES)
def test_the_reveal_shows_both_ones_own_first(viewer: Viewer) -> None:
    world = opened({"moment_text": "You came home late."}, BY_LIBRARY)
    of_ana, of_ben = "Ana: You came home late.", f"Ben: {KNOWN}"
    shown = world.round(viewer)
    lines = shown["moment"]["text"].splitlines()
    assert sorted(lines) == sorted([of_ana, of_ben])
    if viewer.partner:
        assert lines[0] == {"a": of_ana, "b": of_ben}[viewer.partner]
    reveal = shown["reveal"]
    assert reveal and {seat: mark["moment_text"] for seat, mark in reveal["marks"].items()} == {  # type: ignore[attr-defined]
        "a": "You came home late.",
        "b": KNOWN,
    }


def test_it_is_shown_to_whoever_sees_the_mark_whatever_is_shared() -> None:
    mark = accepted(frame("mark.seal", moment_text="Late.", words="Mine."))
    assert isinstance(mark, MarkSeal)
    assert mark.opened().shared_details == {"moment_text": "Late."}


def test_of_words_that_are_not_kept_any_more_nothing_stands_there() -> None:
    kept = OpenedMark("anxious", 3, {"moment_text": "Late."}, ("moment_text",))
    gone = OpenedMark("both", 3)
    names = {"a": "Ana", "b": ""}
    assert own_moment.of_both({"a": kept, "b": gone}, names, "b", str) == "Ana: Late."  # type: ignore[dict-item]
    assert own_moment.of_both({"a": gone, "b": gone}, names, "a", str) == ""  # type: ignore[dict-item]
