"""What people do on their screens, step by step, as the contract's hooks name it."""

from playwright.sync_api import Locator, Page, expect

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server

# No promise of ours: where waiting ends on a machine that is busy. A phone that lost its network may look again late.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


def hook(page: Page, name: str) -> Locator:
    """Return the visible element with a data-testid."""
    return page.get_by_test_id(name).filter(visible=True)


def start(page: Page, server: Server, name: str) -> str:
    """Start a check-in from the front page; return the link for the other phone."""
    page.goto(server.url)
    hook(page, "start-check-in").click()
    hook(page, "first-name").fill(name)
    hook(page, "join").click()
    link = hook(page, "join-link")
    expect(link).to_be_visible()
    return link.get_attribute("href") or ""


def join(page: Page, link: str, name: str) -> None:
    """Join by the link."""
    page.goto(link)
    hook(page, "first-name").fill(name)
    hook(page, "join").click()
    expect(hook(page, "moment-option").first).to_be_visible()


def open_round(page: Page, moment: int = 0) -> None:
    """Choose a library moment and open the round."""
    hook(page, "moment-option").nth(moment).click()
    hook(page, "open-round").click()
    expect(page.get_by_test_id("reaction-anxious")).to_be_attached()


def mark(page: Page, reaction: str, intensity: int) -> None:
    """Fill in a mark without sealing it."""
    page.get_by_test_id(f"reaction-{reaction}").click()
    page.get_by_test_id(f"intensity-{intensity}").click()


def seal(page: Page) -> None:
    """Seal the mark that is filled in."""
    expect(hook(page, "seal-mark")).to_be_enabled()
    hook(page, "seal-mark").click()


def expect_sealed(page: Page) -> None:
    """Expect the quiet note, and that nothing of the mark is in the page any more."""
    expect(hook(page, "sealed-note")).to_be_visible()
    expect(page.get_by_test_id("reaction-anxious")).to_have_count(0)


def expect_revealed(page: Page, pattern: str) -> None:
    """Expect the reveal, with its map."""
    expect(hook(page, "pattern-name")).to_have_text(pattern)
    expect(hook(page, "cycle-map")).to_be_visible()


def to_the_next_moment(page: Page) -> None:
    """Go from a reveal to the choice of the next moment."""
    hook(page, "open-round").click()
    expect(hook(page, "moment-option").first).to_be_visible()


def go_offline(page: Page) -> None:
    """Lose the network."""
    page.context.set_offline(True)
    expect_state(page, "offline")


def come_back(page: Page) -> None:
    """Find the network again."""
    page.context.set_offline(False)
    expect(page.get_by_test_id("connection-state")).not_to_have_attribute("data-state", "offline")


def expect_state(page: Page, state: str) -> None:
    """Expect what the page says of its connection."""
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", state)


def enter(page: Page, person: Person) -> None:
    """Open the room of somebody who has come in already."""
    page.context.add_cookies([{"name": "session", "value": person.token, "url": person.server.url}])
    page.goto(f"{person.server.url}/sessions/{person.session}/")
    expect_state(page, "connected")


def open_for_both(server: Server) -> tuple[Person, Person]:
    """Return Ana and Ben, who look at one moment; they came in without a screen."""
    ana, ben = couple(server)
    assert ana.command("round.open", after=0, moment=1).status == 200
    return ana, ben


def reveal(ana: Page, ben: Page, server: Server) -> None:
    """Bring two phones to two reveals: one was pulled closer, one to make space."""
    people = open_for_both(server)
    for person, reaction, intensity in zip(people, ("anxious", "avoidant"), (4, 3), strict=True):
        assert person.command("mark.seal", round=1, reaction=reaction, intensity=intensity).status == 200
    for page, person in zip((ana, ben), people, strict=True):
        enter(page, person)
        expect_revealed(page, "Pursue–withdraw")


def say(page: Page, need: str) -> None:
    """Say a need; it is said when the form has gone."""
    hook(page, "need-input").fill(need)
    hook(page, "need-send").click()
    expect(hook(page, "need-input")).to_have_count(0)


def skip_card(page: Page) -> None:
    """Leave the card of the exchange that is open for now."""
    page.locator("[data-part=exchange]").get_by_role("button", name="Skip for now").filter(visible=True).click()


def open_card(page: Page, title: str) -> None:
    """Open a card of the exchange that has folded to a line."""
    page.locator(".card__line").filter(has_text=title, visible=True).click()


def end_together(page: Page, other: Page) -> None:
    """End it for both: one would like to, the other sees it coming and agrees."""
    hook(page, "end").click()
    expect(hook(other, "stay")).to_be_visible()
    hook(other, "end").click()


def press(page: Page, name: str) -> None:
    """Press the button with that name."""
    page.get_by_role("button", name=name, exact=True).filter(visible=True).click()


def at_rest(page: Page) -> None:
    """Wait until nothing rests any more: who reads first presses no button that has just moved below the thumb."""
    expect(page.locator("[data-resting]")).to_have_count(0)


def words_on(page: Page) -> str:
    """Return everything that stands on the screen of a check-in."""
    return page.locator("#room-screen").inner_text()


def kept(page: Page, words: str) -> Locator:
    """Return what the room has kept of what was being written."""
    return page.locator("#kept-words").get_by_role("listitem").filter(has_text=words)


def think(page: Page, thought: str) -> None:
    """Write a thought into the sheet of the mark that is open."""
    press(page, "Add a little more first")
    for _ in range(3):
        press(page, "Next")
    page.get_by_label("What did you think it meant?").fill(thought)
