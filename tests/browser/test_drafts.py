"""What somebody types in the room is theirs until they send it or give it up, whatever the other does meanwhile."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

NEED, STEP = "To know when you are back.", "I write one message."
THOUGHT = "Something is wrong with us."
OWN_MOMENT = "The door stayed closed after dinner."
WRITTEN = (NEED, STEP, THOUGHT, OWN_MOMENT)

Two = tuple[Page, Page]


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
        expect(journey.kept(ana, words)).to_contain_text("You were writing")
        expect(journey.kept(ana, words).get_by_role("button", name="Put back")).to_be_hidden()
        assert words not in ben.content()
    journey.kept(ana, STEP).get_by_role("button", name="Discard").click()
    expect(journey.kept(ana, STEP)).to_have_count(0)

    both_see_another_reveal(writing, timed)
    expect(hook(ana, "need-input")).to_have_value("")
    journey.kept(ana, NEED).get_by_role("button", name="Put back").click()
    expect(hook(ana, "need-input")).to_have_value(NEED)
    expect(hook(ana, "need-input")).to_be_focused()
    expect(ana.locator("#kept-words")).to_be_hidden()
    press(ana, "Say it")
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    assert NEED not in ana.content()


def test_words_in_the_sheet_come_back_in_the_next_mark(marking: Two) -> None:
    ana, ben = marking
    journey.mark(ana, "anxious", 4)
    journey.think(ana, THOUGHT)
    hook(ben, "set-aside").click()
    expect(hook(ana, "moment-option").first).to_be_visible()
    expect(journey.kept(ana, THOUGHT)).to_be_visible()
    journey.open_round(ben, moment=2)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    journey.kept(ana, THOUGHT).get_by_role("button", name="Put back").click()
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
    journey.think(ana, THOUGHT)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.expect_revealed(ana, "Pursue–withdraw")
    expect(journey.kept(ana, THOUGHT)).to_be_visible()


def test_ones_own_moment_comes_back_when_the_others_was_first(choosing: Two) -> None:
    ana, ben = choosing
    hook(ana, "moment-text").fill(OWN_MOMENT)
    journey.open_round(ben)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    expect(journey.kept(ana, OWN_MOMENT)).to_be_visible()
    hook(ben, "set-aside").click()
    expect(hook(ana, "moment-text")).to_have_value("")
    journey.kept(ana, OWN_MOMENT).get_by_role("button", name="Put back").click()
    expect(hook(ana, "moment-text")).to_have_value(OWN_MOMENT)
    hook(ana, "open-round").click()
    expect(ben.get_by_text(OWN_MOMENT)).to_be_visible()


def test_what_was_written_when_the_other_ended_can_be_taken_along(writing: Two) -> None:
    ana, ben = writing
    hook(ana, "need-input").fill(NEED)
    hook(ben, "leave").click()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    expect(journey.kept(ana, NEED)).to_be_visible()
    ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    journey.kept(ana, NEED).get_by_role("button", name="Copy").click()
    expect(journey.kept(ana, NEED)).to_contain_text("Copied")
    assert ana.evaluate("navigator.clipboard.readText()") == NEED
    journey.kept(ana, NEED).get_by_role("button", name="Discard").click()
    assert NEED not in ana.content()


def test_nothing_of_it_is_stored_in_the_browser(writing: Two) -> None:
    ana, ben = writing
    hook(ana, "need-input").fill(NEED)
    journey.skip_card(ana)
    hook(ana, "step-input").fill(STEP)
    journey.to_the_next_moment(ben)
    journey.open_round(ben, moment=1)
    journey.think(ana, THOUGHT)
    stored = ana.evaluate(
        """async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state,
            await indexedDB.databases(), await caches.keys()])"""
    )
    assert not any(words in stored for words in WRITTEN)
    ana.reload()
    for words in WRITTEN:
        assert words not in ana.content()
