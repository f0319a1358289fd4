"""When it was, the same loop again, and the day of finding each other: two rounds of one evening, and the next time."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook
from tests.support.cast.clients import Person, couple
from tests.support.servers.clocks import Timed

MARKS = ("anxious", 4), ("avoidant", 3)
QUIET_S = 15


def reveal(people: tuple[Person, Person], number: int) -> None:
    """Seal two marks that pull apart."""
    for person, (reaction, intensity) in zip(people, MARKS, strict=True):
        assert person.command("mark.seal", round=number, reaction=reaction, intensity=intensity).status == 200


def scenes(timed: Timed, ana: Page, ben: Page) -> Iterator[tuple[str, Page]]:
    """Go from one scene to the next."""
    people = couple(timed.server)
    for page, person in zip((ana, ben), people, strict=True):
        journey.enter(page, person)
    hook(ana, "moment-option").first.click()
    expect(hook(ana, "when")).to_have_value("now")
    yield "moment-when", ana
    hook(ana, "when").select_option("today")
    hook(ana, "open-round").click()
    expect(hook(ben, "reaction-anxious").or_(ben.get_by_test_id("reaction-anxious")).first).to_be_attached()
    reveal(people, 1)
    journey.expect_revealed(ana, "Pursue–withdraw")
    timed.clock.tick(QUIET_S)
    expect(hook(ana, "need-input")).to_be_visible()
    expect(hook(ana, "loop-yes")).to_have_count(0)
    assert people[1].command("round.open", after=1, moment=2, when="now").status == 200
    reveal(people, 2)
    timed.clock.tick(QUIET_S)
    for page in (ana, ben):
        journey.open_card(page, "Was this the same loop again?")
    expect(hook(ana, "loop-yes")).to_be_visible()
    yield "same-loop-asked", ana
    hook(ana, "loop-yes").click()
    expect(ana.get_by_text("Your answer is kept.")).to_be_visible()
    expect(hook(ben, "loop-no")).to_be_visible()
    hook(ben, "loop-yes").click()
    expect(ana.get_by_text("You both see it: the same loop again.")).to_be_visible()
    yield "same-loop-said", ana
    assert people[0].command("session.end").status == 200
    timed.clock.tick(2 * 86_400)
    ana.goto(timed.server.url)
    hook(ana, "start-again").click()
    hook(ana, "join").click()
    expect(hook(ana, "join-link")).to_be_visible()
    ben.goto(timed.server.url)
    hook(ben, "open-check-in").click()
    expect(hook(ben, "last-time-day")).to_be_visible()
    yield "last-time-asked", ben
    expect(hook(ana, "last-time-day")).to_be_visible()
    hook(ana, "last-time-day").fill(ana.evaluate("document.querySelector('[data-testid=last-time-day]').min"))
    hook(ana, "last-time-say").click()
    expect(ana.get_by_text("You said so. It counts when you both have.")).to_be_visible()
    yield "last-time-said", ana
