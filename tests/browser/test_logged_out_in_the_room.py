"""A login that ends in a check-in: one logs in again and goes on with what one was typing, and nobody else does."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.account_scenes import Owner
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accounts import paired
from tests.support.cast.visitors import PASSWORD
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

OWN_MOMENT = "The door stayed closed after dinner."


@pytest.fixture
def writing(server: Server, open_device: OpenDevice) -> tuple[Owner, Owner]:
    """Return Ana, who writes a moment of her own, and Ben in the same check-in."""
    ana, ben = paired(server, open_device)
    ana.go("/")
    hook(ana.page, "start-check-in").click()
    ben.go("/")
    hook(ben.page, "open-check-in").click()
    hook(ana.page, "moment-text").fill(OWN_MOMENT)
    return ana, ben


def log_out_beside(ana: Owner) -> Page:
    """Log Ana out in a second tab, and return it."""
    tab = Owner(ana.page.context.new_page(), "Ana", ana.server)
    tab.go("/accounts/logout/")
    tab.page.get_by_role("main").get_by_role("button").first.click()
    expect(ana.page.get_by_text("You are logged out here.")).to_be_visible()
    return tab.page


def fill_in(page: Page, email: str) -> None:
    """Log in on the page that asks for it."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    hook(page, "log-in").click()


def test_logging_in_again_leads_back_to_what_was_typed(writing: tuple[Owner, Owner]) -> None:
    ana, _ = writing
    log_out_beside(ana).close()
    assert "Ended" not in ana.page.get_by_test_id("connection-state").inner_text()
    expect(ana.page.get_by_text("What you were writing stays on this page")).to_be_visible()
    assert OWN_MOMENT not in journey.words_on(ana.page), "whoever found the phone reads it"
    with ana.page.context.expect_page() as opened:
        ana.page.get_by_role("link", name="Log in again").click()
    with opened.value.expect_event("close"):
        fill_in(opened.value, ana.email)
    expect(hook(ana.page, "moment-text")).to_have_value(OWN_MOMENT)
    assert ana.page.get_by_test_id("connection-state").inner_text() == "Connected"


def test_the_other_partner_in_the_same_browser_finds_nothing_typed(writing: tuple[Owner, Owner]) -> None:
    ana, ben = writing
    tab = log_out_beside(ana)
    tab.goto(f"{ana.server.url}/accounts/login/")
    fill_in(tab, ben.email)
    expect(hook(tab, "log-in")).to_have_count(0)
    with ana.page.expect_navigation():
        ana.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(ana.page.locator("#room")).to_have_attribute("data-seat", "b")
    expect(hook(ana.page, "moment-text")).to_have_value("")
    assert OWN_MOMENT not in journey.words_on(ana.page)
