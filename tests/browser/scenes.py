"""Every screen of a check-in, reached as people reach it: one walk, for pictures and for axe alike."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.journey import PATIENCE, hook, press
from tests.servers import Server

MOMENT = "A reply took longer than usual."
OWN_WORDS = "The door stayed closed after dinner, and neither of us knocked."
KEPT_WORDS = (
    "I kept looking at the phone, and then I was cross with myself for looking. By the time the answer came I had gone "
    "through every message of the week, and I answered in three words so that it would not show. I would like to say "
    "sooner that I am waiting, and I would like it to be all right to say so. It is a small thing, and it did not feel "
    "small at all. Next time I want to put the phone into the other room, make some tea, and only then read it."
)

# Pages that need no more than their address, of somebody who is new here.
PAGES_OF_STRANGERS = {
    "privacy": "/privacy/",
    "safety": "/safety/",
    "closed-code": "/join/KVTMHR/",
    "not-found": "/nothing-here/",
}
Scenes = Iterator[tuple[str, Page]]


@dataclass(frozen=True)
class Cast:
    """Four people, each with a phone of their own: two couples."""

    ana: Page
    ben: Page
    cleo: Page
    dan: Page


def walk(server: Server, cast: Cast) -> Scenes:
    """Go through Cycle and stop at every scene: its name, and the page that shows it, at rest."""
    for scene, page in scenes(server, cast):
        page.wait_for_load_state()
        page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})))")
        yield scene, page


def scenes(server: Server, cast: Cast) -> Scenes:
    """Go from one scene to the next."""
    begin_a_pause(server, cast.cleo, cast.dan)
    yield from plain_pages(server, cast.ana)
    yield from lobby(server, cast.ana)
    yield from joining(cast.ana, cast.ben)
    yield from moment(cast.ana)
    yield from marking(cast.ana)
    yield from details(cast.ana)
    yield from sealing(cast.ana, cast.ben)
    yield from offline(cast.ben)
    yield from reveal(cast.ana, cast.ben)
    yield from exchange(cast.ana, cast.ben)
    yield from next_rounds(cast.ana, cast.ben)
    yield from pause(cast.ana, cast.ben)
    yield from endings(server, cast.ana, cast.ben)
    yield from pause_over(cast.cleo)


def plain_pages(server: Server, page: Page) -> Scenes:
    """Show the pages of somebody who is new here."""
    page.goto(server.url)
    yield "front", page
    page.get_by_label("Have a code?").fill("NOBODY")
    hook(page, "enter-code").click()
    expect(page.locator(".field__error, .calm").first).to_be_visible()
    yield "unknown-code", page
    for name, path in PAGES_OF_STRANGERS.items():
        page.goto(f"{server.url}{path}")
        yield name, page
    page.goto(server.url)
    hook(page, "start-check-in").click()
    yield "name", page


def lobby(server: Server, page: Page) -> Scenes:
    """Wait for the other phone."""
    journey.start(page, server, "Ana")
    connected(page)
    yield "lobby", page
    hook(page, "leave").scroll_into_view_if_needed()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("[data-part='feedback']")).not_to_be_empty()
    yield "lobby-copied", page


def joining(ana: Page, ben: Page) -> Scenes:
    """Come in with the second phone."""
    link = hook(ana, "join-link").get_attribute("href") or ""
    ben.goto(link)
    yield "join", ben
    journey.join(ben, link, "Ben")
    connected(ben)


def moment(page: Page) -> Scenes:
    """Choose what to look at."""
    expect(hook(page, "moment-option").first).to_be_visible(timeout=PATIENCE)
    connected(page)
    yield "moment", page
    hook(page, "moment-text").fill(OWN_WORDS)
    expect(hook(page, "open-round")).to_be_enabled()
    yield "moment-own-words", page
    page.get_by_role("radio", name=MOMENT).click()
    yield "moment-chosen", page
    hook(page, "open-round").click()


def marking(page: Page) -> Scenes:
    """Mark it with two taps."""
    expect(page.get_by_test_id("reaction-anxious")).to_be_attached(timeout=PATIENCE)
    saved(page)
    yield "mark", page
    journey.mark(page, "anxious", 5)
    expect(page.get_by_text("This is a lot.")).to_be_visible()
    yield "mark-flooded", page
    journey.mark(page, "anxious", 4)
    expect(hook(page, "seal-mark")).to_be_enabled()
    yield "mark-chosen", page


def details(page: Page) -> Scenes:
    """Add a little more, page by page; one thing is shared, another is kept."""
    page.get_by_role("button", name="Add a little more first").click()
    choose(page, "ask again", "reach out more")
    share(page, "What you did")
    yield "mark-moves", page
    turn(page)
    choose(page, "fear of losing connection")
    share(page, "Underneath")
    yield "mark-underneath", page
    turn(page)
    page.get_by_label("I wanted to").select_option("protest")
    page.get_by_label("I chose to").select_option("reach-out-more")
    yield "mark-impulse", page
    turn(page)
    page.get_by_label("What did you think it meant?").fill("I am too much for them again.")
    share(page, "Your thought")
    page.get_by_label("What else could it mean?").fill("The meeting ran long, as it often does on a Thursday.")
    share(page, "A second look")
    yield "mark-thought", page
    turn(page)
    page.get_by_label("In your own words").fill(KEPT_WORDS)
    yield "mark-words", page
    turn(page)
    page.get_by_label("Make space").filter(visible=True).click()
    yield "mark-guess", page
    turn(page, "To my mark")
    yield "mark-added", page


def sealing(ana: Page, ben: Page) -> Scenes:
    """Seal, and think again."""
    journey.seal(ana)
    journey.expect_sealed(ana)
    saved(ana)
    yield "sealed", ana
    ana.get_by_role("button", name="Change my mark").click()
    yield "mark-changing", ana
    ana.get_by_role("button", name="Keep the sealed one").click()
    journey.expect_sealed(ana)
    # The other one's form has the other one's colour and shape.
    journey.mark(ben, "avoidant", 3)
    yield "mark-b", ben
    ben.get_by_role("button", name="Add a little more first").click()
    choose(ben, "go quiet", "reply less")
    share(ben, "What you did")
    turn(ben)
    choose(ben, "fear of failing the other")
    share(ben, "Underneath")
    ben.get_by_role("button", name="Skip the rest").click()


def offline(page: Page) -> Scenes:
    """Lose the network before sealing, and find it again."""
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "offline", timeout=PATIENCE)
    yield "mark-offline", page
    page.context.set_offline(False)
    connected(page)


def reveal(ana: Page, ben: Page) -> Scenes:
    """Open both marks; the quiet ends when both ask for it."""
    journey.seal(ben)
    for page in (ana, ben):
        journey.expect_revealed(page, "Pursue–withdraw")
    yield "reveal-quiet", ana
    yield "reveal-quiet-b", ben
    ana.get_by_role("button", name="Go on sooner").click()
    expect(ana.get_by_text("You are ready.")).to_be_visible()
    yield "reveal-quiet-skipped", ana
    # By now the ring may be empty anyway.
    sooner = ben.get_by_role("button", name="Go on sooner")
    if sooner.is_visible():
        sooner.click()
    for page in (ana, ben):
        expect(hook(page, "need-input")).to_be_visible(timeout=PATIENCE)
    for page in (ana, ben):
        page.get_by_role("button", name="This fits").click()
    expect(ana.get_by_text("says it fits").first).to_be_visible()
    for fold in ("More about these pulls", "Only for me"):
        ana.get_by_text(fold, exact=True).click()
    yield "reveal", ana
    yield "reveal-b", ben


def exchange(ana: Page, ben: Page) -> Scenes:
    """Say a need, hear the other one's, choose a step, be back in contact."""
    hook(ana, "need-input").fill("To know you were still coming back, even if you had no answer yet.")
    yield "exchange-say", ana
    hook(ana, "need-send").click()
    expect(ana.get_by_text("Said. It shows when you both have.")).to_be_visible(timeout=PATIENCE)
    yield "exchange-said", ana
    yield "exchange-say-b", ben
    hook(ben, "need-input").fill("A little time before I answer, without it meaning that I have gone.")
    hook(ben, "need-send").click()
    expect(hook(ana, "heard")).to_be_visible(timeout=PATIENCE)
    yield "exchange-hear", ana
    yield "exchange-hear-b", ben
    for page in (ana, ben):
        hook(page, "heard").click()
        page.get_by_role("button", name="That is what I meant").click()
    expect(ana.get_by_text("Ben heard this")).to_be_visible(timeout=PATIENCE)
    ana.get_by_text("A few ideas").click()
    yield "exchange-step", ana
    yield "exchange-step-b", ben
    hook(ana, "step-input").fill("One message before the meeting starts.")
    hook(ana, "step-send").click()
    hook(ben, "step-input").fill("Answer with one word when I cannot write more.")
    hook(ben, "step-send").click()
    expect(ana.get_by_text("Answer with one word").filter(visible=True)).to_be_visible(timeout=PATIENCE)
    ana.get_by_text("a lot", exact=True).click()
    yield "exchange-contact", ana
    press(ana, "We’re back in contact")
    expect(ana.get_by_text("You said so.")).to_be_visible(timeout=PATIENCE)
    yield "exchange-contact-said", ana
    yield "exchange-contact-b", ben
    press(ben, "We’re back in contact")
    for page in (ana, ben):
        expect(page.get_by_text("You both said so.")).to_be_visible(timeout=PATIENCE)
    yield "exchange-together", ana
    yield "exchange-together-b", ben


