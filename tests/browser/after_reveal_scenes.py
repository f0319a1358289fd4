"""What follows a reveal, screen by screen: the exchange, the next rounds, the pause, the end, and the next time."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook, press
from tests.support.servers.clocks import Clock, Timed
from tests.support.servers.cycle import Server

Scenes = Iterator[tuple[str, Page]]


def exchange(ana: Page, ben: Page) -> Scenes:
    """Say a need, hear the other one's, choose a step, be back in contact."""
    hook(ana, "need-input").fill("To know you were still coming back, even if you had no answer yet.")
    yield "exchange-say", ana
    hook(ana, "need-send").click()
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible()
    yield "exchange-said", ana
    yield "exchange-say-b", ben
    hook(ben, "need-input").fill("A little time before I answer, without it meaning that I have gone.")
    hook(ben, "need-send").click()
    expect(hook(ana, "heard")).to_be_visible()
    yield "exchange-hear", ana
    yield "exchange-hear-b", ben
    press(ben, "Say what I heard")
    hook(ben, "heard-input").fill("You wanted to know that I had not gone.")
    yield "exchange-heard-words", ben
    hook(ben, "heard-send").click()
    hook(ana, "heard").click()
    for page in (ana, ben):
        page.get_by_role("button", name="That is what I meant").click()
    yield "exchange-heard", ana
    ana.get_by_text("A few ideas").click()
    yield "exchange-step", ana
    yield "exchange-step-b", ben
    hook(ana, "step-input").fill("One message before the meeting starts.")
    hook(ana, "step-send").click()
    hook(ben, "step-input").fill("Answer with one word when I cannot write more.")
    hook(ben, "step-send").click()
    expect(ana.get_by_text("Answer with one word").filter(visible=True)).to_be_visible()
    ana.get_by_text("How relieved do you feel?").click()
    ana.get_by_text("a lot", exact=True).click()
    yield "exchange-contact", ana
    press(ana, "We’ve reconnected")
    expect(ana.get_by_text("You said so.")).to_be_visible()
    yield "exchange-contact-said", ana
    yield "exchange-contact-b", ben
    press(ben, "We’ve reconnected")
    for page in (ana, ben):
        expect(page.get_by_text("You both said so.")).to_be_visible()
    yield "exchange-together", ana
    yield "exchange-together-b", ben


def next_rounds(ana: Page, ben: Page) -> Scenes:
    """Go on from the reveal; open a moment and set it aside."""
    journey.to_the_next_moment(ana)
    yield "moment-next", ana
    journey.open_round(ana)
    hook(ana, "set-aside").click()
    expect(ana.get_by_text("That moment was set aside.")).to_be_visible()
    yield "moment-set-aside", ana
    # A round with nothing but two taps, and both alike.
    journey.open_round(ana)
    for page in (ana, ben):
        journey.mark(page, "both", 5)
        journey.seal(page)
    journey.expect_revealed(ben, "Unsettled")
    yield "reveal-plain", ben


def pause(ana: Page, ben: Page) -> Scenes:
    """Pause, and say that one is ready."""
    hook(ana, "pause").click()
    expect(hook(ana, "resume")).to_be_visible()
    yield "pause", ana
    hook(ana, "resume").click()
    expect(ana.get_by_text("You are ready to go on")).to_be_visible()
    yield "pause-ready", ana
    yield "pause-b", ben
    hook(ben, "resume").click()
    expect(hook(ana, "pattern-name")).to_be_visible()


def sealed_in_a_pause(ana: Page, ben: Page) -> Scenes:
    """Pause with a sealed mark, which can still be taken back."""
    journey.to_the_next_moment(ana)
    journey.open_round(ana)
    journey.mark(ana, "steady", 2)
    journey.seal(ana)
    journey.expect_sealed(ana)
    hook(ben, "pause").click()
    expect(ana.get_by_role("button", name="Take my mark back")).to_be_visible()
    yield "pause-sealed", ana
    for page in (ana, ben):
        hook(page, "resume").click()


def endings(server: Server, ana: Page, ben: Page) -> Scenes:
    """End it for both, and look at what remains."""
    hook(ana, "end").click()
    expect(ana.get_by_role("button", name="Keep going")).to_be_visible()
    expect(hook(ben, "stay")).to_be_visible()
    yield "ending", ana
    hook(ben, "end").click()
    expect(ben.get_by_text("This check-in has ended.")).to_be_visible()
    yield "ended", ben


def next_check_in(timed: Timed, ana: Page, ben: Page) -> Scenes:
    """Meet again, later: the steps of the last time are asked about. One leaves without a connection."""
    timed.clock.tick()
    for page in (ana, ben):
        page.goto(timed.server.url)
    hook(ana, "start-again").click()
    hook(ana, "join").click()
    expect(hook(ana, "join-link")).to_be_visible()
    ben.reload()
    hook(ben, "open-check-in").click()
    for page in (ana, ben):
        expect(page.get_by_role("region", name="Your small step from last time")).to_be_visible()
    yield "steps-tried", ana
    ben.get_by_role("radio", name="Partly").click()
    journey.expect_state(ben, "saved")
    yield "steps-tried-b", ben
    ben.context.set_offline(True)
    hook(ben, "leave").click()
    expect(ben.get_by_role("heading", name="You have left this check-in.")).to_be_visible()
    yield "left-offline", ben
    ben.context.set_offline(False)
    expect(ana.get_by_text("This check-in has ended.")).to_be_visible()


def begin_a_pause(server: Server, cleo: Page, dan: Page) -> None:
    """Let the other couple pause for a minute, which passes once everything else was looked at."""
    journey.join(dan, journey.start(cleo, server, "Cleo"), "Dan")
    expect(hook(cleo, "pause")).to_be_visible()
    cleo.get_by_label("How long to pause").select_option("1")
    hook(cleo, "pause").click()
    expect(hook(cleo, "resume")).to_be_visible()


def pause_over(clock: Clock, page: Page) -> Scenes:
    """Find the room open again, and the figure still there."""
    clock.tick(60)
    expect(page.get_by_role("heading", name="The room is open again")).to_be_visible()
    yield "pause-over", page
