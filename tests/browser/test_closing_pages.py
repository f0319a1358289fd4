"""A page may be closed at any moment: what was decided on it is decided, once."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

# Far less than the ten seconds in which somebody can stay.
AT_ONCE = 2_000

Two = tuple[Page, Page]


@pytest.fixture
def marking(timed: Timed, open_device: OpenDevice) -> Two:
    """Return the phones of Ana and Ben, who look at one moment."""
    ana, ben = open_device(), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(timed.server), strict=True):
        journey.enter(page, person)
    return ana, ben


def close(page: Page) -> None:
    """Close the tab as a person does."""
    page.close(run_before_unload=True)


def go_elsewhere(page: Page) -> None:
    """Type another address."""
    page.goto("about:blank")


def put_the_phone_away(page: Page) -> None:
    """Lock the phone: the page is not seen any more, and may never be asked again."""
    page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", { value: "hidden" });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


@pytest.mark.parametrize("leave", [close, go_elsewhere, put_the_phone_away])
def test_ending_and_leaving_the_page_ends_it(marking: Two, timed: Timed, leave: Callable[[Page], None]) -> None:
    ana, ben = marking
    hook(ana, "end").click()
    leave(ana)
    expect(hook(ben, "stay")).to_be_visible(timeout=AT_ONCE)
    timed.clock.tick(10)
    expect(ben.get_by_role("heading", name="This check-in has ended.")).to_be_visible()


def test_what_was_taken_back_is_not_sent_with_the_page(marking: Two, timed: Timed) -> None:
    ana, ben = marking
    hook(ana, "end").click()
    press(ana, "Keep going")
    expect(hook(ana, "stay")).to_be_hidden()
    close(ana)
    timed.clock.tick(10)
    ben.wait_for_timeout(1_000)
    expect(hook(ben, "seal-mark")).to_be_visible()


@pytest.mark.parametrize("leave", [close, put_the_phone_away])
def test_what_was_under_way_on_a_dead_line_arrives_once(
    server: Server, open_device: OpenDevice, leave: Callable[[Page], None]
) -> None:
    ana, ben = open_device(), open_device()
    swallowed: list[str | bytes] = []

    def swallow(line: WebSocketRoute) -> None:
        upstream = line.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if json.loads(message)["type"] == "mark.seal":
                swallowed.append(message)
            else:
                upstream.send(message)

        line.on_message(pass_on)

    ana.route_web_socket("**/ws/**", swallow)
    for page, person in zip((ana, ben), journey.open_for_both(server), strict=True):
        journey.enter(page, person)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.expect_sealed(ben)
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    expect(hook(ana, "seal-mark")).to_have_text("Sealing…", use_inner_text=True)
    ana.wait_for_timeout(300)
    assert len(swallowed) == 1
    assert hook(ben, "pattern-name").count() == 0
    posted: list[str | None] = []
    ana.on("request", lambda request: posted.append(request.post_data) if "/commands/" in request.url else None)
    leave(ana)
    journey.expect_revealed(ben, "Pursue–withdraw")
    if not ana.is_closed():
        assert posted == swallowed, "as long as every mark, and by the same op"
