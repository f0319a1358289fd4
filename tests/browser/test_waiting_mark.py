"""A mark sealed without a connection waits in the open page: it is sent once, taken back, or gone with the page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browser import journey
from tests.browser.conftest import PHONE, OpenDevice
from tests.browser.journey import hook, press
from tests.browser.test_apart import Two, agree, seal
from tests.support import prerequisites
from tests.support.cast.clients import Person
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

WAITS = "It goes as soon as there is a connection; closing this page lets it go."
CLOSED = "This moment closed before there was a connection. Your mark was not sent, and will not be."
THOUGHT = "Something is wrong with us."
HOUR = 3600


class Frames:
    """The marks that a page sends, and what else is said on its sockets from the beginning of the test on."""

    def __init__(self, page: Page) -> None:
        self.seals: list[dict[str, Any]] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda text: self._take(json.loads(text)))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "mark.seal":
            self.seals.append(frame)


@pytest.fixture
def people(timed: Timed) -> tuple[Person, Person]:
    """Return Ana and Ben, who look at one moment; Ben has no screen."""
    return journey.open_for_both(timed.server)


@pytest.fixture
def ana(people: tuple[Person, Person], open_device: OpenDevice) -> Page:
    """Return Ana's phone."""
    page = open_device()
    journey.enter(page, people[0])
    return page


@pytest.fixture
def asked(ana: Page) -> Iterator[list[str]]:
    """Return the questions that Ana's browser asks; she answers that she stays."""
    questions: list[str] = []

    def stay(dialog: object) -> None:
        questions.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    ana.on("dialog", stay)
    yield questions
    ana.remove_listener("dialog", stay)


def seal_without_a_line(page: Page, reaction: str = "anxious", intensity: int = 4) -> None:
    """Lose the network, mark and seal: the mark waits."""
    journey.go_offline(page)
    journey.mark(page, reaction, intensity)
    journey.seal(page)
    expect_waiting(page)


def expect_waiting(page: Page) -> None:
    """Expect what the page says of a mark that waits, and none of the mark."""
    expect(hook(page, "mark-waiting")).to_contain_text(WAITS)
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
    expect(page.get_by_test_id("connection-state")).to_contain_text("Your mark waits on this page.")
    expect(hook(page, "seal-mark")).to_have_count(0)
    expect(page.locator(".mark__core")).to_be_hidden()


def is_sealed(person: Person) -> bool:
    """Ask the server whether somebody's mark is sealed."""
    found: bool = person.snapshot()["round"]["sealed"]
    return found


def test_it_waits_and_is_sent_once_when_the_line_is_back(people: tuple[Person, Person], ana: Page) -> None:
    frames = Frames(ana)
    seal_without_a_line(ana)
    assert not is_sealed(people[0])
    assert people[1].command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200
    assert people[1].snapshot()["round"]["state"] == "open"
    journey.come_back(ana)
    journey.expect_revealed(ana, "Pursue–withdraw")
    assert len(frames.seals) == 1


def test_a_replacement_waits_and_the_sealed_one_stays(people: tuple[Person, Person], ana: Page) -> None:
    journey.mark(ana, "steady", 1)
    journey.seal(ana)
    journey.expect_sealed(ana)
    press(ana, "Change my mark")
    seal_without_a_line(ana)
    assert is_sealed(people[0])
    press(ana, "Take it back")
    press(ana, "Keep the sealed one")
    journey.expect_sealed(ana)


def test_it_is_taken_back_while_it_waits(people: tuple[Person, Person], ana: Page) -> None:
    frames = Frames(ana)
    seal_without_a_line(ana)
    press(ana, "Take it back")
    expect(hook(ana, "mark-waiting")).to_have_count(0)
    expect(hook(ana, "seal-mark")).to_be_focused()
    expect(ana.get_by_test_id("reaction-anxious")).to_be_checked()
    journey.come_back(ana)
    journey.expect_state(ana, "connected")
    assert not is_sealed(people[0]) and frames.seals == []
    journey.seal(ana)
    journey.expect_sealed(ana)
    assert len(frames.seals) == 1


def test_no_answer_is_no_promise_and_it_counts_once(people: tuple[Person, Person], ana: Page) -> None:
    # What a phone holds whose answers get lost: the socket still looks open.
    frames = Frames(ana)
    ana.context.new_cdp_session(ana)
    journey.mark(ana, "anxious", 4)
    ana.evaluate(
        """() => {
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (text) {
                if (JSON.parse(text).type === "mark.seal") this.onmessage = () => {};
                send.call(this, text);
            };
        }"""
    )
    journey.seal(ana)
    expect(hook(ana, "seal-mark")).to_contain_text("Sealing…")
    ana.context.set_offline(True)
    expect(hook(ana, "mark-waiting")).to_contain_text("It may have arrived.")
    expect(hook(ana, "mark-waiting")).not_to_contain_text(WAITS)
    ana.evaluate("() => { delete WebSocket.prototype.send }") if False else None
    ana.context.set_offline(False)
    journey.expect_sealed(ana)
    assert len({frame["op"] for frame in frames.seals}) == 1 and is_sealed(people[0])
