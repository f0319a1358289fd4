"""The exchange is one card at a time: few controls at once, and nobody is moved on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook, press

pytestmark = pytest.mark.browser

ANA_NEEDS = "To know roughly when you are back."
BEN_NEEDS = "A short while to find my words."

Two = tuple[Page, Page]


# One card at a time

TITLES = ("What each of you needed", "One small step each", "Reconnecting")


def at_once(page: Page) -> list[str]:
    """Return what can be pressed, written in or chosen in the exchange."""
    controls = page.locator("[data-part=exchange]").locator("button, input, textarea, select, summary")
    return [one.inner_text() or one.get_attribute("name") or "field" for one in controls.filter(visible=True).all()]


def open_cards(page: Page) -> list[str]:
    """Return the titles of what is open."""
    return page.locator("[data-part=exchange] h2").filter(visible=True).all_inner_texts()


def test_one_card_is_open_at_a_time_with_few_controls_and_each_can_be_left(writing: Two) -> None:
    ana, _ben = writing
    for number, title in enumerate(TITLES):
        assert open_cards(ana) == [title]
        assert len(at_once(ana)) <= 8, at_once(ana)
        expect(ana.get_by_text("Left for now").filter(visible=True)).to_have_count(number)
        journey.skip_card(ana)
        expect(ana.locator("[data-part=exchange] h2", has_text=title)).to_be_hidden()
    assert open_cards(ana) == []
    assert ana.evaluate("document.activeElement.className") == "card__line", "the focus is not lost"
    # Any of them opens again, by itself.
    journey.open_card(ana, TITLES[1])
    expect(hook(ana, "step-input")).to_be_visible()
    assert open_cards(ana) == [TITLES[1]]


def test_what_the_other_one_does_moves_nobody_on_in_the_middle_of_a_sentence(writing: Two) -> None:
    ana, ben = writing
    for page, need in ((ana, ANA_NEEDS), (ben, BEN_NEEDS)):
        journey.say(page, need)
    for page in writing:
        journey.at_rest(page)
        hook(page, "heard").click()
    journey.skip_card(ana)
    hook(ana, "step-input").press_sequentially("I ask")
    press(ben, "Say it in other words")
    journey.say(ben, "A short walk.")
    expect(ana.locator(".card__line").filter(visible=True)).to_contain_text(["A short walk.", "Take turns"])
    expect(hook(ana, "step-input")).to_be_focused()
    hook(ana, "step-input").press_sequentially(" once.")
    expect(hook(ana, "step-input")).to_have_value("I ask once.")


def test_a_need_keeps_its_lead_in_however_it_was_begun(writing: Two) -> None:
    ana, ben = writing
    journey.say(ana, "to know when you are back.")
    journey.say(ben, "I need a short while.")
    for page in writing:
        expect(page.locator("[data-part=need-a] .need__text")).to_have_text("I need… to know when you are back.")
        expect(page.locator("[data-part=need-b] .need__lead")).to_be_hidden()


# What if not
