"""What somebody types in the room is theirs until they send it or give it up, whatever the other does meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

NEED, STEP = "To know when you are back.", "I write one message."
THOUGHT = "Something is wrong with us."
OWN_MOMENT = "The door stayed closed after dinner."
WRITTEN = (NEED, STEP, THOUGHT, OWN_MOMENT)

Two = tuple[Page, Page]


@pytest.fixture
def choosing(timed: Timed, open_device: OpenDevice) -> Two:
    """Return the phones of Ana and Ben, who may choose a moment."""
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, timed.server, "Ana"), "Ben")
    expect(hook(ana, "moment-option").first).to_be_visible()
    return ana, ben


@pytest.fixture
def marking(timed: Timed, open_device: OpenDevice) -> Two:
    """Return the phones of Ana and Ben, who look at one moment."""
    ana, ben = open_device(), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(timed.server), strict=True):
        journey.enter(page, person)
    return ana, ben


@pytest.fixture
def writing(timed: Timed, open_device: OpenDevice) -> Two:
    """Return them after a reveal and its quiet."""
    ana, ben = open_device(), open_device()
    journey.reveal(ana, ben, timed.server)
    timed.clock.tick(15)
    for page in (ana, ben):
        expect(hook(page, "need-input")).to_be_visible()
    return ana, ben


def kept(page: Page, words: str) -> Locator:
    """Return what the room has kept of what was being written."""
    return page.locator("#kept-words").get_by_role("listitem").filter(has_text=words)


def think(page: Page, thought: str) -> None:
    """Write a thought into the sheet of the mark that is open."""
    press(page, "Add a little more first")
    for _ in range(3):
        press(page, "Next")
    page.get_by_label("What did you think it meant?").fill(thought)


def both_see_another_reveal(pages: Two, timed: Timed) -> None:
    """Mark the moment that is open, and wait until both can write."""
    for page, reaction in zip(pages, ("anxious", "avoidant"), strict=True):
        journey.mark(page, reaction, 3)
        journey.seal(page)
    for page in pages:
        journey.expect_revealed(page, "Pursue–withdraw")
    timed.clock.tick(15)


def test_a_need_and_a_step_come_back_in_the_next_exchange(writing: Two, timed: Timed) -> None:
    ana, ben = writing
    hook(ana, "need-input").fill(NEED)
    journey.skip_card(ana)
    hook(ana, "step-input").fill(STEP)
    journey.to_the_next_moment(ben)
    journey.open_round(ben, moment=1)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    for words in (NEED, STEP):
        expect(kept(ana, words)).to_contain_text("You were writing")
        expect(kept(ana, words).get_by_role("button", name="Put back")).to_be_hidden()
        assert words not in ben.content()
    kept(ana, STEP).get_by_role("button", name="Discard").click()
    expect(kept(ana, STEP)).to_have_count(0)

    both_see_another_reveal(writing, timed)
    expect(hook(ana, "need-input")).to_have_value("")
    kept(ana, NEED).get_by_role("button", name="Put back").click()
    expect(hook(ana, "need-input")).to_have_value(NEED)
    expect(hook(ana, "need-input")).to_be_focused()
    expect(ana.locator("#kept-words")).to_be_hidden()
    press(ana, "Say it")
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    assert NEED not in ana.content()


def test_words_in_the_sheet_come_back_in_the_next_mark(marking: Two) -> None:
    ana, ben = marking
    journey.mark(ana, "anxious", 4)
    think(ana, THOUGHT)
    hook(ben, "set-aside").click()
    expect(hook(ana, "moment-option").first).to_be_visible()
    expect(kept(ana, THOUGHT)).to_be_visible()
    journey.open_round(ben, moment=2)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    kept(ana, THOUGHT).get_by_role("button", name="Put back").click()
    # The words are back; what another moment pulled her to do is asked anew.
    expect(ana.get_by_label("What did you think it meant?")).to_have_value(THOUGHT)
    press(ana, "Skip the rest")
    expect(ana.get_by_role("list", name="Added to your mark")).to_contain_text("Your thought")
    expect(ana.get_by_test_id("reaction-anxious")).not_to_be_checked()
    expect(ana.locator("#kept-words")).to_be_hidden()


def test_words_for_a_sealed_mark_outlive_the_reveal_that_came_first(marking: Two) -> None:
    ana, ben = marking
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    journey.expect_sealed(ana)
    press(ana, "Change my mark")
    think(ana, THOUGHT)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.expect_revealed(ana, "Pursue–withdraw")
    expect(kept(ana, THOUGHT)).to_be_visible()


def test_ones_own_moment_comes_back_when_the_others_was_first(choosing: Two) -> None:
    ana, ben = choosing
    hook(ana, "moment-text").fill(OWN_MOMENT)
    journey.open_round(ben)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    expect(kept(ana, OWN_MOMENT)).to_be_visible()
    hook(ben, "set-aside").click()
    expect(hook(ana, "moment-text")).to_have_value("")
    kept(ana, OWN_MOMENT).get_by_role("button", name="Put back").click()
    expect(hook(ana, "moment-text")).to_have_value(OWN_MOMENT)
    hook(ana, "open-round").click()
    expect(ben.get_by_text(OWN_MOMENT)).to_be_visible()


def test_what_was_written_when_the_other_ended_can_be_taken_along(writing: Two) -> None:
    ana, ben = writing
    hook(ana, "need-input").fill(NEED)
    hook(ben, "leave").click()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    expect(kept(ana, NEED)).to_be_visible()
    ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    kept(ana, NEED).get_by_role("button", name="Copy").click()
    expect(kept(ana, NEED)).to_contain_text("Copied")
    assert ana.evaluate("navigator.clipboard.readText()") == NEED
    kept(ana, NEED).get_by_role("button", name="Discard").click()
    assert NEED not in ana.content()


# Leaving the page by accident


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
    think(ana, THOUGHT)
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
    expect(kept(ana, THOUGHT)).to_be_visible()


def test_a_page_from_the_browsers_memory_is_as_it_was(marking: Two) -> None:
    ana, _ = marking
    journey.mark(ana, "anxious", 4)
    think(ana, THOUGHT)
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


def test_nothing_of_it_is_stored_in_the_browser(writing: Two) -> None:
    ana, ben = writing
    hook(ana, "need-input").fill(NEED)
    journey.skip_card(ana)
    hook(ana, "step-input").fill(STEP)
    journey.to_the_next_moment(ben)
    journey.open_round(ben, moment=1)
    think(ana, THOUGHT)
    stored = ana.evaluate(
        """async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state,
            await indexedDB.databases(), await caches.keys()])"""
    )
    assert not any(words in stored for words in WRITTEN)
    ana.reload()
    for words in WRITTEN:
        assert words not in ana.content()
