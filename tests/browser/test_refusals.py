"""What could not be done is said where it can be read, and gives the words back, whatever screen has come meanwhile."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

NEED = "To know when you are back."
OWN_MOMENT = "The door stayed closed after dinner."

Two = tuple[Page, Page]


class SlowLine:
    """A phone's line on which chosen frames, either way, are held until they are let go."""

    def __init__(self, page: Page) -> None:
        self.holds: Callable[[dict[str, object]], bool] = lambda frame: False
        self.held: list[Callable[[], None]] = []
        page.route_web_socket("**/ws/**", self._connect)

    def _connect(self, line: WebSocketRoute) -> None:
        upstream = line.connect_to_server()
        line.on_message(lambda text: self._carry(text, upstream.send))
        upstream.on_message(lambda text: self._carry(text, line.send))

    def _carry(self, text: str | bytes, send: Callable[[str | bytes], None]) -> None:
        if self.holds(json.loads(text)):
            self.held.append(lambda: send(text))
        else:
            send(text)

    def hold(self, *types: str) -> None:
        """Hold frames of these types from now on."""
        self.holds = lambda frame: frame["type"] in types

    def let_go(self, *, backwards: bool = False) -> None:
        """Deliver what was held, and hold nothing more."""
        self.holds = lambda frame: False
        for deliver in reversed(self.held) if backwards else self.held:
            deliver()
        self.held.clear()


@pytest.fixture
def line_and_phones(timed: Timed, open_device: OpenDevice) -> tuple[SlowLine, Page, Page]:
    """Return the phones of Ana, on a line of her own, and Ben, who may choose a moment."""
    ana, ben = open_device(), open_device()
    line = SlowLine(ana)
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    expect(hook(ana, "moment-option").first).to_be_visible()
    return line, ana, ben


def test_both_open_at_once_and_the_later_one_is_told_and_has_her_words_back(
    line_and_phones: tuple[SlowLine, Page, Page],
) -> None:
    line, ana, ben = line_and_phones
    line.hold("round.open")
    hook(ana, "moment-text").fill(OWN_MOMENT)
    hook(ana, "open-round").click()
    journey.open_round(ben)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    line.let_go()
    said = ana.locator("#room-refusal")
    expect(said).to_contain_text("A moment is already open; you can answer it or set it aside.")
    expect(ana.locator("#kept-words")).to_contain_text(OWN_MOMENT)

    # It stays until it was read, over the next screens as well.
    journey.mark(ana, "anxious", 3)
    journey.seal(ana)
    journey.expect_sealed(ana)
    ana.wait_for_timeout(6_000)
    expect(said).to_be_visible()
    said.get_by_role("button", name="OK").click()
    expect(said).to_be_hidden()


def test_a_refusal_that_comes_just_before_the_next_screen_goes_along(
    line_and_phones: tuple[SlowLine, Page, Page],
) -> None:
    line, ana, ben = line_and_phones
    line.hold("snapshot", "error")
    hook(ana, "moment-option").first.click()
    journey.open_round(ben)
    hook(ana, "open-round").click()
    while len(line.held) < 2:
        ana.wait_for_timeout(50)
    line.let_go(backwards=True)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    expect(ana.locator("#room-refusal")).to_contain_text("A moment is already open")


def test_a_need_sent_as_the_other_goes_on_is_told_and_kept(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    line = SlowLine(ana)
    journey.reveal(ana, ben, timed.server)
    timed.clock.tick(15)
    hook(ana, "need-input").fill(NEED)
    line.hold("need.say")
    hook(ana, "need-send").click()
    journey.to_the_next_moment(ben)
    journey.open_round(ben, moment=1)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    line.let_go()
    expect(ana.locator("#room-refusal")).to_contain_text("This exchange has closed")
    expect(ana.locator("#kept-words")).to_contain_text(NEED)


def test_a_refusal_that_can_be_read_beside_its_button_is_not_said_twice(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.reveal(ana, ben, timed.server)
    timed.clock.tick(15)
    hook(ana, "need-input").fill(NEED)
    journey.go_offline(ana)
    hook(ana, "need-send").click()
    expect(ana.locator("[data-part=need-a] .field__error").filter(visible=True)).to_be_visible()
    expect(ana.locator("#room-refusal")).to_be_hidden()
    journey.come_back(ana)
    journey.to_the_next_moment(ben)
    journey.open_round(ben, moment=1)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    # That she was offline is over; her words are what is left of it.
    expect(ana.locator("#room-refusal")).to_be_hidden()
    expect(ana.locator("#kept-words")).to_contain_text(NEED)
