"""What is typed and not sent outlives an accident with the page, and nobody is asked who goes away on purpose."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook, press

pytestmark = pytest.mark.browser

NEED = "To know when you are back."
THOUGHT = "Something is wrong with us."

Two = tuple[Page, Page]


@pytest.fixture
def asked(writing: Two) -> Iterator[list[str]]:
    """Return the questions that Ana's browser asks; she answers that she stays."""
    questions: list[str] = []

    def stay(dialog: object) -> None:
        questions.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    writing[0].on("dialog", stay)
    yield questions
    writing[0].remove_listener("dialog", stay)


def try_to_reload(page: Page) -> None:
    """Press reload, and see what comes of it."""
    page.evaluate("() => { window.sameDocument = true; setTimeout(() => location.reload(), 0) }")
    page.wait_for_timeout(1_000)


def test_a_reload_with_unsent_words_asks_first(writing: Two, asked: list[str]) -> None:
    ana, _ = writing
    hook(ana, "need-input").click()
    hook(ana, "need-input").fill(NEED)
    try_to_reload(ana)
    assert asked == ["beforeunload"]
    assert ana.evaluate("window.sameDocument")
    expect(hook(ana, "need-input")).to_have_value(NEED)

    # Once they are sent there is nothing to ask.
    journey.say(ana, NEED)
    try_to_reload(ana)
    assert asked == ["beforeunload"]
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    assert not ana.evaluate("window.sameDocument")


def test_opening_to_reword_asks_nothing_until_a_word_is_changed(writing: Two, asked: list[str]) -> None:
    ana, ben = writing
    for page in writing:
        journey.say(page, NEED)
    press(ana, "Say it in other words")
    expect(hook(ana, "need-input")).to_have_value(NEED)
    try_to_reload(ana)
    assert asked == []
    assert NEED in ben.content()


def test_pulling_down_does_not_reload_the_room(marking: Two) -> None:
    for page in marking:
        assert page.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorY") in ("none", "contain")


def test_safety_opens_beside_the_room_and_back_leads_into_it_whole(marking: Two) -> None:
    ana, ben = marking
    journey.mark(ana, "anxious", 4)
    journey.think(ana, THOUGHT)
    for back in ("button", "browser"):
        safety = ana.get_by_role("link", name="Safety")
        safety.click()
        expect(ana.get_by_role("heading", name="Safety", exact=True)).to_be_focused()
        expect(ana.get_by_text("If you are in danger, call your country’s emergency number.")).to_be_visible()
        expect(hook(ana, "quick-exit")).to_be_visible()
        expect(ana.get_by_label("What did you think it meant?")).to_have_count(1)
        if back == "button":
            press(ana, "Back to the check-in")
        else:
            ana.go_back()
        expect(ana.get_by_role("heading", name="Safety", exact=True)).to_be_hidden()
        expect(safety).to_be_focused()
        expect(ana.get_by_label("What did you think it meant?")).to_have_value(THOUGHT)
        expect(ana.get_by_label("What did you think it meant?")).to_be_visible()
    # What goes on meanwhile goes on.
    ana.get_by_role("link", name="Safety").click()
    hook(ben, "set-aside").click()
    expect(hook(ben, "moment-option").first).to_be_visible()
    press(ana, "Back to the check-in")
    expect(journey.kept(ana, THOUGHT)).to_be_visible()


def test_a_page_from_the_browsers_memory_is_as_it_was(marking: Two) -> None:
    ana, _ = marking
    journey.mark(ana, "anxious", 4)
    journey.think(ana, THOUGHT)
    # Safari empties the fields of a page that it brings back, and says nothing of it.
    ana.evaluate(
        """() => {
            dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
            for (const form of document.forms) form.reset();
            dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }"""
    )
    journey.expect_state(ana, "connected")
    expect(ana.get_by_label("What did you think it meant?")).to_have_value(THOUGHT)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_checked()
    press(ana, "Skip the rest")
    expect(hook(ana, "seal-mark")).to_be_enabled()


# Whoever picks the phone up later


def test_leaving_and_quick_exit_ask_nothing_and_keep_nothing(writing: Two, asked: list[str]) -> None:
    ana, ben = writing
    elsewhere = "elsewhere"
    for page in writing:
        page.context.route("https://**", lambda route: route.fulfill(body=elsewhere))
    hook(ana, "need-input").click()
    hook(ana, "need-input").fill(NEED)
    room = ana.url
    hook(ana, "quick-exit").click()
    ana.wait_for_url("https://**")
    assert asked == []
    ana.goto(room)
    expect(hook(ana, "need-input")).to_have_value("")
    expect(ana.locator("#kept-words")).to_be_hidden()
    hook(ana, "need-input").click()
    hook(ana, "need-input").fill(NEED)
    hook(ana, "leave").click()
    expect(hook(ana, "start-check-in")).to_be_visible()
    assert asked == []
    expect(ben.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
