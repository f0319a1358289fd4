"""A nervous thumb taps twice: the second tap never acts on what the first has only just brought."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

BETWEEN_TAPS = 250
AS_LONG_AS_A_SCREEN_RESTS = 600

Two = tuple[Page, Page]


@pytest.fixture
def marking(timed: Timed, open_device: OpenDevice) -> Two:
    """Return the phones of Ana and Ben, who look at one moment."""
    ana, ben = open_device(), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(timed.server), strict=True):
        journey.enter(page, person)
    return ana, ben


def tap_twice(page: Page, control: Locator, apart: int = BETWEEN_TAPS) -> None:
    """Tap the place where a control is, and tap the same place again, whatever is there by then."""
    control.scroll_into_view_if_needed()
    page.wait_for_timeout(AS_LONG_AS_A_SCREEN_RESTS)
    box = control.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_timeout(apart)
    page.mouse.click(x, y)


def ending(page: Page) -> Locator:
    """Return what the bar says while End can be taken back."""
    return page.locator("#room-bar").get_by_text("would like to end together.")


def test_end_twice_still_leaves_all_the_time_to_keep_going(marking: Two, timed: Timed) -> None:
    ana, ben = marking
    tap_twice(ana, hook(ana, "end"))
    expect(ending(ana)).to_be_visible()
    press(ana, "Keep going")
    expect(ending(ana)).to_be_hidden()
    timed.clock.tick(10)
    for page in marking:
        page.wait_for_timeout(AS_LONG_AS_A_SCREEN_RESTS)
        expect(hook(page, "end")).to_be_enabled()

    # Nor does a thumb that comes back later cut the other off: that is the other's to say.
    tap_twice(ana, hook(ana, "end"), apart=AS_LONG_AS_A_SCREEN_RESTS)
    expect(ending(ben)).to_be_visible()
    ben.wait_for_timeout(AS_LONG_AS_A_SCREEN_RESTS)
    hook(ben, "end").click()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible(timeout=2_000)


def test_opening_a_moment_with_two_taps_chooses_nothing_on_the_mark(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    for apart in (30, BETWEEN_TAPS):
        hook(ana, "moment-option").first.click()
        tap_twice(ana, hook(ana, "open-round"), apart)
        expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
        ana.wait_for_timeout(200)
        expect(ana.get_by_role("region", name="A little more")).to_be_hidden()
        expect(ana.locator("form input:checked:not([value=mine])")).to_have_count(0)
        hook(ana, "set-aside").click()
        expect(hook(ana, "moment-option").first).to_be_visible()


def test_a_page_of_the_sheet_is_turned_once(marking: Two) -> None:
    ana, _ = marking
    press(ana, "Add a little more first")
    expect(ana.get_by_text("1 of 6")).to_be_visible()
    tap_twice(ana, ana.get_by_role("button", name="Next", exact=True))
    ana.wait_for_timeout(200)
    expect(ana.get_by_text("2 of 6")).to_be_visible()


def test_a_need_is_said_and_not_taken_back_by_the_same_thumb(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.reveal(ana, ben, timed.server)
    timed.clock.tick(15)
    hook(ana, "need-input").fill("To know when you are back.")
    tap_twice(ana, hook(ana, "need-send"))
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    ana.wait_for_timeout(500)
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    expect(hook(ana, "need-input")).to_have_count(0)


def test_what_stays_under_the_thumb_takes_quick_taps_on_different_things(marking: Two) -> None:
    ana, _ = marking
    expect(hook(ana, "seal-mark")).to_be_visible()
    ana.wait_for_timeout(AS_LONG_AS_A_SCREEN_RESTS)
    ana.evaluate(
        """() => {
            document.querySelector('[data-testid="reaction-both"]').click();
            document.querySelector('[data-testid="intensity-3"]').click();
        }"""
    )
    expect(hook(ana, "seal-mark")).to_be_enabled()


def test_a_key_that_is_held_presses_once_and_another_key_is_not_kept_waiting(marking: Two) -> None:
    ana, ben = marking
    hook(ana, "end").focus()
    ana.keyboard.down("Enter")
    for _ in range(20):
        ana.keyboard.down("Enter")  # what the keyboard repeats while the key is held
        ana.wait_for_timeout(50)
    ana.keyboard.up("Enter")
    expect(ending(ana)).to_be_visible()
    press(ana, "Keep going")
    ana.get_by_role("button", name="Add a little more first").focus()
    ana.keyboard.press("Enter")
    expect(ana.get_by_text("1 of 6")).to_be_visible()
    # On a page that has just come a keyboard can go on at once.
    ana.keyboard.press("Tab")
    ana.keyboard.press("Space")
    expect(ana.get_by_role("checkbox").filter(visible=True).first).to_be_checked()
    journey.expect_state(ben, "connected")