def next_rounds(ana: Page, ben: Page) -> Scenes:
    """Go on from the reveal; open a moment and set it aside."""
    journey.to_the_next_moment(ana)
    yield "moment-next", ana
    journey.open_round(ana)
    hook(ana, "set-aside").click()
    expect(ana.get_by_text("That moment was set aside.")).to_be_visible(timeout=PATIENCE)
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
    expect(hook(ana, "resume")).to_be_visible(timeout=PATIENCE)
    yield "pause", ana
    hook(ana, "resume").click()
    expect(ana.get_by_text("You are ready to go on")).to_be_visible(timeout=PATIENCE)
    yield "pause-ready", ana
    yield "pause-b", ben
    hook(ben, "resume").click()
    expect(hook(ana, "pattern-name")).to_be_visible(timeout=PATIENCE)


def sealed_in_a_pause(ana: Page, ben: Page) -> Scenes:
    """Pause with a sealed mark, which can still be taken back."""
    journey.to_the_next_moment(ana)
    journey.open_round(ana)
    journey.mark(ana, "steady", 2)
    journey.seal(ana)
    journey.expect_sealed(ana)
    hook(ben, "pause").click()
    expect(ana.get_by_role("button", name="Take my mark back")).to_be_visible(timeout=PATIENCE)
    yield "pause-sealed", ana
    for page in (ana, ben):
        hook(page, "resume").click()


