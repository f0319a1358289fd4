"""A whole check-in as a screen reader meets it: roles, names, their order, and each announcement once."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

LISTEN = """addEventListener("DOMContentLoaded", () => {
    window.said = [];
    for (const region of document.querySelectorAll("#room-status, #room-alert")) {
        const hear = () => region.textContent && window.said.push(region.textContent);
        new MutationObserver(hear).observe(region, { childList: true });
    }
})"""
# What comes first on every screen, and what comes last.
BEGIN = """
- link "Skip to content"
- banner:
  - link "Quick exit"
  - paragraph
  - link "Cycle, home"
- main:"""
WAYS_OUT = """
  - navigation "This check-in":
    - link "Leave now"
    - link "Safety"
    - button "End together"
"""
LOBBY = """
  - heading "Bring in the other phone" [level=1]
  - img "The link as a picture to scan"
  - paragraph: /Code:/
  - link /join/
  - button "Copy link"
  - list:
    - listitem: Ana you
    - listitem: Waiting for your partner"""
MOMENT = """
  - list "Who is here":
    - listitem: Ana here
    - listitem: Ben here
  - heading "Pick a moment" [level=1]
  - group "Which moments":
    - radio "All" [checked]
    - radio "Favourites"
    - radio "Recent"
  - searchbox "Find a moment"
  - group "The moment":
    - radio "In your own words"
    - textbox "The moment in your own words"
    - group:
      - radio "A reply took longer than usual."
"""
MARK = """
  - heading "A reply took longer than usual." [level=1]
  - group "What did it pull you to do?":
    - radio /Move closer/
    - radio /Make space/
    - radio /Both at once/
    - radio /Stay present/
  - group "How strong did it feel?":
    - radio "calm"
    - radio "stirred"
    - radio "strong"
    - radio "very strong"
    - radio "flooded"
  - button "Seal my mark" [disabled]
  - button "Add a little more first"
"""
SEALED = """
  - heading "Your mark is sealed" [level=1]
  - button "Pause for a while"
  - button "Change my mark"
  - button "Take my mark back"
"""
REVEALED = """
  - article:
    - paragraph: /The moment:/
    - heading "Pursue–withdraw" [level=1]
    - region "Quiet":
      - button "Go on sooner"
    - heading "What each was protecting" [level=2]
    - heading "Ana" [level=3]
    - heading "Ben" [level=3]
    - heading "The same loop, in words" [level=2]
    - paragraph: /Ana was pulled to move closer/
    - paragraph: /Ben was pulled to make space/
    - heading "Does this name fit the moment?" [level=2]
"""
ENDED = """
  - heading "This check-in has ended." [level=1]
  - link "Start another check-in"
"""
NAMELESS = """() => [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")]
    .filter((one) => one.checkVisibility() && !one.textContent.trim() && !one.labels?.length
        && !one.ariaLabel && !one.getAttribute("aria-labelledby"))
    .map((one) => one.outerHTML.slice(0, 120))"""


def expect_tree(page: Page, screen: str) -> None:
    """Expect a screen's parts in their order, one first heading, and a name for every control."""
    expect(page.locator("body")).to_match_aria_snapshot(BEGIN + screen.rstrip())
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.evaluate(NAMELESS) == []


def said(page: Page) -> list[str]:
    """Return what was announced, in its order."""
    found: list[str] = page.evaluate("window.said")
    return found


def test_a_whole_check_in_is_told_in_order_and_once(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    for phone in (ana, ben):
        phone.add_init_script(LISTEN)
    link = journey.start(ana, timed.server, "Ana")
    journey.expect_state(ana, "connected")
    expect_tree(ana, LOBBY + WAYS_OUT)
    journey.join(ben, link, "Ben")
    expect(hook(ana, "moment-option").first).to_be_visible()
    expect_tree(ana, MOMENT)
    journey.open_round(ana)
    expect_tree(ana, MARK.rstrip() + WAYS_OUT)
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    journey.expect_sealed(ana)
    expect_tree(ana, SEALED)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    for phone in (ana, ben):
        journey.expect_revealed(phone, "Pursue–withdraw")
        expect_tree(phone, REVEALED)
    hook(ana, "end").click()
    expect(ana.get_by_role("status")).to_contain_text("The check-in closes in a moment.")
    hook(ben, "end").click()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    expect_tree(ana, ENDED)
    ana.wait_for_timeout(400)
    told = said(ana)
    revealed = "Revealed. Pursue–withdraw. Ana: move closer, very strong. Ben: make space, strong."
    assert [one for one in told if one != "Saved"] == [
        "You can pick a moment now.",
        "Sealed and saved.",
        revealed,
        "The check-in closes in a moment. You can keep going.",
        "The check-in is over.",
    ]
    assert said(ben).count(revealed) == said(ben).count("A moment is open for both of you.") == 1
