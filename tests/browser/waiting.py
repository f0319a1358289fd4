"""A mark that is sealed without a connection, as the page shows it."""

from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook

WAITS = "It goes as soon as there is a connection; closing this page lets it go."
CLOSED = "This moment closed before there was a connection. Your mark was not sent, and will not be."


def seal_without_a_line(page: Page, reaction: str = "anxious", intensity: int = 4) -> None:
    """Lose the network, mark and seal: the mark waits."""
    journey.go_offline(page)
    journey.mark(page, reaction, intensity)
    journey.seal(page)
    expect_waiting(page)


def expect_waiting(page: Page) -> None:
    """Expect what the page says of a mark that waits, and none of the mark."""
    expect(hook(page, "mark-waiting")).to_contain_text(WAITS, use_inner_text=True)
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_focused()
    expect(page.get_by_test_id("connection-state")).to_contain_text("Your mark waits on this page.")
    expect(page.locator(".mark__core")).to_be_hidden()
