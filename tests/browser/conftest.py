"""People with phones and laptops: each in a browser context of their own, driving a real Chromium."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect

from sessions.checkin.state import QUIET
from tests.browser import journey
from tests.browser.journey import hook
from tests.support import prerequisites
from tests.support.servers.clocks import Timed, start_timed

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}

NETWORK_SIGNS = ("Failed to load resource", "WebSocket connection", "net::ERR")

OpenDevice = Callable[..., Page]


@pytest.fixture(scope="session")
def timed() -> Iterator[Timed]:
    """Return one such Cycle for all tests that only need its clock."""
    running = start_timed()
    yield running
    running.server.close()


@pytest.fixture
def own_timed() -> Iterator[Timed]:
    """Return one that the test may kill."""
    running = start_timed()
    yield running
    running.server.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Return a running Chromium: the system's own, for a browser of its own cannot always be downloaded."""
    path = prerequisites.path_of("chromium-headless-shell")
    arguments = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    running = playwright.chromium.launch(executable_path=path, args=arguments)
    yield running
    running.close()


@pytest.fixture
def open_device(browser: Browser) -> Iterator[OpenDevice]:
    """Return a function that opens a new device; what its console complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # A server that was killed on purpose is complained of by the network, not by us.
        of_the_network = any(sign in message.text for sign in NETWORK_SIGNS)
        if message.type in ("error", "warning") and not of_the_network:
            complaints.append(message.text)

    def watch(page: Page) -> None:
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_new(viewport: dict[str, int] = PHONE, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.on("page", watch)
        return context.new_page()

    yield open_new
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def quiet(timed: Timed, open_device: OpenDevice) -> tuple[Page, Page]:
    """Return the phones of Ana and Ben, who have just seen both marks open."""
    ana, ben = open_device(), open_device()
    journey.reveal(ana, ben, timed.server)
    return ana, ben


@pytest.fixture
def writing(quiet: tuple[Page, Page], timed: Timed) -> tuple[Page, Page]:
    """Return them after the quiet."""
    timed.clock.tick(int(QUIET.total_seconds()))
    for page in quiet:
        expect(hook(page, "need-input")).to_be_visible()
    return quiet


@pytest.fixture
def choosing(timed: Timed, open_device: OpenDevice) -> tuple[Page, Page]:
    """Return the phones of Ana and Ben, who may choose a moment."""
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    expect(hook(ana, "moment-option").first).to_be_visible()
    return ana, ben


@pytest.fixture
def marking(timed: Timed, open_device: OpenDevice) -> tuple[Page, Page]:
    """Return the phones of Ana and Ben, who look at one moment."""
    ana, ben = open_device(), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(timed.server), strict=True):
        journey.enter(page, person)
    return ana, ben
