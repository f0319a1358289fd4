"""Turning notices on in a browser, and what it shows when one comes. Only its push service is not real."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, look_from_all_sides
from tests.support.cast.hosted import in_shell
from tests.support.servers.clocks import Timed
from tests.support.servers.push_service import Browser

pytestmark = pytest.mark.browser

ANA = """
from accounts.logins import open_login
from accounts.models import User
from uuid import uuid4
answer = open_login(User.objects.create_user(f"{uuid4()}@example.org", None, first_name="Ana"))
"""
KEPT = """
from accounts.models import PushSubscription
answer = PushSubscription.objects.latest("created_at").target if PushSubscription.objects.exists() else None
"""
# Chromium for tests has no push service that it could ask.
HAS_A_SERVICE = """({endpoint, p256dh, auth}) => {
    const plain = (text) => atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = (text) => Uint8Array.from(plain(text), (one) => one.charCodeAt(0)).buffer;
    const keys = { p256dh: bytes(p256dh), auth: bytes(auth) };
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
        if (!userVisibleOnly || applicationServerKey.length !== 65) throw new TypeError("not as browsers want it");
        return { endpoint, getKey: (name) => keys[name] };
    };
}"""

# What is shown, as the worker asks for it: Chromium for tests shows nothing to anybody.
SHOWN = """() => {
    const shown = [];
    self.registration.showNotification = async (...asked) => { shown.push(asked); };
    self.dispatchEvent(new PushEvent("push", { data: '{"title":"A reminder you set"}' + " ".repeat(226) }));
    return shown;
}"""


@pytest.fixture
def ana(timed: Timed, open_device: OpenDevice) -> Page:
    """Return the phone of Ana, who stands before the page about notices."""
    page = open_device(**OPTIONS, permissions=["notifications"], timezone_id="Europe/Berlin", locale="en")
    key = in_shell(timed.server, ANA)
    page.context.add_cookies([{"name": "session", "value": key, "url": timed.server.url}])
    page.goto(f"{timed.server.url}/settings/")
    hook(page, "notices").click()
    expect(page.get_by_role("heading", name="Notices", exact=True)).to_be_visible()
    return page


def test_a_browser_is_turned_on_and_off(timed: Timed, ana: Page) -> None:
    assert list(look_from_all_sides(ana)) == []
    browser = Browser()
    ana.evaluate(HAS_A_SERVICE, browser.named)
    hook(ana, "push-on").click()
    expect(hook(ana, "push-off")).to_be_visible()
    assert in_shell(timed.server, KEPT) == browser.named
    assert list(look_from_all_sides(ana)) == []
    hook(ana, "push-off").click()
    expect(hook(ana, "push-on")).to_be_visible()
    assert in_shell(timed.server, KEPT) is None


def test_a_browser_that_does_not_allow_it_is_told_so_and_nothing_changes(timed: Timed, ana: Page) -> None:
    ana.evaluate("() => { PushManager.prototype.subscribe = async () => { throw new DOMException('no'); }; }")
    hook(ana, "push-on").click()
    expect(ana.get_by_text("Your browser does not allow it.")).to_be_visible()
    assert in_shell(timed.server, KEPT) is None


def test_a_notice_shows_its_sentence_and_nothing_else(timed: Timed, ana: Page) -> None:
    ana.evaluate("navigator.serviceWorker.register('/service-worker.js').then(() => navigator.serviceWorker.ready)")
    [worker] = ana.context.service_workers
    assert worker.evaluate(SHOWN) == [["A reminder you set"]]
