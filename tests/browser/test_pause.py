"""A pause on two phones: timed by the server, cut short by nobody alone, left by each in their own time."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

THOUGHT = "Something is wrong with us."
NEED = "To know when you are back."
OPEN_AGAIN = "The room is open again"

Two = tuple[Page, Page]


@pytest.fixture
def marking(timed: Timed, open_device: OpenDevice) -> Two:
    """Return the phones of Ana and Ben, who look at one moment."""
    ana, ben = open_device(), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(timed.server), strict=True):
        journey.enter(page, person)
    return ana, ben


def call_a_pause(page: Page, minutes: int) -> None:
    """Call a pause from the bar."""
    page.get_by_label("How long to pause").select_option(str(minutes))
    hook(page, "pause").click()


def heading(page: Page, words: str) -> None:
    """Expect a screen by its heading."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def clock_of(page: Page) -> int:
    """Return the seconds that the page's clock shows."""
    minutes, seconds = page.locator("[data-part=clock]").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def moving(page: Page) -> int:
    """Return how many things move by themselves, again and again."""
    count: int = page.evaluate(
        "document.getAnimations().filter((one) => one.effect.getTiming().iterations === Infinity).length"
    )
    return count


# Its length


def test_the_server_times_it_and_each_leaves_the_figure_in_their_own_time(marking: Two, timed: Timed) -> None:
    ana, ben = marking
    for minutes in (1, 5, 20):
        for page in marking:
            page.reload()  # the page's own clock goes by the server's time at its loading
        call_a_pause(ana, minutes)
        for page in marking:
            heading(page, "A pause")
            expect(page.locator("[data-part=clock]")).to_contain_text(":")
            assert 60 * minutes - 15 <= clock_of(page) <= 60 * minutes
        timed.clock.tick(60 * minutes - 1)
        ana.reload()
        heading(ana, "A pause")
        heading(ben, "A pause")
        timed.clock.tick(1)
        # It opens by itself, for both; the figure stays until a tap, and the tap of one leaves the other's alone.
        for page in marking:
            heading(page, OPEN_AGAIN)
            assert moving(page) == 2
        press(ana, "Go on")
        expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
        heading(ben, OPEN_AGAIN)
        press(ben, "Go on")
        expect(ben.get_by_test_id("reaction-anxious")).to_be_attached()


def test_nobody_cuts_it_short_for_the_other(marking: Two) -> None:
    ana, ben = marking
    call_a_pause(ben, 20)
    heading(ana, "A pause")
    expect(ana.get_by_role("button", name="1 minute from now")).to_be_hidden()
    press(ana, "I’m ready to go on")
    expect(ana.get_by_text("You are ready to go on")).to_be_visible()
    heading(ben, "A pause")
    assert "You are ready" not in journey.words_on(ben)
    for page in marking:
        page.reload()
        heading(page, "A pause")
    expect(ana.get_by_text("You are ready to go on")).to_be_visible()
    press(ben, "I’m ready to go on")
    for page in marking:
        expect(page.get_by_test_id("reaction-anxious")).to_be_attached()


def test_whoever_wants_longer_has_longer(marking: Two, timed: Timed) -> None:
    ana, ben = marking
    call_a_pause(ana, 1)
    press(ana, "I’m ready to go on")
    expect(ana.get_by_text("You are ready to go on")).to_be_visible()
    heading(ben, "A pause")
    press(ben, "5 minutes from now")
    expect(ana.get_by_role("button", name="I’m ready to go on")).to_be_visible()
    timed.clock.tick(61)
    ana.reload()
    heading(ana, "A pause")
    heading(ben, "A pause")
    timed.clock.tick(240)
    for page in marking:
        heading(page, OPEN_AGAIN)


# What stays possible


def test_taking_back_setting_aside_and_leaving_stay_possible(marking: Two, timed: Timed) -> None:
    ana, ben = marking
    journey.mark(ana, "both", 4)
    journey.seal(ana)
    journey.expect_sealed(ana)
    call_a_pause(ben, 5)
    heading(ana, "A pause")
    expect(ben.get_by_role("button", name="Take my mark back")).to_be_hidden()
    press(ana, "Take my mark back")
    expect(ana.get_by_role("button", name="Take my mark back")).to_be_hidden()
    for page in marking:
        press(page, "I’m ready to go on")
    expect(ana.get_by_test_id("reaction-both")).not_to_be_checked()

    call_a_pause(ben, 5)
    heading(ana, "A pause")
    hook(ana, "set-aside").click()
    expect(hook(ben, "set-aside")).to_have_count(0)
    for page in marking:
        press(page, "I’m ready to go on")
    for page in marking:
        expect(page.get_by_text("That moment was set aside. Nothing was opened.")).to_be_visible()

    call_a_pause(ben, 20)
    heading(ana, "A pause")
    hook(ana, "leave").click()
    expect(hook(ana, "start-check-in")).to_be_visible()
    heading(ben, "This check-in has ended.")


# What is on the page already


