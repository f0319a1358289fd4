"""A phone counts by the server's time, whatever happens to its own clock in the middle of a check-in."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

Two = tuple[Page, Page]
# Between what one reads and what is right: a second of rounding on either side.
CLOSE = 3


@pytest.fixture
def marking(server: Server, open_device: OpenDevice) -> Two:
    """Return the phones of Ana and Ben, who look at one moment."""
    ana, ben = open_device(), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(server), strict=True):
        journey.enter(page, person)
    return ana, ben


def call_a_pause(page: Page) -> float:
    """Call a pause of five minutes; return when it ends, by this machine's clock."""
    hook(page, "pause").click()
    ends = time.time() + 300
    expect(page.get_by_role("heading", name="A pause")).to_be_visible()
    return ends


def clock_of(page: Page) -> int:
    """Return the seconds that the page's clock shows."""
    expect(page.locator("[data-part=clock]")).to_contain_text(":")
    minutes, seconds = page.locator("[data-part=clock]").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def test_setting_the_clock_of_a_phone_moves_no_pause(marking: Two) -> None:
    ana, ben = marking
    for minutes in (6, -12):
        ana.evaluate(
            "by => { const before = Date.now; Date.now = () => before.call(Date) + by * 60000; }",
            minutes,
        )
        if minutes > 0:
            ends = call_a_pause(ana)
        ana.wait_for_timeout(600)
        for page in (ana, ben):
            assert abs(clock_of(page) - (ends - time.time())) <= CLOSE


@pytest.mark.parametrize("woken", ["visible again", "online again"])
def test_a_phone_that_slept_asks_what_time_it_is(marking: Two, woken: str) -> None:
    ana, _ = marking
    ends = call_a_pause(ana)
    # While some phones sleep, the clock that nobody can set stands still.
    ana.evaluate("() => { const awake = performance.now.bind(performance); performance.now = () => awake() - 100000; }")
    expect(ana.locator("[data-part=clock]")).to_contain_text("6:")
    if woken == "visible again":
        ana.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    else:
        journey.go_offline(ana)
        journey.come_back(ana)
    expect(ana.locator("[data-part=clock]")).to_contain_text("4:")
    assert abs(clock_of(ana) - (ends - time.time())) <= CLOSE
