"""Finding a moment on a phone: a list that is short, words as one types them, one's own star."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

# Of the 3,784 pixels that all moments took on a phone.
SHORT = 1_700


def options(page: Page) -> list[str]:
    """Return the moments that can be chosen now."""
    words = "all => all.map((one) => one.dataset.words)"
    found: list[str] = page.get_by_test_id("moment-option").filter(visible=True).evaluate_all(words)
    return found


def test_a_moment_is_found_by_theme_by_word_and_by_ones_own_star(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    assert ana.evaluate("document.documentElement.scrollHeight") < SHORT
    assert 3 <= len(options(ana)) <= 6, "the first theme lies open, and no more"
    ana.locator("summary", has_text="Plans and time").press("Enter")
    expect(hook(ana, "moment-option").filter(visible=True)).to_have_count(10)

    search = hook(ana, "moment-search")
    search.press_sequentially("PLAN changed")
    assert options(ana) == ["A plan changed at the last minute."]
    search.fill("zebra")
    assert options(ana) == []
    expect(ana.get_by_text("No moment here has these words.").filter(visible=True).first).to_be_visible()
    expect(ana.get_by_role("status")).to_contain_text("No moment here has these words.")
    search.fill("last minute")
    hook(ana, "moment-option").click()
    star = hook(ana, "favourite")
    expect(star).to_have_attribute("aria-pressed", "false")
    with ana.expect_response("**/favourite/"):
        star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    search.fill("")
    hook(ana, "only-favourites").check()
    assert options(ana) == ["A plan changed at the last minute."]
    hook(ana, "open-round").click()
    journey.mark(ana, "steady", 2)
    hook(ana, "set-aside").click()

    # It is there again on a page that was loaded anew, and nowhere at the other's.
    ana.reload()
    for name in ("only-favourites", "only-recent"):
        hook(ana, name).check()
        assert options(ana) == ["A plan changed at the last minute."]
    hook(ben, "only-recent").check()
    assert options(ben) == ["A plan changed at the last minute."]
    hook(ben, "only-favourites").check()
    assert options(ben) == []
    expect(ben.get_by_text("You have no favourites yet.").filter(visible=True).first).to_be_visible()

    # Words of one's own are of a theme, and a star is none.
    hook(ben, "moment-text").fill("The door stayed closed.")
    expect(hook(ben, "favourite")).to_be_hidden()
    hook(ben, "open-round").click()
    expect(ana.get_by_role("heading", name="The door stayed closed.")).to_be_visible()
