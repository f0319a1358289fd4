"""Our fonts have every sign and weight that pages are set with, in the part that every page fetches."""

import re

from tests.house.unused import files
from tests.support.servers.cycle import ROOT

BASE = files("static/css", ".css")["base.css"]
FACE = re.compile(r"@font-face \{([^}]*)\}")
RECIPE = (ROOT / "tests/support/subset_fonts.py").read_text()


def faces(ending: str) -> list[str]:
    return [face for face in FACE.findall(BASE) if f"-{ending}.woff2" in face]


def characters(face: str) -> set[int]:
    """Return what a face is asked for."""
    found = re.search(r"unicode-range: ([^;]*);", face)
    assert found
    both = (part.strip().removeprefix("U+").partition("-") for part in found[1].split(","))
    return {number for first, _, last in both for number in range(int(first, 16), int(last or first, 16) + 1)}


def test_every_page_fetches_one_part_of_a_font_and_no_other_for_our_own_words() -> None:
    ours = {ord(sign) for folder in ("templates", "static/js") for text in files(folder).values() for sign in text}
    assert ord("’") in ours
    # What no font of ours has, as an arrow or a star, comes from the device.
    for whole, basic in zip(faces("latin"), faces("basic"), strict=True):
        assert (ours & characters(whole)) - characters(basic) == {ord("\n")}


def test_of_two_parts_that_have_a_sign_the_smaller_one_comes_last_and_gives_it() -> None:
    for whole, basic in zip(faces("latin"), faces("basic"), strict=True):
        assert BASE.index(whole) < BASE.index(basic)


def test_the_recipe_makes_what_the_style_sheet_asks_for() -> None:
    made = re.search(r"^CHARACTERS = \(\*range\(0x20, 0x7F\), (.*)\)$", RECIPE, re.MULTILINE)
    assert made
    signs = {int(sign, 16) for sign in made[1].split(", ")}
    assert [characters(face) for face in faces("basic")] == [{*range(0x20, 0x7F), *signs}] * 2


def test_no_style_asks_for_a_weight_that_our_fonts_leave_out() -> None:
    """Of one family all parts name the same weights, or a browser takes them for different fonts."""
    ranges = re.findall(r'font-family: "([^"]+)";.*?font-weight: (\d+) (\d+);', BASE, re.DOTALL)
    assert len(set(ranges)) == 2 and len(ranges) == 6
    lightest = {family: int(low) for family, low, _ in ranges}
    heaviest = {family: int(high) for family, _, high in ranges}
    asked = {
        int(weight)
        for text in files("static/css", ".css").values()
        for weight in re.findall(r"font-weight: (\d+);", text)
    }
    assert 600 in asked
    assert min(asked) >= min(lightest.values()) and max(asked) <= min(heaviest.values())
