# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0", "brotli==1.2.1"]
# ///
"""Makes static/fonts/*-basic.woff2 of the fonts beside them: what English and our signs need, in the weights in use.

`uv run tests/support/subset_fonts.py`, after a font was exchanged; the results are kept in the repository. Letters that
they lack, as in a name, come from the whole font: static/css/base.css says which from where. Both licences (beside the
fonts) allow this; neither font has a reserved name.
"""

from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).resolve().parent.parent.parent / "static" / "fonts"
# As `unicode-range` in base.css says: ASCII, and the signs that our sentences are set with.
CHARACTERS = (*range(0x20, 0x7F), 0xA0, 0xB7, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026)
# The lightest and the heaviest weight that our styles ask for.
WEIGHTS = {"atkinson-hyperlegible-next": (300, 700), "newsreader": (400, 700)}
FEATURES = ["kern", "mark", "ccmp", "liga", "tnum", "pnum"]
# The name of the font and its licence.
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]


def subset(name: str, lightest: int, heaviest: int) -> None:
    """Write one font's subset beside it."""
    font = instantiateVariableFont(TTFont(FONTS / f"{name}-latin.woff2"), {"wght": (lightest, 400, heaviest)})
    # Read anew: what was left out of the font is otherwise still looked for.
    unpacked = BytesIO()
    font.flavor = None
    font.save(unpacked)
    unpacked.seek(0)
    font = TTFont(unpacked)
    # Hinting stays: a browser on Linux would round the width of every letter without.
    options = Options(layout_features=FEATURES, name_IDs=NAMES, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(FONTS / f"{name}-basic.woff2")


def main() -> None:
    """Write all of them."""
    for name, weights in WEIGHTS.items():
        subset(name, *weights)


if __name__ == "__main__":
    main()
