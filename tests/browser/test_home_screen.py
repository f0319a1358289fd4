"""Opened from a home screen: a page of ours while offline, and nothing private on the device."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

KEPT = """async () => {
    const kept = {};
    for (const name of await caches.keys())
        kept[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    return kept;
}"""
TEXTS = """async () => {
    const texts = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) texts.push(await (await cache.match(request)).text());
    }
    return texts.join(" ");
}"""
READY = "async () => Boolean((await navigator.serviceWorker.ready).active)"


@pytest.fixture
def installed(server: Server, open_device: OpenDevice) -> Page:
    """Return Ana's phone, on which Cycle was opened from the home screen."""
    page = open_device()
    page.goto(f"{server.url}/?from=home-screen")
    assert page.evaluate(READY)
    return page


def test_whoever_follows_a_link_keeps_nothing(server: Server, open_device: OpenDevice) -> None:
    page = open_device()
    page.goto(server.url)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    assert page.evaluate(KEPT) == {}


def test_the_browser_reads_the_manifest_without_a_complaint(installed: Page) -> None:
    found: dict[str, Any] = installed.context.new_cdp_session(installed).send("Page.getAppManifest")
    assert urlsplit(found["url"]).path == "/manifest.webmanifest"
    assert found["errors"] == []
    assert json.loads(found["data"])["start_url"] == "/?from=home-screen"


def test_a_page_of_ours_while_offline(installed: Page, server: Server) -> None:
    installed.context.set_offline(True)
    installed.goto(f"{server.url}/history/")
    expect(installed.get_by_role("heading", name="No connection right now")).to_be_visible()
    expect(hook(installed, "quick-exit")).to_be_visible()
    assert installed.evaluate(
        "document.fonts.ready.then((fonts) => [...fonts].some((font) => font.status === 'loaded'))"
    )
    assert installed.evaluate("document.styleSheets.length") == 1
    hook(installed, "try-again").click()
    expect(hook(installed, "still-offline")).to_have_text("Still no connection.")
    # It looks again by itself.
    installed.context.set_offline(False)
    expect(installed.get_by_role("heading", name="No connection right now")).to_have_count(0)
    expect(hook(installed, "quick-exit")).to_be_visible()


def test_after_a_whole_check_in_only_the_shell_is_kept(
    installed: Page, server: Server, open_device: OpenDevice
) -> None:
    ben = open_device()
    journey.reveal(installed, ben, server)
    [(name, paths)] = installed.evaluate(KEPT).items()
    assert name.startswith("shell-")
    assert "/offline/" in paths
    assert all(path == "/offline/" or path.startswith("/static/") for path in paths)
    assert "Ana" not in installed.evaluate(TEXTS) and "Ben" not in installed.evaluate(TEXTS)


def test_a_form_sent_while_offline_is_left_to_the_browser(installed: Page, server: Server) -> None:
    installed.goto(server.url)
    hook(installed, "start-check-in").click()
    hook(installed, "first-name").fill("Ana")
    installed.context.set_offline(True)
    with installed.expect_event("requestfailed", lambda request: request.method == "POST"):
        hook(installed, "join").click()
    installed.context.set_offline(False)
