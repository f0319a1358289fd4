"""A therapist hosts in the room: a laptop with a console, a screen for everybody, two phones."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hosting_scenes, journey
from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.hosting_scenes import Screens, all_in, end_the_quiet, open_moment
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, look_from_all_sides
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

# All that stands on the screen; beside it is what was said aloud a moment ago, which fades.
AS_IT_STANDS = "() => document.getElementById('room-screen').innerHTML"

MINUTES_LATER = "() => { const later = Date.now() + 11 * 60_000; Date.now = () => later; }"
WOKEN = "() => window.dispatchEvent(new Event('focus'))"
NO_LONGER_HOST = "You no longer host this check-in."
GOES_ON = "This check-in goes on with the two of you."


def devices(open_device: OpenDevice, **options: object) -> Screens:
    """Return a laptop and two phones."""
    return Screens(open_device(LAPTOP, **options), open_device(**options), open_device(**options))


def controls_of(page: Page) -> list[str]:
    """Return what can be pressed on a screen."""
    script = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".skip-link"))
        .map((one) => one.dataset.testid ?? one.className)"""
    found: list[str] = page.evaluate(script)
    return found


def test_a_hosted_check_in_goes_through_two_rounds_on_four_screens(timed: Timed, open_device: OpenDevice) -> None:
    screens = devices(open_device)
    all_in(timed.server, screens)
    console, ana, ben, shared = screens.console, screens.ana, screens.ben, screens.shared
    assert shared
    assert set(controls_of(shared)) == {"quick-exit"}
    expect(ana.get_by_text("Your host opens the next moment.")).to_be_visible()

    words = open_moment(console)
    expect(shared.get_by_role("heading", name=words)).to_be_visible()
    before = shared.evaluate(AS_IT_STANDS)
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    journey.expect_sealed(ana)
    expect(console.get_by_test_id("sealed-a")).to_be_visible()
    expect(console.get_by_test_id("marking-b")).to_be_visible()
    assert shared.evaluate(AS_IT_STANDS) == before, "the shared screen does not change before the reveal"
    assert set(controls_of(shared)) == {"quick-exit"}

    hook(console, "pause").click()
    for page in (ana, ben, console, shared):
        expect(page.get_by_role("heading", name="A pause")).to_be_attached()
    assert hook(console, "resume").count() == 0, "a host goes on when both partners do"
    assert set(controls_of(shared)) == {"quick-exit"}
    for page in (ana, ben):
        hook(page, "resume").click()
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    for page in (ana, ben, console, shared):
        journey.expect_revealed(page, "Pursue–withdraw")

    end_the_quiet(screens)
    console.get_by_role("button", name="Ana speaks").click()
    for page in (ana, ben, shared):
        turn = page.get_by_role("region", name="Turn").filter(visible=True)
        expect(turn).to_contain_text("speaks")
    hook(ana, "need-input").fill("To know you were still coming back.")
    hook(ana, "need-send").click()
    hook(ben, "need-input").fill("A little time before I answer.")
    hook(ben, "need-send").click()
    for page in (console, shared):
        expect(page.get_by_text("A little time before I answer.").filter(visible=True)).to_be_visible()
    console.get_by_role("button", name="End the turn").click()
    expect(ana.get_by_role("region", name="Turn")).to_have_count(0)

    # The second round, in the host's own words; set aside by nobody, and marked alike by both.
    hook(console, "moment-text").fill("The drive home, when nobody spoke.")
    hook(console, "open-round").click()
    expect(shared.get_by_role("heading", name="The drive home")).to_be_visible()
    for page in (ana, ben):
        journey.mark(page, "steady", 2)
        journey.seal(page)
    for page in (ana, ben, console, shared):
        journey.expect_revealed(page, "Mutual engagement")

    ben.evaluate(MINUTES_LATER)
    hook(console, "end").click()
    # Everybody sees it coming; where somebody hosts, one of the two agrees for nobody else.
    hosts = "Tess would like to end together. Closing in"
    for page in (ana, ben, shared):
        expect(page.get_by_text(hosts)).to_be_visible()
    expect(console.get_by_text("You would like to end together. Closing in")).to_be_visible()
    expect(hook(ana, "end")).to_be_disabled()
    assert set(controls_of(shared)) == {"quick-exit"}
    timed.clock.tick(10)
    for page in (ana, ben, console):
        expect(page.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    expect(hook(shared, "display-blank")).to_be_visible()
    expect(hook(console, "kept").get_by_test_id("cycle-map")).to_be_visible()
    for tool in ("shared-screen", "cover"):
        expect(hook(console, tool)).to_be_hidden()
    for page in (ana, ben):
        expect(hook(page, "finished-here")).to_be_visible()
    ben.evaluate(WOKEN)
    expect(hook(ben, "finished-here")).to_be_visible()  # nobody was away who has only listened
    for page in (ana, console):
        hook(page, "summary").click()
        expect(page.get_by_role("heading", name="Mutual engagement")).to_be_visible()
        expect(page.get_by_text("A little time before I answer.")).to_be_visible()
    # As after a sleep: the clock has gone on, and no timer has run.
    ben.evaluate(MINUTES_LATER)
    ben.evaluate(WOKEN)
    expect(ben.get_by_role("heading", name="Finished on this device")).to_be_visible()


def test_a_host_who_leaves_is_back_in_the_practice(server: Server, open_device: OpenDevice) -> None:
    screens = devices(open_device)
    all_in(server, screens)
    hook(screens.console, "leave").click()
    asked = screens.console.locator("[data-part=leaving]")
    expect(asked).to_be_visible()
    screens.console.get_by_role("button", name="Stay", exact=True).click()
    expect(asked).to_be_hidden()
    hook(screens.console, "leave").click()
    hook(screens.console, "leave").click()
    screens.console.wait_for_url(f"{server.url}/practice/")
    expect(hook(screens.ana, "moment-option").first).to_be_visible()
    hook(screens.ana, "host-again").click()
    expect(screens.ana.get_by_text("hosts. What they see")).to_be_visible()
    screens.console.reload()
    hook(screens.console, "open-check-in").click()
    expect(screens.console.get_by_role("heading", name="Choose the next moment")).to_be_visible()


def test_a_partner_goes_on_without_a_host_and_nobody_is_told_why(server: Server, open_device: OpenDevice) -> None:
    screens = devices(open_device)
    all_in(server, screens)
    console, ana, ben, shared = screens.console, screens.ana, screens.ben, screens.shared
    assert shared
    open_moment(console)
    # What Ana has begun stays where it is: nothing is loaded anew.
    journey.mark(ana, "anxious", 4)
    ana.get_by_text("hosts. What they see").click()
    hook(ana, "without-host").click()
    expect(console.get_by_text(NO_LONGER_HOST).filter(visible=True)).to_be_visible(timeout=2 * 2_000)
    expect(hook(shared, "display-blank")).to_be_visible()
    for page in (console, shared):
        assert "A reply took longer" not in page.locator("main").inner_text()
    for page in (ana, ben):
        expect(page.locator("#host-note [data-part=goes-on]")).to_have_text(GOES_ON, use_inner_text=True)
    journey.seal(ana)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.expect_revealed(ben, "Pursue–withdraw")
    journey.to_the_next_moment(ben)


def test_the_cover_hides_all_of_it(server: Server, open_device: OpenDevice) -> None:
    screens = devices(open_device)
    all_in(server, screens)
    console = screens.console
    words = open_moment(console)
    journey.mark(screens.ana, "anxious", 4)
    journey.seal(screens.ana)
    expect(console.get_by_test_id("sealed-a")).to_be_visible()
    hook(console, "cover").click()
    shown = console.locator("main").inner_text()
    assert not any(word in shown for word in ("Ana", "Ben", "sealed", words))
    expect(hook(console, "uncover")).to_be_focused()
    hook(console, "uncover").click()
    expect(console.get_by_test_id("sealed-a")).to_be_visible()


def test_every_screen_of_it_is_for_everybody(timed: Timed, open_device: OpenDevice) -> None:
    wrong = []
    for scene, page in hosting_scenes.walk(timed.server, devices(open_device, **OPTIONS)):
        size = page.viewport_size
        wrong += [f"{scene}, {found}" for found in look_from_all_sides(page)]
        page.set_viewport_size(size)  # type: ignore[arg-type]
    assert wrong == []
