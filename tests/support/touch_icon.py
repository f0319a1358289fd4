"""Draws static/img/touch-icon.png from the favicon, so that a home screen shows a sign and no picture of a page.

Run it after the favicon has changed: `python -m tests.support.touch_icon`.
"""

import os
import sys

from playwright.sync_api import sync_playwright

from tests.support import prerequisites
from tests.support.servers.cycle import ROOT

SIZE = 180
GROUND = "#f9f4f8"  # an icon with a transparent ground would stand on black
SOURCE = ROOT / "static" / "img" / "favicon.svg"
ICON = ROOT / "static" / "img" / "touch-icon.png"
PAGE = f"""<body style="margin: 0; width: {SIZE}px; height: {SIZE}px; display: grid; place-items: center;
    background: {GROUND}"><div style="width: 74%">{{svg}}</div></body>"""


def main() -> int:
    """Draw it."""
    chromium = prerequisites.path_of("chromium-headless-shell")
    if chromium is None:
        print("Chromium is not installed: no icon.")
        return 1
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        page.set_content(PAGE.format(svg=SOURCE.read_text(encoding="utf-8")))
        page.screenshot(path=ICON)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
