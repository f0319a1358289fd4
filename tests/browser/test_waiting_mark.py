"""A mark sealed without a connection waits in the open page: it is sent once, taken back, or gone with the page."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, WebSocket, expect

from tests.browser import journey
from tests.browser.conftest import PHONE, OpenDevice
from tests.browser.journey import hook, press
from tests.browser.test_unsent_words import try_to_reload
from tests.browser.waiting import CLOSED, expect_waiting, seal_without_a_line
from tests.support import prerequisites
from tests.support.cast.clients import Person
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

THOUGHT = "Something is wrong with us."
HOUR = 3600


class Phone:
    """Ana's phone, and every mark that it has sent."""

    def __init__(self, page: Page) -> None:
        self.page = page
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
def phone(people: tuple[Person, Person], open_device: OpenDevice) -> Phone:
    """Return Ana's phone, in the room."""
    phone = Phone(open_device())
    journey.enter(phone.page, people[0])
    return phone


@pytest.fixture
def ana(phone: Phone) -> Page:
    """Return its page."""
    return phone.page


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


def is_sealed(person: Person) -> bool:
    """Ask the server whether somebody's mark is sealed."""
    found: bool = person.snapshot()["round"]["sealed"]
    return found


def test_it_waits_and_is_sent_once_when_the_line_is_back(people: tuple[Person, Person], phone: Phone) -> None:
    seal_without_a_line(phone.page)
    assert not is_sealed(people[0])
    assert people[1].command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200
    assert people[1].snapshot()["round"]["state"] == "open"
    journey.come_back(phone.page)
    journey.expect_revealed(phone.page, "Pursue–withdraw")
    assert len(phone.seals) == 1


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


def test_it_is_taken_back_while_it_waits(people: tuple[Person, Person], phone: Phone) -> None:
    ana = phone.page
    seal_without_a_line(ana)
    press(ana, "Take it back")
    expect(hook(ana, "mark-waiting")).to_have_count(0)
    expect(hook(ana, "seal-mark")).to_be_focused()
    expect(ana.get_by_test_id("reaction-anxious")).to_be_checked()
    journey.come_back(ana)
    journey.expect_state(ana, "connected")
    assert not is_sealed(people[0]) and phone.seals == []
    journey.seal(ana)
    journey.expect_sealed(ana)
    assert len(phone.seals) == 1


LOSE_THE_ANSWER = """() => {
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (text) {
        if (JSON.parse(text).type === "mark.seal") {
            this.onmessage = () => {};
            WebSocket.prototype.send = send;
        }
        send.call(this, text);
    };
}"""


def test_without_an_answer_nothing_is_promised_and_it_counts_once(people: tuple[Person, Person], phone: Phone) -> None:
    ana = phone.page
    journey.mark(ana, "anxious", 4)
    ana.evaluate(LOSE_THE_ANSWER)
    journey.seal(ana)
    expect(hook(ana, "seal-mark")).to_contain_text("Sealing…")
    ana.context.set_offline(True)
    waiting = hook(ana, "mark-waiting")
    expect(waiting).to_contain_text("It may have arrived.", use_inner_text=True)
    expect(waiting).not_to_contain_text("closing this page", use_inner_text=True)
    expect(waiting.get_by_role("button", name="Do not send it again")).to_be_visible()
    ana.context.set_offline(False)
    journey.expect_sealed(ana)
    assert len(phone.seals) == 2 and len({frame["op"] for frame in phone.seals}) == 1
    assert is_sealed(people[0])


# Leaving the page


def test_leaving_the_page_asks_first_and_quick_exit_loses_it(
    people: tuple[Person, Person], phone: Phone, asked: list[str]
) -> None:
    ana = phone.page
    seal_without_a_line(ana)
    try_to_reload(ana)
    assert asked == ["beforeunload"]
    expect_waiting(ana)
    ana.context.route("https://**", lambda route: route.fulfill(body="elsewhere"))
    hook(ana, "quick-exit").click()
    ana.wait_for_url(re.compile("https://|chrome-error://"))
    assert asked == ["beforeunload"]
    journey_back(ana, people[0])
    assert phone.seals == [] and not is_sealed(people[0])


def journey_back(page: Page, person: Person) -> None:
    """Come back to the room on a line that is there again; nothing is left of what was chosen."""
    page.context.set_offline(False)
    page.goto(f"{person.server.url}/sessions/{person.session}/")
    journey.expect_state(page, "connected")
    expect(page.get_by_test_id("reaction-anxious")).not_to_be_checked()


