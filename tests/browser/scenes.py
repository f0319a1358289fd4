"""Every screen of a check-in, reached as people reach it: one walk, for pictures and for axe alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.after_reveal_scenes import (
    begin_a_pause,
    endings,
    exchange,
    next_check_in,
    next_rounds,
    pause,
    pause_over,
    sealed_in_a_pause,
)
from tests.browser.journey import hook
from tests.browser.second_step import choose, share, turn, unfold
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

MOMENT = "A reply took longer than usual."
OWN_WORDS = "The door stayed closed after dinner, and neither of us knocked."
KEPT_WORDS = (
    "I kept looking at the phone, and then I was cross with myself for looking. By the time the answer came I had gone "
    "through every message of the week, and I answered in three words so that it would not show. I would like to say "
    "sooner that I am waiting, and I would like it to be all right to say so. It is a small thing, and it did not feel "
    "small at all. Next time I want to put the phone into the other room, make some tea, and only then read it."
)

FULL_MARK = {
    "round": 1,
    "reaction": "anxious",
    "intensity": 4,
    "moves": ["ask-again", "reach-out-more"],
    "underneath": ["fear-of-losing-connection"],
    "impulse": "protest",
    "chosen": "reach-out-more",
    "thought": "I am too much for them again.",
    "second_look": "The meeting ran long, as it often does on a Thursday.",
    "words": KEPT_WORDS,
    "inner": ["replay", "read-between-lines"],
    "surface": ["frustrated", "resentful"],
    "body": ["chest"],
    "guess": "avoidant",
    "share": ["moves", "underneath", "thought", "second_look", "inner", "surface"],
}

# Pages that need no more than their address, of somebody who is new here.
PAGES_OF_STRANGERS = {
    "privacy": "/privacy/",
    "safety": "/safety/",
    "accessibility": "/accessibility/",
    "offline": "/offline/",
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


def walk(timed: Timed, cast: Cast, scenes: Callable[[Timed, Cast], Scenes]) -> Scenes:
    """Go through some scenes and stop at each: its name, and the page that shows it, at rest.

    Time stands meanwhile: looking takes as long as the machine likes, and a quiet or a pause must not end by itself.
    """
    for scene, page in scenes(timed, cast):
        page.wait_for_load_state()
        page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})))")
        yield scene, page


def everything(timed: Timed, cast: Cast) -> Scenes:
    """Go from the front page to the end of a check-in, and into the next one."""
    yield from up_to_the_seal(timed, cast)
    yield from from_the_reveal_on(timed, cast)


def up_to_the_seal(timed: Timed, cast: Cast) -> Scenes:
    """Go from one scene to the next until a mark is sealed."""
    yield from plain_pages(timed.server, cast.ana)
    yield from lobby(timed.server, cast.ana)
    yield from joining(cast.ana, cast.ben)
    yield from moment(cast.ana)
    yield from marking(cast.ana)
    yield from details(cast.ana)
    yield from sealing(cast.ana, cast.ben)
    yield from offline(cast.ben)


def from_the_reveal_on(timed: Timed, cast: Cast) -> Scenes:
    """Go from one scene to the next once both have marked."""
    server = timed.server
    begin_a_pause(server, cast.cleo, cast.dan)
    both_mark(server, cast.ana, cast.ben)
    yield from reveal(cast.ana, cast.ben)
    yield from exchange(cast.ana, cast.ben)
    yield from next_rounds(cast.ana, cast.ben)
    yield from pause(cast.ana, cast.ben)
    yield from sealed_in_a_pause(cast.ana, cast.ben)
    yield from endings(server, cast.ana, cast.ben)
    yield from next_check_in(timed, cast.ana, cast.ben)
    yield from pause_over(timed.clock, cast.cleo)


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
    yield from sample(server, page)
    page.goto(server.url)
    hook(page, "start-check-in").click()
    yield "name", page


def sample(server: Server, page: Page) -> Scenes:
    """Try a round alone."""
    page.goto(server.url)
    hook(page, "try-alone").click()
    expect(page.get_by_test_id("reaction-anxious")).to_be_attached()
    yield "sample", page
    journey.mark(page, "anxious", 4)
    hook(page, "seal-mark").click()
    journey.expect_revealed(page, "Pursue–withdraw")
    yield "sample-reveal", page


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
    expect(hook(page, "moment-option").first).to_be_visible()
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
    expect(page.get_by_test_id("reaction-anxious")).to_be_attached()
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
    for summary, chosen in (("The feeling on the surface", "resentful"), ("In the body", "a tight chest")):
        unfold(page, summary)
        choose(page, chosen)
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
    unfold(page, "What went on inside")
    choose(page, "replaying what was said")
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


def both_mark(server: Server, ana: Page, ben: Page) -> None:
    """Seal one full mark without a screen, and fill in the other."""
    people = journey.open_for_both(server)
    assert people[0].command("mark.seal", **FULL_MARK).status == 200
    for page, person in zip((ana, ben), people, strict=True):
        journey.enter(page, person)
    journey.mark(ben, "avoidant", 3)
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
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "offline")
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
    ben.get_by_role("button", name="Go on sooner").click()
    for page in (ana, ben):
        expect(hook(page, "need-input")).to_be_visible()
    for page in (ana, ben):
        page.get_by_role("button", name="This fits").click()
    expect(ana.get_by_text("says it fits").first).to_be_visible()
    for fold in ("More about these pulls", "Only for me"):
        ana.get_by_text(fold, exact=True).click()
    yield "reveal", ana
    yield "reveal-b", ben


def connected(page: Page) -> None:
    """Wait until the page is connected and at rest."""
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")


def saved(page: Page) -> None:
    """Wait until what was sent last is saved."""
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "saved")
