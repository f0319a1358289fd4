"""A whole check-in without a pointer: Tab, Shift+Tab, arrows, Space, Enter, and the letters of what one writes."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

MOST_STOPS = 40
# What is wrong with where the focus is; headings take it only so that a screen reader starts there.
WRONG_WITH_FOCUS = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return "the focus is nowhere";
    const what = focused.outerHTML.slice(0, 120);
    if (focused.matches("[tabindex='-1']")) return null;
    const drawn = [focused, focused.nextElementSibling, focused.closest("label"), focused.parentElement];
    const outlined = (element) => {
        const { outlineStyle, outlineWidth, opacity } = getComputedStyle(element);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && opacity === "1";
    };
    if (!drawn.some((element) => element && outlined(element))) return `the focus cannot be seen: ${what}`;
    const { left, right, top, bottom } = focused.getBoundingClientRect();
    const inside = (low, high, end) => (Math.max(low, 0) + Math.min(high, end)) / 2;
    const found = document.elementFromPoint(inside(left, right, innerWidth), inside(top, bottom, innerHeight));
    const labels = [...(focused.labels ?? [])];
    const over = found && (focused.contains(found) || labels.some((label) => label.contains(found)));
    return over ? null : `the focus is covered: ${what} by ${found?.outerHTML.slice(0, 120)}`;
}"""


class Keyboard:
    """Somebody who has no other way than the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        """Press one key, and see where the focus is."""
        self.page.keyboard.press(key)

    def to(self, target: Locator, *, back: bool = False) -> None:
        """Go to a control; on the way there the focus is always somewhere, and always seen."""
        expect(target).to_have_count(1)
        expect(target).to_be_visible()
        self.page.wait_for_load_state()
        # A page that was just loaded has no focus yet, or gives it to what it asks for first; from then on no change of
        # what is shown may lose it.
        assert not self.page.evaluate("window.hadFocus && document.activeElement === document.body")
        given = target.evaluate("element => !window.hadFocus && element === document.activeElement")
        for step in range(MOST_STOPS):
            if step or not given:
                self.press("Shift+Tab" if back else "Tab")
            self.page.evaluate("window.hadFocus = true")
            wrong = self.page.evaluate(WRONG_WITH_FOCUS)
            assert wrong is None, wrong
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {target}")

    def act(self, target: Locator, key: str = "Enter", *, back: bool = False) -> None:
        """Go to a control and press it."""
        self.to(target, back=back)
        self.press(key)

    def write(self, target: Locator, text: str) -> None:
        """Go to a field and write into it."""
        self.to(target)
        self.page.keyboard.type(text)

    def arrive(self, heading: str) -> None:
        """Find the focus on the heading of the screen that has taken another's place."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_focused()

    def name(self, name: str) -> Locator:
        """Return the visible button with that name."""
        return self.page.get_by_role("button", name=name, exact=True).filter(visible=True)

    def mark(self, down: int, strength: int) -> None:
        """Mark with arrows alone: so many reactions down, so strong."""
        self.to(self.page.get_by_test_id("reaction-anxious"))
        self.press("Space")
        for _ in range(down):
            self.press("ArrowDown")
        self.to(self.page.get_by_test_id("intensity-1"))
        self.press("Space")
        for _ in range(strength - 1):
            self.press("ArrowRight")
        expect(self.page.get_by_test_id(f"intensity-{strength}")).to_be_checked()
        # Enter in a form of radios would send it; a mark is sealed by its button alone.
        self.press("Enter")
        expect(hook(self.page, "seal-mark")).to_be_enabled()
        expect(hook(self.page, "sealed-note")).to_have_count(0)


@pytest.fixture
def ana(open_device: OpenDevice) -> Keyboard:
    """Return Ana, at a laptop as small as a phone."""
    return Keyboard(open_device())


@pytest.fixture
def ben(open_device: OpenDevice) -> Keyboard:
    """Return Ben, likewise."""
    return Keyboard(open_device())


