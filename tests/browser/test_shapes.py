"""A phone on its side, a turned phone, a zoomed window, paper, and the home screen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.account_scenes import Owner
from tests.browser.conftest import PHONE, OpenDevice
from tests.browser.history_scenes import Demo
from tests.browser.journey import hook
from tests.browser.test_accounts import account
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

ON_ITS_SIDE = [{"width": 844, "height": 390}, {"width": 667, "height": 375}, {"width": 667, "height": 331}]
ZOOMED = {"width": 320, "height": 256}
IN_SIGHT = """(control) => {
    const { left, right, top, bottom } = control.getBoundingClientRect();
    if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) return false;
    return control.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}"""


def expect_in_sight(page: Page, *names: str) -> None:
    """Expect controls to be wholly on the screen, whatever the page is scrolled to."""
    page.wait_for_timeout(600)  # what has just appeared takes no taps yet
    for place in (0, 120, 100_000):
        page.evaluate("place => scrollTo(0, place)", place)
        for name in names:
            assert hook(page, name).evaluate(IN_SIGHT), f"{name} is out of sight at {place} in {page.viewport_size}"


def test_a_phone_on_its_side_keeps_the_ways_out(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(ON_ITS_SIDE[0]), open_device()
    link = journey.start(ana, timed.server, "Ana")

    def look(*names: str) -> None:
        for size in ON_ITS_SIDE:
            ana.set_viewport_size(size)  # type: ignore[arg-type]
            expect_in_sight(ana, "quick-exit", "end", *names)
            # And there is room left for what the screen is about.
            taken = ana.evaluate(
                "document.querySelector('.header').offsetHeight + document.querySelector('.bar').offsetHeight"
            )
            assert taken <= size["height"] / 3, taken

    look()
    journey.join(ben, link, "Ben")
    expect(hook(ana, "moment-option").first).to_be_visible()
    look("pause")
    hook(ana, "moment-option").first.click()
    look("pause", "open-round")
    journey.open_round(ana)
    look("pause")
    for size in ON_ITS_SIDE[:2]:
        ana.set_viewport_size(size)  # type: ignore[arg-type]
        ana.evaluate("scrollTo(0, 0)")
        bar = ana.locator(".bar").evaluate("bar => bar.getBoundingClientRect().top")
        for reaction in ("anxious", "avoidant", "both", "steady"):
            card = ana.locator(".reaction", has=ana.get_by_test_id(f"reaction-{reaction}"))
            assert card.evaluate("card => card.getBoundingClientRect().bottom") <= bar, (reaction, size)
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    journey.expect_sealed(ana)
    look("pause")
    for size in ON_ITS_SIDE:
        ana.set_viewport_size(size)  # type: ignore[arg-type]
        ana.evaluate("scrollTo(0, 0)")
        for name in ("Change my mark", "Take my mark back"):
            assert ana.get_by_role("button", name=name).evaluate(IN_SIGHT), (name, size)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.expect_revealed(ana, "Pursue–withdraw")
    look("pause")


def test_the_ways_of_the_history_stay_one_line_however_large_the_letters(
    server: Server, open_device: OpenDevice
) -> None:
    page = Demo(server).log_in(open_device(), "ana")
    page.goto(f"{server.url}/history/keeping/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    tops = page.locator(".ways__way").evaluate_all("(ways) => ways.map((way) => way.getBoundingClientRect().top)")
    assert len(tops) > 2 and len(set(tops)) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    assert page.locator(".ways [aria-current]").evaluate("(way) => way.getBoundingClientRect().right <= innerWidth")


def test_a_strongly_zoomed_window_keeps_its_room_for_the_page(server: Server, open_device: OpenDevice) -> None:
    ana = open_device(ZOOMED)
    journey.start(ana, server, "Ana")
    for part in (".header", ".bar"):
        assert ana.locator(part).evaluate("part => getComputedStyle(part).position") == "static"


def test_a_phone_that_is_turned_has_the_layout_of_how_it_is_held(server: Server, open_device: OpenDevice) -> None:
    ana = open_device(ON_ITS_SIDE[0])
    journey.start(ana, server, "Ana")
    for size in (PHONE, ON_ITS_SIDE[0], PHONE):
        ana.set_viewport_size(size)  # type: ignore[arg-type]
        turned = layout_of(ana)
        ana.reload()
        expect(hook(ana, "join-link")).to_be_visible()
        assert layout_of(ana) == turned
    # What makes Safari keep the layout of before: a container query beside media queries, on every page.
    styles = ana.evaluate(
        "[...document.styleSheets].flatMap(({ cssRules }) => [...cssRules].map((rule) => rule.cssText))"
    )
    assert not [rule for rule in styles if "container-type" in rule and "cycle-map" not in rule]


def layout_of(page: Page) -> list[Any]:
    """Return where the parts of a page stand."""
    page.evaluate("scrollTo(0, 0)")
    places: list[Any] = page.evaluate(
        """() => [document.documentElement.scrollWidth <= innerWidth, ...[".header", ".lobby", ".lobby__code", ".bar"]
            .map((part) => document.querySelector(part).getBoundingClientRect().toJSON())]"""
    )
    assert places[0], "wider than the screen"
    return places


# Back


def test_a_page_from_memory_asks_again_whom_it_is_for(server: Server, open_device: OpenDevice) -> None:
    ana = account(server, open_device(), "Ana")
    tab = Owner(ana.page.context.new_page(), "Ana", server)
    tab.go("/settings/")
    expect(tab.page.get_by_text(ana.email)).to_be_visible()
    ana.go("/accounts/logout/")
    ana.page.get_by_role("main").get_by_role("button").first.click()
    # Browsers that keep pages in their memory hide and show them without asking anybody.
    tab.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(tab.page.get_by_text(ana.email)).to_be_hidden()
    tab.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(hook(tab.page, "start-check-in")).to_be_visible()
    expect(tab.page.get_by_text(ana.email)).to_have_count(0)


# Paper and home screens


def test_a_report_on_paper_begins_below_its_heading(timed: Timed, open_device: OpenDevice) -> None:
    demo = Demo(timed.server)
    ana = demo.log_in(open_device({"width": 816, "height": 1056}), "ana")  # letter paper
    ana.goto(f"{timed.server.url}/history/report/")
    ana.emulate_media(media="print")
    panel = ana.locator(".report .chart").first
    expect(panel).to_be_visible()
    assert panel.evaluate("one => getComputedStyle(one).breakInside") == "auto"
    assert ana.locator("h2").first.evaluate("one => getComputedStyle(one).breakAfter") == "avoid"


def test_the_home_screen_shows_a_sign_and_no_picture_of_a_page(server: Server, open_device: OpenDevice) -> None:
    ana = open_device()
    journey.start(ana, server, "Ana")
    icon = ana.locator("link[rel=apple-touch-icon]").get_attribute("href") or ""
    size = ana.evaluate(
        """async (address) => {
            const { width, height } = await createImageBitmap(await (await fetch(address)).blob());
            return [width, height];
        }""",
        icon,
    )
    assert size == [180, 180]
