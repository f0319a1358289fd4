"""Finding a moment on a phone: a list that is short, words as one types them, one's own star."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import PHONE, OpenDevice
from tests.browser.journey import hook
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

# Of the 3,784 pixels that all moments took on a phone.
SHORT = 1_700


# What is docked below the list, with the bar, leaves most of the screen to the list.
DOCKED = 0.3


def star(page: Page, words: str = "") -> Locator:
    """Return the star beside a moment, or all stars in sight."""
    return hook(page, "favourite").and_(page.get_by_role("button", name=f"Favourite: {words}"))


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
    last_minute = star(ana, "A plan changed at the last minute.")
    expect(last_minute).to_have_attribute("aria-pressed", "false")
    with ana.expect_response("**/favourite/"):
        last_minute.click()
    expect(last_minute).to_have_attribute("aria-pressed", "true")
    # A star chooses nothing.
    expect(hook(ana, "open-round")).to_be_disabled()
    search.fill("")
    hook(ana, "only-favourites").check()
    assert options(ana) == ["A plan changed at the last minute."]
    hook(ana, "moment-option").click()
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
    hook(ben, "open-round").click()
    expect(ana.get_by_role("heading", name="The door stayed closed.")).to_be_visible()


def test_every_moment_has_its_star_and_a_star_taken_back_stays_in_sight(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    words = options(ana)
    assert len(words) >= 3
    for one in words:
        width, height = star(ana, one).evaluate("star => [star.offsetWidth, star.offsetHeight]")
        assert min(width, height) >= 44, one
    for one in words[:2]:
        with ana.expect_response("**/favourite/"):
            star(ana, one).click()
    hook(ana, "only-favourites").check()
    assert options(ana) == words[:2]
    with ana.expect_response("**/favourite/"):
        star(ana, words[0]).click()
    expect(star(ana, words[0])).to_have_attribute("aria-pressed", "false")
    assert options(ana) == words[:2], "it can be given back where it was taken"
    hook(ana, "only-recent").check()
    hook(ana, "only-favourites").check()
    assert options(ana) == words[1:2]


def test_keys_come_to_the_star_of_the_moment_that_is_chosen(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    words = options(ana)
    hook(ana, "moment-option").first.focus()
    ana.keyboard.press("Space")
    ana.keyboard.press("ArrowDown")
    ana.keyboard.press("Tab")
    expect(star(ana, words[1])).to_be_focused()
    with ana.expect_response("**/favourite/"):
        ana.keyboard.press("Enter")
    expect(star(ana, words[1])).to_have_attribute("aria-pressed", "true")
    ana.keyboard.press("Tab")
    expect(ana.locator("summary", has_text="Closeness and space")).to_be_focused()


def test_what_is_docked_leaves_the_screen_to_the_list(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    longest = max(options(ana), key=len)
    ana.get_by_role("radio", name=longest).click()
    expect(hook(ana, "open-round")).to_be_enabled()
    top = ana.locator(".moments__chosen").evaluate("dock => dock.getBoundingClientRect().top")
    assert top / PHONE["height"] >= 1 - DOCKED
