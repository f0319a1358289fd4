"""Every page of one's own part, empty and filled, reached as people reach it: for pictures and for axe alike."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.account_scenes import Owner
from tests.support.cast.clients import Person
from tests.support.cast.visitors import Visitor, in_a_check_in
from tests.support.servers.cycle import Server

Scenes = Iterator[tuple[str, Page]]

TRIGGER = "The short “okay” at the end of a long message."
WISH = "An hour on Sundays without phones."
ENTRY = "The door again. I stood in the hall and did not knock, and I was angry with the door."
LEARNED = "At home, quiet meant that something was coming."
DRAFT = "I waited the whole evening. I would like to know what is going on."

# What Ana marked, evening after evening.
MARKS: tuple[dict[str, Any], ...] = (
    {"reaction": "anxious", "moves": ["ask-again", "protest"], "underneath": ["fear-of-losing-connection"]},
    {"reaction": "anxious", "moves": ["ask-again"], "underneath": ["loneliness", "fear-of-being-too-much"]},
    {"reaction": "both", "moves": ["reach-out-more", "go-quiet"], "underneath": ["fear-of-losing-connection"]},
    {"reaction": "avoidant", "moves": ["go-quiet"], "underneath": ["overwhelm"]},
    {"reaction": "anxious", "moves": ["seek-reassurance"], "underneath": ["fear-of-losing-connection", "hurt"]},
    {"reaction": "steady", "moves": ["stay-and-share"], "underneath": ["relief"]},
)
CHOICES = (("protest", "protest"), ("ask-again", "ask-again"), ("ask-again", "reach-out-more"))
MOMENTS = (1, 2, 11, 21, 1, 12)


def walk(page: Page, server: Server) -> Scenes:
    """Go through one's own part and stop at every scene, once it is whole."""
    for scene, shown in scenes(page, server):
        shown.wait_for_load_state()
        yield scene, shown


def scenes(page: Page, server: Server) -> Scenes:
    """Go from one scene to the next, as somebody with six evenings behind them."""
    owner = Owner(page, "Ana", server)
    owner.start_as_guest()
    yield "own-empty", owner.go("/my-part/")
    come_in(page, after_six_rounds(server))
    yield from lists(owner)
    yield from journal(owner)
    yield from timers(owner)
    yield from drafts(owner)
    yield from back(owner)
    yield from checks(owner)
    yield "own-practice", owner.go("/my-part/practice/")
    yield "own-answers", owner.go("/my-part/answers/")
    yield "own-filled", owner.go("/my-part/")
    yield "safety-numbers", owner.go("/safety/?country=NZ")


def after_six_rounds(server: Server) -> Visitor:
    """Return Ana, an account, after six rounds with Ben."""
    ana, ben, session = in_a_check_in(server)
    people = [ana.in_room(session), ben.in_room(session)]
    for number, mark in enumerate(MARKS, start=1):
        impulse, chosen = CHOICES[number % len(CHOICES)]
        done(people[0], "round.open", after=number - 1, moment=MOMENTS[number - 1])
        done(people[0], "mark.seal", round=number, intensity=3, impulse=impulse, chosen=chosen, **mark)
        done(people[1], "mark.seal", round=number, intensity=2, reaction="avoidant")
    return ana


def done(person: Person, type: str, **fields: Any) -> None:
    """Carry out a command that must be accepted."""
    answer = person.command(type, **fields)
    assert answer.status == 200, answer.body


def come_in(page: Page, visitor: Visitor) -> None:
    """Use the login of somebody who came in without a screen."""
    page.context.add_cookies([{"name": "session", "value": visitor.key, "url": visitor.server.url}])


def press(page: Page, name: str) -> None:
    """Press the button with that name."""
    page.get_by_role("button", name=name, exact=True).click()


def lists(owner: Owner) -> Scenes:
    """Keep a line in each list."""
    page = owner.go("/my-part/lists/triggers/")
    press(page, "Save")
    expect(page.locator(".field__error")).to_be_visible()
    yield "own-triggers-refused", page
    for name, line in (("triggers", TRIGGER), ("wishes", WISH)):
        owner.go(f"/my-part/lists/{name}/").get_by_label("One line").fill(line)
        press(page, "Save")
        expect(page.get_by_text(line).filter(visible=True).first).to_be_visible()
        yield f"own-{name}", page


def journal(owner: Owner) -> Scenes:
    """Write into the journal, change it, and think of deleting it."""
    page = owner.go("/my-part/journal/")
    page.get_by_label("What I want to remember").fill(ENTRY)
    page.get_by_label("Where I learned this").fill(LEARNED)
    press(page, "Save")
    expect(page.get_by_role("heading", name="Where I learned this")).to_be_visible()
    yield "own-journal", page
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("heading", name="Edit an entry")).to_be_visible()
    yield "own-entry", page
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete this?")).to_be_visible()
    yield "own-delete", page


def timers(owner: Owner) -> Scenes:
    """Settle, and stay a little longer."""
    for name in ("settle", "stay"):
        yield f"own-{name}", owner.go(f"/my-part/practice/{name}/")
        press(owner.page, "3 min")
        expect(owner.page.get_by_role("button", name="Stop")).to_be_visible()
        yield f"own-{name}-running", owner.page


def drafts(owner: Owner) -> Scenes:
    """Put a draft away, find it held, and look at it all the same."""
    page = owner.go("/my-part/practice/drafts/")
    page.get_by_label("What I would send").fill(DRAFT)
    page.get_by_text("Until tomorrow").click()
    press(page, "Put it away")
    expect(page.get_by_text("Draft from")).to_be_visible()
    yield "own-drafts", page
    page.get_by_text("Draft from").click()
    expect(page.get_by_role("heading", name="Put away")).to_be_visible()
    yield "own-draft-held", page
    press(page, "Show it now")
    expect(page.get_by_label("What I would send")).to_have_value(DRAFT)
    yield "own-draft", page


def back(owner: Owner) -> Scenes:
    """Say when one will be back."""
    yield "own-back", owner.go("/my-part/practice/back/")
    page = owner.page
    page.get_by_text("This matters to me.").click()
    page.get_by_label("I’ll be back at").fill("20:30")
    press(page, "Make the sentence")
    expect(page.get_by_test_id("back-sentence")).to_have_text("This matters to me. I’ll be back at 20:30.")
    yield "own-back-said", page


def checks(owner: Owner) -> Scenes:
    """Tick what one knows in each list; keep one."""
    page = owner.page
    for code in ("drained", "signs", "noticing", "noticing-closer"):
        yield f"own-check-{code}", owner.go(f"/my-part/check/{code}/")
        for box in page.get_by_role("checkbox").all()[:2]:
            box.check()
        page.get_by_test_id("look").click()
        expect(page.get_by_role("button", name="Save this for myself")).to_be_visible()
        yield f"own-checked-{code}", page
    owner.go("/my-part/check/drained/")
    page.get_by_role("checkbox").first.check()
    page.get_by_test_id("look").click()
    press(page, "Save this for myself")
    expect(page.get_by_role("heading", name="Saved lists")).to_be_visible()
    yield "own-checks", page