def test_what_was_not_sent_yet_outlives_it(marking: Two, timed: Timed) -> None:
    ana, ben = marking
    journey.mark(ana, "anxious", 4)
    press(ana, "Add a little more first")
    for _ in range(3):
        press(ana, "Next")
    ana.get_by_label("What did you think it meant?").fill(THOUGHT)
    call_a_pause(ben, 1)
    heading(ana, "A pause")
    timed.clock.tick(60)
    for page in marking:
        press(page, "Go on")
    expect(ana.get_by_test_id("reaction-anxious")).to_be_checked()
    expect(ana.get_by_label("What did you think it meant?")).to_have_value(THOUGHT)
    press(ana, "Skip the rest")
    journey.seal(ana)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    for page in marking:
        journey.expect_revealed(page, "Pursue–withdraw")
    timed.clock.tick(15)

    hook(ana, "need-input").fill(NEED)
    journey.skip_card(ana)
    hook(ana, "step-input").fill("I ask once.")
    call_a_pause(ben, 1)
    heading(ana, "A pause")
    timed.clock.tick(60)
    press(ana, "Go on")
    expect(hook(ana, "step-input")).to_have_value("I ask once.")
    journey.open_card(ana, "What each of you needed")
    expect(hook(ana, "need-input")).to_have_value(NEED)
    press(ben, "Go on")
    assert NEED not in ben.content()


def test_it_comes_back_to_the_same_place_focus_and_open_sheet(marking: Two, timed: Timed) -> None:
    ana, ben = marking
    journey.mark(ana, "anxious", 4)
    press(ana, "Add a little more first")
    for _ in range(3):
        press(ana, "Next")
    thought = ana.get_by_label("What did you think it meant?")
    thought.fill(THOUGHT)
    thought.press("Home")
    call_a_pause(ben, 1)
    heading(ana, "A pause")
    assert THOUGHT not in ana.content(), "whoever looks at a pause sees a pause"
    timed.clock.tick(60)
    for page in marking:
        press(page, "Go on")
    # The page of the sheet that was open, the field that was written in, and where in it.
    expect(thought).to_be_focused()
    assert thought.evaluate("field => field.selectionStart") == 0
    press(ana, "Skip the rest")
    journey.seal(ana)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    for page in marking:
        journey.expect_revealed(page, "Pursue–withdraw")
    timed.clock.tick(15)

    # Further down: what was unfolded stays so, what was chosen stays chosen, and nothing scrolls away.
    ana.get_by_text("More about these pulls", exact=True).click()
    for _ in ("the needs", "the steps"):
        journey.skip_card(ana)
    ana.get_by_text("How relieved do you feel?").click()
    ana.get_by_text("a lot", exact=True).click()
    far_down = ana.evaluate("scrollY")
    assert far_down > 200
    call_a_pause(ben, 1)
    heading(ana, "A pause")
    timed.clock.tick(60)
    press(ana, "Go on")
    expect(ana.get_by_role("radio", name="a lot")).to_be_checked()
    assert ana.locator("details[open]").count() == 2
    assert abs(ana.evaluate("scrollY") - far_down) < 50

    # The same way back from the choice of the next moment.
    journey.to_the_next_moment(ana)
    press(ana, "Back to the reveal")
    expect(ana.get_by_role("radio", name="a lot")).to_be_checked()


# The figure


def test_the_figure_is_still_under_reduced_motion(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(reduced_motion="reduce"), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(timed.server), strict=True):
        journey.enter(page, person)
    call_a_pause(ben, 1)
    for page in (ana, ben):
        heading(page, "A pause")
    assert (moving(ana), moving(ben)) == (0, 2)
    expect(ana.get_by_text("Breathe slowly")).to_be_visible()
    expect(ana.get_by_text("Four counts in, six out, if it helps.")).to_be_visible()
    expect(ben.get_by_text("Follow the shapes if it helps: four in, six out.")).to_be_visible()
    ben.emulate_media(reduced_motion="reduce")
    expect(ben.get_by_text("Breathe slowly")).to_be_visible()
    assert moving(ben) == 0


# Offered, to one alone


def test_when_it_is_a_lot_a_pause_is_offered_to_that_person_alone(marking: Two) -> None:
    ana, ben = marking
    offer = "This is a lot. A pause is here if you want it. Only you see this."
    before = journey.words_on(ben)
    for strength in (4, 5):
        journey.mark(ana, "anxious", strength)
        expect(ana.get_by_text(offer)).to_be_visible(visible=strength == 5)
    assert journey.words_on(ben) == before
    ana.locator("[data-part=pause-offer]").click()
    for page in marking:
        heading(page, "A pause")
    assert "a lot" not in journey.words_on(ben)
    for page in marking:
        press(page, "I’m ready to go on")
    expect(ana.get_by_test_id("intensity-5")).to_be_checked()
    for strength in (5, 4):
        journey.mark(ben, "avoidant", strength)
        expect(ben.get_by_text(offer)).to_be_visible(visible=strength == 5)
    expect(ana.get_by_text(offer)).to_be_visible()
