"""A hosted check-in on small laptops and on large screens: the whole room display and the whole map are in sight."""

import pytest
from playwright.sync_api import Page

from tests.browser import hosting_scenes
from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.hosting_scenes import Screens
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

SCREENS = [(1280, 680), (1280, 800), (1366, 768), (1920, 1080), (2560, 1440), (3840, 2160)]
SCROLLS = """() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth > innerWidth ? "wider" : "", scrollHeight > innerHeight ? "higher" : ""].filter(Boolean);
}"""
LIST_SCROLLS_SIDEWAYS = """() => {
    const { scrollWidth, clientWidth } = document.querySelector(".moments__library");
    return scrollWidth > clientWidth;
}"""
WIDTH = "document.querySelector('.console__columns').offsetWidth / innerWidth"
# Of the height of the window, how much lies between the highest and the lowest words.
REACH = """() => {
    const words = document.createTreeWalker(document.getElementById("room-screen"), NodeFilter.SHOW_TEXT);
    const boxes = [];
    while (words.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        if (words.currentNode.data.trim()) boxes.push(...range.getClientRects());
    }
    const seen = boxes.filter(({ width }) => width > 2);
    return (Math.max(...seen.map(({ bottom }) => bottom)) - Math.min(...seen.map(({ top }) => top))) / innerHeight;
}"""
MAP_IN_SIGHT = """() => {
    const map = [...document.querySelectorAll("[data-testid=cycle-map]")].find((one) => one.checkVisibility());
    const { top, bottom } = map.getBoundingClientRect();
    const bar = document.querySelector(".bar")?.getBoundingClientRect().top ?? innerHeight;
    return top >= document.querySelector(".header").getBoundingClientRect().bottom && bottom <= bar;
}"""


def on_each(page: Page, script: str) -> dict[str, object]:
    """Ask a page something on screens of every size, and leave it as it was."""
    size = page.viewport_size
    found: dict[str, object] = {}
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => { scrollTo(0, 0); return new Promise(requestAnimationFrame); }")
        found[f"{width}x{height}"] = page.evaluate(script)
    assert size
    page.set_viewport_size(size)
    return found


def test_nothing_is_cut_on_a_screen_of_any_size(timed: Timed, open_device: OpenDevice) -> None:
    still = {"reduced_motion": "reduce"}
    screens = Screens(open_device(LAPTOP, **still), open_device(**still), open_device(**still))
    wrong: list[object] = []
    for scene, page in hosting_scenes.walk(timed.server, screens):
        if scene.startswith("screen-"):
            wrong += [(scene, size, what) for size, what in on_each(page, SCROLLS).items() if what]
        if scene == "screen-reveal":
            for shown in (page, screens.console):
                wrong += [(shown.url, size) for size, whole in on_each(shown, MAP_IN_SIGHT).items() if not whole]
            reach = on_each(page, REACH)
            # Twice as many pixels show it twice as large: nobody reads a stamp on a wall.
            assert reach["3840x2160"] == pytest.approx(reach["1920x1080"], abs=0.06)
            width = on_each(screens.console, WIDTH)
            assert width["3840x2160"] == pytest.approx(width["1920x1080"], abs=0.02)
        if scene == "host-turn":
            wrong += [(scene, size) for size, scrolls in on_each(page, LIST_SCROLLS_SIDEWAYS).items() if scrolls]
    assert wrong == []
