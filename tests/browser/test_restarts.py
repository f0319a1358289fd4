"""The server is killed and started again in the middle: the phones come back by themselves, and nothing is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

ANA_NEEDS = "To know roughly when you are back."
BEN_NEEDS = "A short while to find my words."


def restart(timed: Timed, *pages: Page) -> None:
    """Kill the server as a power cut would, start it again, and wait for the phones."""
    timed.server.kill()
    for page in pages:
        journey.expect_state(page, "offline")
    timed.server.start()
    for page in pages:
        # The device says that its network is back; without it the page would come by itself, a little later.
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_test_id("connection-state")).not_to_have_attribute("data-state", "offline")


def test_between_the_two_needs_and_in_a_pause_nothing_is_lost(own_timed: Timed, open_device: OpenDevice) -> None:
    timed = own_timed
    ana, ben = open_device(), open_device()
    journey.reveal(ana, ben, timed.server)
    press(ana, "Go on sooner")
    expect(ana.get_by_text("You are ready.")).to_be_visible()
    restart(timed, ana, ben)
    expect(ana.get_by_text("You are ready.")).to_be_visible()
    press(ben, "Go on sooner")

    journey.say(ana, ANA_NEEDS)
    hook(ben, "need-input").fill(BEN_NEEDS)
    restart(timed, ana, ben)
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    expect(hook(ben, "need-input")).to_have_value(BEN_NEEDS)
    press(ben, "Say it")
    for page in (ana, ben):
        for need in (ANA_NEEDS, BEN_NEEDS):
            expect(page.get_by_text(need).filter(visible=True)).to_be_visible()

    ana.get_by_label("How long to pause").select_option("5")
    hook(ana, "pause").click()
    press(ana, "I’m ready to go on")
    expect(ana.get_by_text("You are ready to go on")).to_be_visible()
    timed.clock.tick(120)
    restart(timed, ana, ben)
    for page in (ana, ben):
        expect(page.get_by_role("heading", name="A pause")).to_be_visible()
    expect(ana.get_by_text("You are ready to go on")).to_be_visible()
    timed.clock.tick(179)
    ben.reload()
    expect(ben.get_by_role("heading", name="A pause")).to_be_visible()
    timed.clock.tick(1)
    expect(ben.get_by_role("heading", name="The room is open again")).to_be_visible()
    expect(ana.get_by_text(BEN_NEEDS).filter(visible=True)).to_be_visible()
