"""After the reveal, on two phones: the quiet, a need each, heard, a step each, back in contact; and what if not."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from sessions.checkin.state import QUIET
from sessions.words.needs import PATTERN_NEED_STARTERS
from tests.browser import journey
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

ANA_NEEDS = "To know roughly when you are back."
BEN_NEEDS = "A short while to find my words."
ANA_STEP = "I write one message and put the phone away."
BEN_STEP = "I say when I will answer."
SECONDS = int(QUIET.total_seconds())

Two = tuple[Page, Page]


def nothing_can_be_written(page: Page) -> None:
    """Expect the quiet, and nothing to write into."""
    expect(page.get_by_text("A short quiet. Nothing to answer.")).to_be_visible()
    for name in ("need-input", "step-input"):
        expect(hook(page, name)).to_have_count(0)


def test_the_reveal_opens_with_a_quiet_that_ends_by_itself(quiet: Two, timed: Timed) -> None:
    ana, ben = quiet
    for page in quiet:
        nothing_can_be_written(page)
        expect(page.get_by_text("Writing opens")).to_be_visible()
    timed.clock.tick(SECONDS - 1)
    ana.reload()
    nothing_can_be_written(ana)
    nothing_can_be_written(ben)
    timed.clock.tick(1)
    for page in quiet:
        expect(hook(page, "need-input")).to_be_visible()
        expect(page.get_by_text("A short quiet.")).to_be_hidden()


def test_the_quiet_is_cut_short_by_both_and_by_nobody_alone(quiet: Two) -> None:
    ana, ben = quiet
    before = journey.words_on(ben)
    press(ana, "Go on sooner")
    expect(ana.get_by_text("You are ready. It opens when you both are")).to_be_visible()
    ana.reload()
    expect(ana.get_by_text("You are ready. It opens when you both are")).to_be_visible()
    nothing_can_be_written(ana)
    nothing_can_be_written(ben)
    assert without_seconds(journey.words_on(ben)) == without_seconds(before), "that one asked is told to nobody"
    press(ben, "Go on sooner")
    for page in quiet:
        expect(hook(page, "need-input")).to_be_visible()


def without_seconds(words: str) -> list[str]:
    """Return the lines without the one that counts."""
    return [line for line in words.splitlines() if not line.startswith("Writing opens")]


# Needs


def test_starters_are_for_the_pattern_and_the_side_and_are_there_to_be_changed(writing: Two) -> None:
    for page, side in zip(writing, ("anxious", "avoidant"), strict=True):
        offered = page.locator("[data-part=starters-list] button").filter(visible=True).all_inner_texts()
        assert offered == [f"I need {starter}." for starter in PATTERN_NEED_STARTERS["pursue_withdraw"][side]]
    ana, ben = writing
    starter = ana.locator("[data-part=starters-list] button").filter(visible=True).first
    text = starter.inner_text()
    starter.click()
    expect(hook(ana, "need-input")).to_have_value(text)
    hook(ana, "need-input").press_sequentially(" Even two words.")
    # By now they are her own words, and no tap may replace them.
    expect(ana.get_by_text("A place to start")).to_be_hidden()
    press(ana, "Say it")
    journey.say(ben, BEN_NEEDS)
    for page in writing:
        expect(page.get_by_text(f"{text} Even two words.").filter(visible=True)).to_be_visible()


def test_a_need_is_sealed_until_both_have_said_theirs(writing: Two) -> None:
    ana, ben = writing
    before = journey.words_on(ben)
    journey.say(ana, ANA_NEEDS)
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    assert ANA_NEEDS not in ana.content(), "not even its author's phone holds it"
    press(ben, "This fits")
    expect(ben.get_by_role("button", name="This fits")).to_have_attribute("aria-pressed", "true")
    assert journey.words_on(ben) == before, "that she has said one is told to nobody"
    for page in writing:
        page.reload()
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    expect(hook(ben, "need-input")).to_be_visible()
    for page in writing:
        assert ANA_NEEDS not in page.content()

    press(ana, "Take it back")
    expect(hook(ana, "need-input")).to_have_value("")
    journey.say(ben, BEN_NEEDS)
    for page in writing:
        assert BEN_NEEDS not in page.content(), "the one that was taken back does not count"
    journey.say(ana, ANA_NEEDS)
    for page in writing:
        for need in (ANA_NEEDS, BEN_NEEDS):
            expect(page.get_by_text(need).filter(visible=True)).to_be_visible()


def test_the_listener_may_give_back_what_they_heard(writing: Two) -> None:
    ana, ben = writing
    journey.say(ana, ANA_NEEDS)
    journey.say(ben, BEN_NEEDS)
    press(ben, "Say what I heard")
    hook(ben, "heard-input").fill("That one word would be enough.")
    ana.get_by_role("heading", name="What each of you needed").click()
    assert "one word would be enough" not in ana.content(), "until it is sent it is his own"
    press(ben, "This is what I heard")
    for page in writing:
        expect(page.get_by_text("What Ben heard:").filter(visible=True)).to_be_visible()
        expect(page.get_by_text("That one word would be enough.").filter(visible=True)).to_be_visible()
    # It can be put in other words until she says that it is what she meant.
    journey.at_rest(ben)
    press(ben, "Change what I heard")
    expect(hook(ben, "heard-input")).to_have_value("That one word would be enough.")
    hook(ben, "heard-input").fill("That one word helps.")
    press(ben, "This is what I heard")
    expect(ana.get_by_text("That one word helps.").filter(visible=True)).to_be_visible()
    journey.at_rest(ana)
    press(ana, "That is what I meant")
    expect(ben.get_by_text("That is what I meant").filter(visible=True)).to_be_visible()
    words_closed = ben.locator("[data-part=in-words]")
    expect(words_closed).to_be_hidden()
    expect(hook(ben, "heard")).to_be_hidden()


def test_the_whole_exchange(writing: Two, timed: Timed) -> None:
    ana, ben = writing
    journey.say(ana, ANA_NEEDS)
    journey.say(ben, BEN_NEEDS)

    # Each says that the other's arrived, and then whether that was meant; other words have to arrive anew.
    expect(ana.get_by_role("button", name="That is what I meant")).to_be_hidden()
    hook(ben, "heard").click()
    expect(ana.get_by_text("Ben heard this")).to_be_visible()
    expect(ana.get_by_role("button", name="That is what I meant")).to_be_visible()
    press(ana, "Say it in other words")
    expect(hook(ana, "need-input")).to_have_value(ANA_NEEDS)
    journey.say(ana, "To know when you are back, roughly.")
    expect(ben.get_by_text("To know when you are back, roughly.").filter(visible=True)).to_be_visible()
    expect(ana.get_by_text("Ben heard this")).to_be_hidden()
    for page in writing:
        journey.at_rest(page)
        hook(page, "heard").click()
        expect(hook(page, "heard")).to_be_hidden()
    for page in writing:
        journey.at_rest(page)
        press(page, "That is what I meant")
    for page in writing:
        # What is done has folded to a line, which opens again.
        expect(page.get_by_text("heard this").filter(visible=True)).to_have_count(0)
        expect(page.locator(".card__line").filter(visible=True, has_text="What each of you needed")).to_contain_text(
            BEN_NEEDS
        )
        journey.open_card(page, "What each of you needed")
        for name in ("Ana", "Ben"):
            expect(page.get_by_text(f"{name} heard this")).to_be_visible()
        expect(page.get_by_text("That is what I meant").filter(visible=True)).to_have_count(2)
        expect(page.get_by_role("button", name="Say it in other words")).to_be_hidden()
        journey.press(page, "Fold this away")

    # One small step each; it may be chosen anew.
    for page, step in ((ana, "I ask once."), (ben, BEN_STEP)):
        hook(page, "step-input").fill(step)
        hook(page, "step-send").click()
    expect(ben.get_by_text("I ask once.").filter(visible=True)).to_be_visible()
    journey.open_card(ana, "One small step each")
    press(ana, "Choose another")
    hook(ana, "step-input").fill(ANA_STEP)
    hook(ana, "step-send").click()
    for page in writing:
        for step in (ANA_STEP, BEN_STEP):
            expect(page.get_by_text(step).filter(visible=True)).to_be_visible()

    # Back in contact counts when both say so; the relief of each stays their own.
    timed.clock.tick(120)
    before = journey.words_on(ben)
    ana.get_by_text("How relieved do you feel?").click()
    ana.get_by_text("a lot", exact=True).click()
    press(ana, "We’ve reconnected")
    expect(ana.get_by_text("You said so. It counts when you have both said it.")).to_be_visible()
    assert journey.words_on(ben) == before
    press(ben, "We’ve reconnected")
    for page in writing:
        expect(page.get_by_text("You have reconnected. You both said so.")).to_be_visible()
        page.reload()
        expect(page.get_by_text("You have reconnected. You both said so.")).to_be_visible()
    assert kept_of(timed.server, ana.url) == (SECONDS + 120, {"a": 3, "b": None})


def kept_of(server: Server, room: str) -> tuple[int, dict[str, int | None]]:
    """Return what is kept of finding back: the seconds since the round was opened, and the relief of each."""
    seconds = "strftime('%s', reconnected_at) - strftime('%s', opened_at)"
    session = room.rstrip("/").rsplit("/", 1)[1].replace("-", "")
    with closing(sqlite3.connect(server.database_path, timeout=20)) as database:
        query = f"SELECT id, {seconds} FROM live_sessions_round WHERE live_session_id = ?"
        round_id, passed = database.execute(query, [session]).fetchone()
        parts = database.execute("SELECT seat, relief FROM live_sessions_part WHERE round_id = ?", [round_id])
        return passed, dict(parts.fetchall())


def test_the_next_check_in_begins_with_the_steps_of_the_last(writing: Two, timed: Timed) -> None:
    ana, ben = writing
    for page, step in ((ana, ANA_STEP), (ben, BEN_STEP)):
        journey.skip_card(page)
        hook(page, "step-input").fill(step)
        hook(page, "step-send").click()
        expect(hook(page, "step-input")).to_have_count(0)
    journey.end_together(ana, writing[1])
    for page in writing:
        expect(page.get_by_text("This check-in has ended.")).to_be_visible()
        # What it came to stays on this phone: the loop in colour, and both steps on their tints.
        expect(hook(page, "cycle-map")).to_be_visible()
        expect(page.locator(".panel--a.ended__step")).to_contain_text(ANA_STEP)
        expect(page.locator(".panel--b.ended__step")).to_contain_text(BEN_STEP)
        expect(page.get_by_role("heading", name="Gone in 24 hours")).to_be_visible()
        calendar = hook(page, "next-time").get_attribute("href") or ""
        assert page.request.get(timed.server.url + calendar).status == 200
    hook(ana, "sign-up-to-keep").click()
    expect(
        ana.locator("form input").filter(visible=True).and_(ana.locator("[type=email], [type=password]"))
    ).to_have_count(2)
    expect(ana.get_by_label("First name")).to_have_count(0)
    ana.go_back()
    expect(ana.get_by_text("This check-in has ended.")).to_be_visible()
    hook(ana, "summary").click()
    expect(hook(ana, "cycle-map")).to_be_visible()
    for page in writing:
        page.goto(timed.server.url)
    hook(ana, "start-again").click()
    hook(ana, "join").click()
    expect(hook(ana, "join-link")).to_be_visible()
    ben.reload()
    hook(ben, "open-check-in").click()

    for page, own, others in ((ana, ANA_STEP, BEN_STEP), (ben, BEN_STEP, ANA_STEP)):
        asked = page.get_by_role("region", name="Your small step from last time")
        expect(asked).to_contain_text(own)
        expect(asked).not_to_contain_text(others)
    ana.get_by_role("radio", name="Partly").click()
    ana.reload()
    expect(ana.get_by_role("radio", name="Partly")).to_be_checked()
    press(ben, "Skip this")
    expect(ben.get_by_role("region", name="Your small step from last time")).to_be_hidden()
    journey.open_round(ben)
    expect(ana.get_by_test_id("reaction-anxious")).to_be_attached()
