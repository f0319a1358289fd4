"""Pictures of every screen, on a phone and on a laptop, light and dark, into test-results/screenshots."""

import os
import sys
from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser import account_scenes, care_scenes, history_scenes, hosting_scenes, own_scenes
from tests.browser.account_scenes import Owner
from tests.browser.scenes import Cast, everything, walk
from tests.support import prerequisites
from tests.support.servers.clocks import Timed, start_timed
from tests.support.servers.cycle import ROOT, Server

DIRECTORY = ROOT / "test-results" / "screenshots"
# The size of the window, and how many dots a pixel of it has.
DEVICES: dict[str, tuple[ViewportSize, float]] = {
    "phone": ({"width": 390, "height": 844}, 2),
    "laptop": ({"width": 1280, "height": 800}, 1),
}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# What is longer than the window is pictured whole a second time.
WHOLE = "-whole"


def take(page: Page, scene: str, device: str) -> None:
    """Take a scene's pictures."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.evaluate("document.fonts.ready")
        page.evaluate("scrollTo(0, 0)")
        path = DIRECTORY / f"{scene}-{device}-{theme}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        size = page.viewport_size
        height = page.evaluate("document.documentElement.scrollHeight")
        if size and height > size["height"]:
            # In a window as high as the page, what sticks to the edges of the window stands at the edges of the page.
            page.set_viewport_size({**size, "height": height})
            page.screenshot(path=path.with_stem(path.stem + WHOLE), animations="disabled", caret="hide")
            page.set_viewport_size(size)


def scenes(browser: Browser, timed: Timed, server: Server, device: str) -> Iterator[tuple[str, Page]]:
    """Go through everything there is on this device.

    What a code from an app is asked for is on the server whose clock runs: there the code of this minute fits.
    """
    viewport, dots = DEVICES[device]

    def new() -> Page:
        return browser.new_context(viewport=viewport, device_scale_factor=dots, reduced_motion="reduce").new_page()

    yield from walk(timed, Cast(new(), new(), new(), new()), everything)
    yield from own_scenes.walk(new(), server)
    yield from account_scenes.scenes(Owner(new(), "Ana", server), Owner(new(), "Ben", server))
    yield from care_scenes.scenes(*(Owner(new(), name, server) for name in ("Tess", "Ana", "Ben")))
    yield from hosting_scenes.walk(server, hosting_scenes.Screens(new(), new(), new()))
    demo = history_scenes.Demo(server)
    yield from history_scenes.scenes(demo, demo.log_in(new(), "ana"))


def main() -> int:
    """Take all pictures."""
    chromium = prerequisites.path_of("chromium-headless-shell")
    if chromium is None:
        print("Chromium is not installed: no pictures.")
        return 1
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for old in DIRECTORY.glob("*.png"):
        old.unlink()
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        timed, server = start_timed(), Server(FRAME_RATE="1000").start()
        try:
            for device in DEVICES:
                for scene, page in scenes(browser, timed, server, device):
                    take(page, scene, device)
        finally:
            browser.close()
            timed.server.close()
            server.close()
    print(f"{len(list(DIRECTORY.glob('*.png')))} pictures in {DIRECTORY.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
