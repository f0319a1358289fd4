"""The doors on real screens: buttons that rest, codes as people paste them, pages that come back."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

NONCE = re.compile("nonce=([^&]+)")
# Whether one more press is stopped before anything on the page hears of it.
STOPPED = """() => {
  const form = document.querySelector("main form");
  let reached = false;
  form.addEventListener("submit", () => { reached = true; }, { once: true });
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true });
  form.dispatchEvent(event);
  return event.defaultPrevented && !reached;
}"""


def press(page: Page, server: Server) -> list[str]:
    """Press on; the answer is lost on the way, and the page stays. Return what has been sent so far."""
    sent: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route(re.compile("/start/$"), lose)
    page.goto(f"{server.url}/start/")
    hook(page, "first-name").fill("Ana")
    hook(page, "join").click(no_wait_after=True)
    return sent


def test_a_button_rests_once_it_is_pressed(server: Server, open_device: OpenDevice) -> None:
    page = open_device()
    sent = press(page, server)
    expect(hook(page, "join")).to_have_attribute("aria-disabled", "true")
    assert page.evaluate(STOPPED), "a second press reaches nobody"
    hook(page, "join").click(force=True, no_wait_after=True)
    assert len(sent) == 1
    # Never disabled: then the form would go without what its button says.
    assert not page.evaluate("() => document.querySelector('main form button').disabled")


def test_a_page_that_comes_back_is_pressed_anew(server: Server, open_device: OpenDevice) -> None:
    page = open_device()
    sent = press(page, server)
    expect(hook(page, "join")).to_have_attribute("aria-disabled", "true")
    page.evaluate("() => window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    expect(hook(page, "join")).not_to_have_attribute("aria-disabled", "true")
    hook(page, "join").click(no_wait_after=True)
    expect(hook(page, "join")).to_have_attribute("aria-disabled", "true")
    assert len(sent) == 2
    assert NONCE.findall(sent[0]) == NONCE.findall(sent[1]) != [], "the same form, so that the server knows it again"