def test_a_page_from_the_browsers_memory_sends_nothing_by_itself(people: tuple[Person, Person], phone: Phone) -> None:
    ana = phone.page
    seal_without_a_line(ana)
    ana.evaluate(
        """() => {
            dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
            dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }"""
    )
    journey.come_back(ana)
    journey.expect_state(ana, "connected")
    expect(hook(ana, "seal-mark")).to_be_enabled()
    assert phone.seals == [] and not is_sealed(people[0])


def test_whoever_leaves_the_check_in_is_not_sealed_on_the_way(people: tuple[Person, Person], phone: Phone) -> None:
    ana = phone.page
    assert people[1].command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200
    seal_without_a_line(ana)
    hook(ana, "leave").click()
    expect(ana.get_by_role("heading", name="You have left this check-in.")).to_be_visible()
    ana.context.set_offline(False)
    expect(hook(ana, "start-check-in")).to_be_visible()
    assert phone.seals == []
    ended = people[1].snapshot()
    assert ended["state"] == "ended" and ended["round"] is None


# A moment that closes meanwhile


def test_a_moment_set_aside_meanwhile_is_said_and_the_next_one_has_none_of_it(
    people: tuple[Person, Person], phone: Phone
) -> None:
    ana = phone.page
    seal_without_a_line(ana)
    assert people[1].command("round.set_aside", round=1).status == 200
    assert people[1].command("round.open", after=1, moment=2).status == 200
    journey.come_back(ana)
    expect(ana.locator("#room-refusal")).to_contain_text(CLOSED)
    expect(hook(ana, "seal-mark")).to_be_disabled()
    expect(ana.get_by_test_id("reaction-anxious")).not_to_be_checked()
    assert people[0].snapshot()["round"]["number"] == 2 and not is_sealed(people[0])


def test_a_check_in_that_ended_meanwhile_says_so(people: tuple[Person, Person], phone: Phone) -> None:
    seal_without_a_line(phone.page)
    assert people[1].command("session.end").status == 200
    journey.come_back(phone.page)
    expect(phone.page.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    expect(phone.page.locator("#room-refusal")).to_contain_text(CLOSED)


def test_it_is_gone_when_its_day_is_over_though_no_line_comes_back(
    people: tuple[Person, Person], open_device: OpenDevice
) -> None:
    phone = Phone(open_device())
    ana = phone.page
    ana.clock.install()
    journey.enter(ana, people[0])
    seal_without_a_line(ana)
    ana.clock.fast_forward(25 * HOUR * 1000)
    expect(ana.locator("#room-refusal")).to_contain_text(CLOSED)
    expect(hook(ana, "mark-waiting")).to_have_count(0)
    expect(ana.get_by_test_id("reaction-anxious")).not_to_be_checked()
    # Marked and sealed again, it is told the same.
    journey.mark(ana, "steady", 1)
    press(ana, "OK")
    journey.seal(ana)
    expect(ana.locator("#room-refusal")).to_contain_text(CLOSED)
    journey.come_back(ana)
    assert phone.seals == []


# Nothing rests on the device

STORED = """async () => {
    const databases = await indexedDB.databases();
    const cached = await caches.keys();
    const files = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
    const { history: { state } } = window;
    return [Object.values(localStorage), Object.values(sessionStorage), databases, cached, files, state, window.name];
}"""


def found_on(disk: Path, words: str) -> list[str]:
    """Return the files below a folder in which words stand, as either encoding of a browser."""
    kinds = words.encode(), words.encode("utf-16-le")
    files = [path for path in disk.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if any(kind in path.read_bytes() for kind in kinds))


def test_nothing_of_it_rests_on_the_disk(people: tuple[Person, Person], playwright: Playwright, tmp_path: Path) -> None:
    # What is looked through is all that a browser has written, and it does find what is kept there.
    arguments = ["--disable-gpu"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    path = prerequisites.path_of("chromium-headless-shell")
    own = playwright.chromium.launch_persistent_context(tmp_path, executable_path=path, args=arguments, viewport=PHONE)
    page = own.pages[0]
    journey.enter(page, people[0])
    journey.think(page, THOUGHT)
    press(page, "Skip the rest")
    seal_without_a_line(page)
    page.wait_for_timeout(2_000)
    assert page.evaluate(STORED) == [[], [], [], [], [], None, ""]
    page.evaluate("() => localStorage.setItem('kept', 'A word that is kept.')")
    page.on("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=True)
    own.close()
    assert found_on(tmp_path, "A word that is kept."), "the premise: the disk is looked through"
    assert found_on(tmp_path, THOUGHT) == []
    assert not is_sealed(people[0])
