"""Draws the icons of static/img from the favicon: for home screens, and for browsers without SVG.

Run it after the favicon has changed: `python -m tests.support.touch_icon`.
"""

import os
import struct
import sys

from playwright.sync_api import Page, sync_playwright

from tests.support import prerequisites
from tests.support.servers.cycle import ROOT

SIZE = 180
# A home screen may cut a circle of four fifths of the width out of it (W3C), with all of the sign inside.
MASKED_SIZES = (192, 512)
GROUND = "#f9f4f8"  # an icon with a transparent ground would stand on black
SOURCE = ROOT / "static" / "img" / "favicon.svg"
ICON = ROOT / "static" / "img" / "touch-icon.png"
SMALL_SIZE = 32
SMALL_ICON = ROOT / "static" / "img" / "favicon.ico"
SMALL_PAGE = f"""<style>svg {{{{ display: block; width: {SMALL_SIZE}px }}}}</style>
    <body style="margin: 0; height: {SMALL_SIZE}px; display: grid; align-items: center">{{svg}}</body>"""
PAGE = """<body style="margin: 0; width: {size}px; height: {size}px; display: grid; place-items: center;
    background: {ground}"><div style="width: {width}">{svg}</div></body>"""


def draw_small(page: Page, svg: str) -> bytes:
    """Return an .ico with one picture, which is a PNG."""
    page.set_viewport_size({"width": SMALL_SIZE, "height": SMALL_SIZE})
    page.set_content(SMALL_PAGE.format(svg=svg))
    png = page.screenshot(omit_background=True)
    directory = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", SMALL_SIZE, SMALL_SIZE, 0, 0, 1, 32, len(png), 6 + 16)
    return directory + entry + png


def main() -> int:
    """Draw all of them."""
    chromium = prerequisites.path_of("chromium-headless-shell")
    if chromium is None:
        print("Chromium is not installed: no icon.")
        return 1
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page, svg = browser.new_page(), SOURCE.read_text(encoding="utf-8")
        masked = {size: ICON.with_name(f"icon-{size}.png") for size in MASKED_SIZES}
        for size, path in {SIZE: ICON, **masked}.items():
            page.set_viewport_size({"width": size, "height": size})
            width = "74%" if size == SIZE else "60%"
            page.set_content(PAGE.format(size=size, ground=GROUND, width=width, svg=svg))
            page.screenshot(path=path)
        SMALL_ICON.write_bytes(draw_small(page, svg))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
