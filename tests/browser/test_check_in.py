"""Two people do a check-in on two phones; whatever happens to a phone on the way, both arrive at the same reveal."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

Disturb = Callable[[Page, Server], Page]


def nothing(page: Page, server: Server) -> Page:
    """Leave the phone alone."""
    return page


def reload(page: Page, server: Server) -> Page:
    """Load the page again."""
    page.reload()
    return page


def second_tab(page: Page, server: Server) -> Page:
    """Go on in a second tab, and close the first."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")
    page.close()
    return other


def offline_spell(page: Page, server: Server) -> Page:
    """Lose the network for a moment."""
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "offline")
    page.context.set_offline(False)
    expect(page.get_by_test_id("connection-state")).not_to_have_attribute("data-state", "offline")
    return page


def killed_server(page: Page, server: Server) -> Page:
    """Kill the server, see that the page says so, and start it again."""
    server.kill()
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "offline")
    server.start()
    expect(page.get_by_test_id("connection-state")).not_to_have_attribute("data-state", "offline")
    return page


@pytest.mark.parametrize("disturb", [nothing, reload, second_tab, offline_spell, killed_server])
def test_two_people_go_from_the_front_page_to_two_reveals(
    own_server: Server, open_device: OpenDevice, disturb: Disturb
) -> None:
    ana, ben = open_device(), open_device()
    link = journey.start(ana, own_server, "Ana")
    ana = disturb(ana, own_server)
    expect(hook(ana, "join-link")).to_have_attribute("href", link)

    journey.join(ben, link, "Ben")
    expect(hook(ana, "moment-option").first).to_be_visible()
    expect(hook(ana, "join-link")).to_have_count(0)
    ana = disturb(ana, own_server)

    journey.open_round(ana)
    ben = disturb(ben, own_server)
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    journey.expect_sealed(ana)
    ana = disturb(ana, own_server)
    journey.expect_sealed(ana)
    expect(hook(ben, "sealed-note")).to_have_count(0)
    expect(hook(ben, "pattern-name")).to_have_count(0)

    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    for page in (ana, ben):
        journey.expect_revealed(page, "Pursue–withdraw")
    ben = disturb(ben, own_server)
    journey.expect_revealed(ben, "Pursue–withdraw")

    journey.to_the_next_moment(ben)
    journey.open_round(ben, moment=1)
    journey.mark(ana, "steady", 1)
    journey.seal(ana)
    journey.expect_sealed(ana)
    journey.mark(ben, "steady", 2)
    journey.seal(ben)
    for page in (ana, ben):
        journey.expect_revealed(page, "Mutual engagement")


def test_a_round_can_be_about_their_own_words(server: Server, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    hook(ana, "moment-text").fill("The door stayed closed after dinner.")
    hook(ana, "open-round").click()
    expect(ben.get_by_text("The door stayed closed after dinner.").first).to_be_visible()


def test_leaving_never_asks_and_the_other_learns_no_more_than_that_it_ended(
    server: Server, open_device: OpenDevice
) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    journey.open_round(ana)
    journey.mark(ana, "both", 5)
    journey.seal(ana)
    journey.expect_sealed(ana)
    expect(ben.get_by_test_id("reaction-anxious")).to_be_attached()
    hook(ana, "leave").click()
    expect(hook(ana, "start-check-in")).to_be_visible()
    expect(ben.get_by_text("This check-in has ended.")).to_be_visible()
    assert "Ana" not in ben.get_by_role("main").inner_text()


def test_quick_exit_is_one_tap_and_covers_the_page(server: Server, open_device: OpenDevice) -> None:
    ana = open_device()
    journey.start(ana, server, "Ana")
    ana.route("https://**", lambda route: route.fulfill(body="elsewhere"))
    hook(ana, "quick-exit").click()
    ana.wait_for_url("https://**")


def test_a_moment_can_be_set_aside_and_nothing_opens(server: Server, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    journey.open_round(ana)
    journey.mark(ana, "anxious", 2)
    journey.seal(ana)
    journey.expect_sealed(ana)
    hook(ben, "set-aside").first.click()
    for page in (ana, ben):
        expect(hook(page, "moment-option").first).to_be_visible()
        expect(hook(page, "pattern-name")).to_have_count(0)


def test_a_mark_can_be_taken_back_and_changed(server: Server, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    journey.open_round(ana)
    journey.mark(ana, "anxious", 2)
    journey.seal(ana)
    journey.expect_sealed(ana)
    ana.get_by_role("button", name="Take my mark back").click()
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    expect(ana.get_by_test_id("reaction-anxious")).not_to_be_checked()
    journey.mark(ana, "avoidant", 3)
    journey.seal(ana)
    journey.expect_sealed(ana)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.expect_revealed(ana, "Withdraw–withdraw")