def next_check_in(server: Server, ana: Page, ben: Page) -> Scenes:
    """Meet again: the steps of the last time are asked about. One leaves without a connection."""
    for page in (ana, ben):
        page.goto(server.url)
    hook(ana, "start-again").click()
    expect(hook(ana, "join-link")).to_be_visible(timeout=PATIENCE)
    ben.reload()
    hook(ben, "open-check-in").click()
    for page in (ana, ben):
        expect(page.get_by_role("region", name="Your small step from last time")).to_be_visible(timeout=PATIENCE)
    yield "steps-tried", ana
    ben.get_by_role("radio", name="Partly").click()
    saved(ben)
    yield "steps-tried-b", ben
    ben.context.set_offline(True)
    hook(ben, "leave").click()
    expect(ben.get_by_role("heading", name="You have left this check-in.")).to_be_visible()
    yield "left-offline", ben
    ben.context.set_offline(False)
    expect(ana.get_by_text("This check-in has ended.")).to_be_visible(timeout=2 * PATIENCE)


def endings(server: Server, ana: Page, ben: Page) -> Scenes:
    """End it for both, and look at what remains."""
    hook(ana, "end").click()
    expect(ana.get_by_role("button", name="Keep going")).to_be_visible()
    yield "ending", ana
    hook(ana, "end").click()
    expect(ben.get_by_text("This check-in has ended.")).to_be_visible(timeout=PATIENCE)
    yield "ended", ben


def begin_a_pause(server: Server, cleo: Page, dan: Page) -> None:
    """Let the other couple pause for a minute, which passes while everything else is looked at."""
    journey.join(dan, journey.start(cleo, server, "Cleo"), "Dan")
    expect(hook(cleo, "pause")).to_be_visible(timeout=PATIENCE)
    cleo.get_by_label("How long to pause").select_option("1")
    hook(cleo, "pause").click()
    expect(hook(cleo, "resume")).to_be_visible(timeout=PATIENCE)


def pause_over(page: Page) -> Scenes:
    """Find the room open again, and the figure still there."""
    expect(page.get_by_role("heading", name="The room is open again")).to_be_visible(timeout=2 * PATIENCE)
    yield "pause-over", page


def connected(page: Page) -> None:
    """Wait until the page is connected and at rest."""
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected", timeout=2 * PATIENCE)


def saved(page: Page) -> None:
    """Wait until what was sent last is saved."""
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE)


def choose(page: Page, *names: str) -> None:
    """Tick these on the page of the second step that is open."""
    for name in names:
        page.get_by_role("checkbox", name=name).filter(visible=True).click()


def sharing(page: Page, label: str) -> Locator:
    """Return the switch that says who sees a detail."""
    return page.get_by_role("group", name=f"Who sees this after the reveal: {label}")


def share(page: Page, label: str) -> None:
    """Show a detail to both."""
    sharing(page, label).get_by_label("Show both of us").click()


def turn(page: Page, name: str = "Next") -> None:
    """Go to the next page of the second step."""
    page.get_by_role("button", name=name, exact=True).click()
