"""Ending together: the other sees it coming, stays in the middle of a sentence, and the sentence is still there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import PHONE
from tests.browser.fits import ON_ITS_SIDE, UNFIT
from tests.browser.journey import hook, press
from tests.browser.test_shapes import expect_in_sight
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

Two = tuple[Page, Page]

HEARD = """() => {
    window.heard = [];
    new MutationObserver(() => {
        const text = document.getElementById("room-status").textContent;
        if (text) window.heard.push(text);
    }).observe(document.getElementById("room-status"), { childList: true });
}"""


def test_nobody_is_cut_off_in_a_sentence(writing: Two, timed: Timed) -> None:
    ana, ben = writing
    for page in writing:
        page.evaluate(HEARD)
    field = hook(ben, "need-input")
    field.press_sequentially("A short while to")
    hook(ana, "end").click()
    expect(ben.get_by_text("Ana would like to end together. Closing in")).to_be_visible()
    expect(ana.get_by_text("You would like to end together. Closing in")).to_be_visible()
    expect(hook(ana, "end")).to_be_disabled()
    # It takes nobody out of what they write.
    expect(field).to_be_focused()
    field.press_sequentially(" find my words.")

    press(ben, "Stay a little")
    for page in writing:
        expect(hook(page, "stay")).to_be_hidden()
    timed.clock.tick(10)
    for page in writing:
        page.wait_for_timeout(500)
        expect(hook(page, "need-input")).to_be_visible()
        expect(hook(page, "end")).to_be_enabled()
    expect(field).to_have_value("A short while to find my words.")
    told = "Ana would like to end together. You can stay a little."
    # That the quiet is over may be said a moment after it is seen.
    heard = [one for one in ben.evaluate("heard") if not one.startswith("The quiet is over")]
    assert heard == [told, "The check-in goes on."]

    # Not stopped, it closes for both; what was not said is offered back.
    hook(ana, "end").click()
    expect(hook(ben, "stay")).to_be_visible()
    timed.clock.tick(10)
    for page in writing:
        expect(page.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    expect(ana.get_by_text("You ended it for both of you.")).to_be_visible()
    expect(ben.get_by_text("Either of you can end a check-in at any time")).to_be_visible()
    expect(ben.locator("#kept-words")).to_contain_text("A short while to find my words.")


def test_an_end_that_both_want_waits_for_no_clock(writing: Two) -> None:
    ana, ben = writing
    journey.end_together(ana, ben)
    for page in writing:
        expect(page.get_by_text("You ended it for both of you.")).to_be_visible()


def test_an_end_that_is_coming_leaves_the_page_its_room(writing: Two) -> None:
    ana, _ben = writing
    hook(ana, "end").click()
    for page in writing:
        expect(hook(page, "stay")).to_be_visible()
        for size in (*ON_ITS_SIDE, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate("() => new Promise(requestAnimationFrame)")
            taken = page.evaluate(
                "document.querySelector('.header').offsetHeight + document.querySelector('.bar').offsetHeight"
            )
            assert taken <= size["height"] / 3, (size, taken)
            assert list(page.evaluate(UNFIT)) == [], size
            expect_in_sight(page, "quick-exit", "leave", "pause", "stay", "end")
    # What ends it stays where it was: nothing moves under the thumb of whoever was about to press.
    ana.set_viewport_size(ON_ITS_SIDE[0])  # type: ignore[arg-type]
    places = "all => all.map((one) => one.getBoundingClientRect().x)"
    ways = ana.locator("#room-bar").get_by_role("button").filter(has_not_text="Keep going").or_(hook(ana, "leave"))
    before = ways.evaluate_all(places)
    hook(ana, "stay").click()
    expect(hook(ana, "stay")).to_be_hidden()
    assert ways.evaluate_all(places) == before