def test_a_whole_check_in_needs_no_pointer(timed: Timed, ana: Keyboard, ben: Keyboard) -> None:
    server = timed.server  # a quiet does not end by itself while keys are pressed

    # In
    ana.page.goto(server.url)
    ana.act(hook(ana.page, "start-check-in"))
    ana.write(hook(ana.page, "first-name"), "Ana")
    ana.act(hook(ana.page, "join"))
    link = hook(ana.page, "join-link").get_attribute("href")
    assert link
    ana.act(ana.name("Copy link"))
    code = hook(ana.page, "join-code").inner_text().replace(" ", "")
    ben.page.goto(server.url)
    ben.write(ben.page.get_by_label("Have a code?"), code)
    ben.press("Enter")
    ben.write(hook(ben.page, "first-name"), "Ben")
    ben.press("Enter")

    # A moment
    ana.arrive("Pick a moment")
    ana.to(ana.page.get_by_role("radio", name="All", exact=True))
    for _ in ("Favourites", "Recent", "Messages and replies"):
        ana.press("ArrowRight")
    expect(ana.page.get_by_role("radio", name="Messages and replies")).to_be_checked()
    own = ana.page.get_by_role("radio", name="In your own words")
    ana.to(own)
    ana.press("ArrowDown")
    expect(ana.page.get_by_role("radio", name="A reply took longer than usual.")).to_be_checked()
    ana.act(hook(ana.page, "open-round"))
    ana.arrive("A reply took longer than usual.")

    # Two marks
    ana.mark(down=0, strength=4)
    ana.act(ana.name("Add a little more first"))
    ana.act(ana.page.get_by_role("checkbox", name="ask again"), "Space")
    sharing = ana.page.get_by_role("group", name="Who sees this after the reveal: What you did")
    ana.to(sharing.get_by_label("Keep mine"))
    ana.press("ArrowRight")
    expect(sharing.get_by_label("Show both of us")).to_be_checked()
    ana.act(ana.name("Skip the rest"))
    expect(ana.name("Change what you added")).to_be_focused()
    ana.act(hook(ana.page, "seal-mark"), back=True)
    ana.arrive("Your mark is sealed")
    ben.mark(down=1, strength=3)
    ben.act(hook(ben.page, "seal-mark"))
    for person in (ana, ben):
        person.arrive("Pursue–withdraw")
    expect(ana.page.get_by_text("asked again").first).to_be_visible()

    # The quiet, and the exchange
    for person in (ana, ben):
        person.act(person.name("Go on sooner"))
    for person, need in ((ana, "To know when you are back."), (ben, "A short while to find my words.")):
        person.write(hook(person.page, "need-input"), need)
        person.act(hook(person.page, "need-send"))
    for person in (ana, ben):
        person.act(hook(person.page, "heard"), back=person is ben)
    for person in (ana, ben):
        person.act(person.name("That is what I meant"), back=person is ana)
    for person in (ana, ben):
        expect(person.page.get_by_text("heard this")).to_have_count(2)
        person.write(hook(person.page, "step-input"), "One short message.")
        person.act(hook(person.page, "step-send"))
        person.act(person.page.get_by_text("How relieved do you feel?"))
        person.to(person.page.get_by_role("radio", name="none yet"))
        person.press("ArrowRight")
        person.act(person.name("We’ve reconnected"))
    expect(ana.page.get_by_text("You both said so.")).to_be_visible()

    # The next round
    ana.act(ana.name("Choose the next moment"))
    ana.arrive("Pick a moment")
    ana.write(hook(ana.page, "moment-text"), "The door stayed closed.")
    ana.act(hook(ana.page, "open-round"))
    for person in (ana, ben):
        person.arrive("The door stayed closed.")
        person.mark(down=3, strength=2)
        person.act(hook(person.page, "seal-mark"))
    for person in (ana, ben):
        person.arrive("Mutual engagement")

    # The end, and one's own part
    ben.act(hook(ben.page, "end"))
    expect(hook(ana.page, "stay")).to_be_visible()
    ana.act(hook(ana.page, "end"))
    for person in (ana, ben):
        person.arrive("This check-in has ended.")
    ana.act(ana.page.get_by_role("link", name="Start another check-in"))
    ana.page.wait_for_url(f"{server.url}/")
    ana.act(ana.page.get_by_role("link", name="My part", exact=True))
    ana.act(ana.page.get_by_role("link", name="Journal"))
    ana.write(ana.page.get_by_label("What I want to remember"), "One short message helped.")
    ana.act(ana.name("Save"))
    expect(ana.page.get_by_text("One short message helped.")).to_be_visible()


def test_pausing_setting_aside_and_ending_need_no_pointer(server: Server, ana: Keyboard, ben: Keyboard) -> None:
    journey.join(ben.page, journey.start(ana.page, server, "Ana"), "Ben")
    journey.open_round(ana.page)
    for person in (ana, ben):
        person.to(person.page.get_by_test_id("reaction-anxious"))

    ana.to(ana.page.get_by_label("How long to pause"))
    ana.press("ArrowUp")
    ana.act(hook(ana.page, "pause"), back=True)
    for person in (ana, ben):
        person.arrive("A pause")
        expect(person.page.locator("[data-part='clock']")).to_contain_text("0:5")
    for person in (ana, ben):
        person.act(hook(person.page, "resume"))
    for person in (ana, ben):
        person.arrive("A reply took longer than usual.")

    ana.act(hook(ana.page, "set-aside"))
    for person in (ana, ben):
        person.arrive("Pick a moment")

    ana.act(hook(ana.page, "end"))
    expect(ana.name("Keep going")).to_be_visible()
    ana.act(ana.name("Keep going"), back=True)
    expect(hook(ana.page, "end")).to_be_focused()
    expect(hook(ben.page, "stay")).to_be_hidden()
    ana.press("Enter")
    ben.act(ben.name("Stay a little"))
    expect(hook(ana.page, "stay")).to_be_hidden()
    ana.page.wait_for_timeout(600)  # a key that comes sooner is taken for a nervous one
    ana.press("Enter")
    expect(hook(ben.page, "stay")).to_be_visible()
    ben.press("Enter")  # the focus is there since the other button went
    for person in (ana, ben):
        person.arrive("This check-in has ended.")


def test_the_way_out_is_reached_without_a_pointer(server: Server, ana: Keyboard, ben: Keyboard) -> None:
    ana.page.goto(server.url)
    ana.press("Tab")
    expect(ana.page.get_by_role("link", name="Skip to content")).to_be_focused()
    ana.press("Tab")
    expect(hook(ana.page, "quick-exit")).to_be_focused()
