"""From the front page to the reveal, two new people: how often each taps, how much is read, and what is in sight."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import PHONE, OpenDevice
from tests.browser.journey import hook
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

# What stands in the first screen; nobody reads a list to its end before choosing from it.
IN_SIGHT = """() => {
    const words = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, around = text.parentElement;
        if (!text.data.trim() || !around.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        if (around.closest(".visually-hidden, script, template, option")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const lines = [...range.getClientRects()];
        if (lines.some(({ top, bottom }) => bottom > 0 && top < innerHeight)) words.push(text.data);
    }
    return words.join(" ");
}"""
SCROLLED = "() => [scrollX, scrollY]"


@dataclass
class Newcomer:
    """Somebody with a phone who has never been here, and what it has taken so far."""

    page: Page
    taps: int = 0
    read: list[str] = field(default_factory=list)

    def tap(self, name: str) -> None:
        """Tap what comes next, which is in the first screen."""
        target = hook(self.page, name).first
        journey.at_rest(self.page)
        self.sees(target)
        target.click()
        self.taps += 1

    def choose(self, name: str) -> None:
        """Tap a radio that lies over its card."""
        journey.at_rest(self.page)
        self.page.get_by_test_id(name).click()
        self.taps += 1

    def sees(self, target: Locator) -> None:
        """Expect something within the first screen, with nothing scrolled."""
        expect(target).to_be_visible()
        assert self.page.evaluate(SCROLLED) == [0, 0]
        box = target.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"], f"not in sight: {box}"

    def reads(self) -> None:
        """Read what is in sight, once."""
        self.read += re.findall(r"[^\s·]*\w[^\s·]*", self.page.evaluate(IN_SIGHT))

    def writes_a_name(self, name: str) -> None:
        """Write into the field that has the focus, without a tap for it."""
        expect(hook(self.page, "first-name")).to_be_focused()
        self.page.keyboard.type(name)


def test_two_new_people_are_at_the_reveal_in_seven_taps_and_four(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = Newcomer(open_device()), Newcomer(open_device())
    ana.page.goto(timed.server.url)
    ana.reads()
    ana.tap("start-check-in")
    ana.page.wait_for_url("**/start/")
    ana.reads()
    ana.writes_a_name("Ana")
    ana.tap("join")
    link = hook(ana.page, "join-link")
    ana.sees(link)
    ana.reads()

    ben.page.goto(link.get_attribute("href") or "")
    ben.reads()
    ben.writes_a_name("Ben")
    ben.tap("join")

    ana.sees(hook(ana.page, "moment-option").first)
    ana.reads()
    ana.tap("moment-option")
    ana.tap("open-round")
    for one, reaction in ((ana, "anxious"), (ben, "avoidant")):
        expect(one.page.get_by_test_id("reaction-anxious")).to_be_attached()
        one.sees(hook(one.page, "seal-mark"))
        one.reads()
        one.choose(f"reaction-{reaction}")
        one.choose("intensity-4")
        one.tap("seal-mark")
        if one is ana:
            expect(hook(ana.page, "sealed-note")).to_be_visible()
            ana.reads()
    for one in (ana, ben):
        journey.expect_revealed(one.page, "Pursue–withdraw")

    assert (ana.taps, ben.taps) == (7, 4)
    assert 100 < len(ana.read) <= 450, len(ana.read)
    assert 50 < len(ben.read) <= 250, len(ben.read)
