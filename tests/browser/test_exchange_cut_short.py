"""The exchange when somebody skips, loses the network or leaves: no word is lost, and nothing opens."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook, press

pytestmark = pytest.mark.browser

ANA_NEEDS = "To know roughly when you are back."
BEN_NEEDS = "A short while to find my words."
ANA_STEP = "I write one message and put the phone away."

Two = tuple[Page, Page]


def test_one_who_skips_parts_is_waited_for_by_nothing_and_told_of_by_nothing(writing: Two) -> None:
    ana, ben = writing
    journey.say(ana, ANA_NEEDS)
    journey.skip_card(ana)
    hook(ana, "step-input").fill(ANA_STEP)
    hook(ana, "step-send").click()
    expect(ben.get_by_text(ANA_STEP).filter(visible=True)).to_be_visible()
    press(ana, "We’ve reconnected")
    expect(ana.get_by_text("You said so. It counts when you have both said it.")).to_be_visible()

    journey.to_the_next_moment(ben)
    journey.open_round(ben, moment=1)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
    for page in writing:
        assert ANA_NEEDS not in page.content(), "a need that was not shown is gone"
        for remark in ("skipped", "not yet said", "Waiting", "hasn", "missing"):
            assert remark not in journey.words_on(page)


def test_one_who_is_offline_in_the_middle_loses_no_word(writing: Two) -> None:
    ana, ben = writing
    hook(ben, "need-input").fill(BEN_NEEDS)
    journey.go_offline(ben)
    press(ben, "Say it")
    expect(ben.locator("[data-part=need-b] .field__error").filter(visible=True)).to_be_visible()
    expect(hook(ben, "need-input")).to_have_value(BEN_NEEDS)

    # Nobody waits for a phone that is not there.
    journey.say(ana, ANA_NEEDS)
    journey.skip_card(ana)
    hook(ana, "step-input").fill(ANA_STEP)
    hook(ana, "step-send").click()
    expect(ana.get_by_text(ANA_STEP).filter(visible=True)).to_be_visible()

    journey.come_back(ben)
    expect(ben.get_by_text(ANA_STEP).filter(visible=True)).to_be_visible()
    expect(hook(ben, "need-input")).to_have_value(BEN_NEEDS)
    assert ANA_NEEDS not in ben.content()
    assert BEN_NEEDS not in ana.content(), "only a fresh tap sends it"
    press(ben, "Say it")
    for page in writing:
        for need in (ANA_NEEDS, BEN_NEEDS):
            expect(page.get_by_text(need).filter(visible=True)).to_be_visible()


def test_one_who_leaves_in_the_middle_ends_it_and_opens_nothing(writing: Two) -> None:
    ana, ben = writing
    journey.say(ana, ANA_NEEDS)
    hook(ben, "need-input").fill(BEN_NEEDS)
    hook(ben, "leave").click()
    expect(hook(ben, "start-check-in")).to_be_visible()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    for words in (ANA_NEEDS, BEN_NEEDS):
        assert words not in ana.content()
        assert words not in ben.content()
    assert "Ben" not in journey.words_on(ana)
    ana.reload()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()


def test_one_who_leaves_offline_is_out_at_once_and_the_other_learns_it_later(writing: Two) -> None:
    ana, ben = writing
    hook(ben, "need-input").fill(BEN_NEEDS)
    journey.go_offline(ben)
    hook(ben, "leave").click()
    expect(ben.get_by_role("heading", name="You have left this check-in.")).to_be_visible()
    for words in (BEN_NEEDS, "Pursue–withdraw", "Ana"):
        assert words not in journey.words_on(ben)
    expect(hook(ana, "need-input")).to_be_visible()
    ben.context.set_offline(False)
    expect(hook(ben, "start-check-in")).to_be_visible()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
