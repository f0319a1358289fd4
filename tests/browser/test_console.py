"""A host's console: all of it in one screen, covered when nobody looks, a wall that follows it, notes that stay."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.hosting_scenes import END_AT_ONCE, Screens, all_in, come_in, end_the_quiet, log_in_tess, open_moment
from tests.browser.journey import hook
from tests.browser.test_hosting import MINUTES_LATER, WOKEN
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

# A tablet held either way, a low laptop, and a large screen.
SIZES = ((1024, 768), (768, 1024), (1280, 680), (1920, 1080))
# In whole, as it lies in the window and in whatever scrolls around it.
IN_SIGHT = """(one) => {
    let { left, top, right, bottom } = one.getBoundingClientRect();
    if (right - left < 8 || bottom - top < 8) return false;
    for (let around = one.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowY === "visible") continue;
        const box = around.getBoundingClientRect();
        if (around !== document.body && (top < box.top - 2 || bottom > box.bottom + 2)) return false;
    }
    return left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
}"""
NAME = "Window seat"


@pytest.fixture
def screens(server: Server, open_device: OpenDevice) -> Screens:
    """Return Tess at her console, the screen for the room, and two guests."""
    found = Screens(open_device(LAPTOP), open_device(), open_device())
    all_in(server, found, NAME)
    return found


def out_of_sight(console: Page, wanted: dict[str, Locator]) -> Iterator[str]:
    """Return what is not in one screen, at every size."""
    for width, height in SIZES:
        console.set_viewport_size({"width": width, "height": height})
        if console.evaluate("document.documentElement.scrollHeight > innerHeight + 1"):
            yield f"the page scrolls at {width} by {height}"
        for name, element in wanted.items():
            if not element.evaluate(IN_SIGHT):
                yield f"{name} at {width} by {height}"


def test_stage_seals_next_action_and_notes_stand_in_one_screen(screens: Screens) -> None:
    console = screens.console
    expect(hook(console, "open-until")).to_have_text(re.compile(r"^Open until tomorrow, \d\d:\d\d\.$"))
    always = {"notes": hook(console, "notes"), "leave": hook(console, "leave"), "end": hook(console, "end")}
    hook(console, "moment-option").first.click()
    missing = [f"ready: {one}" for one in out_of_sight(console, {**always, "open": hook(console, "open-round")})]
    open_moment(console)
    journey.mark(screens.ana, "anxious", 4)
    journey.seal(screens.ana)
    seals = {name: console.get_by_test_id(name) for name in ("sealed-a", "marking-b")}
    expect(seals["sealed-a"]).to_be_visible()
    moment = {"moment": console.locator(".marking__words"), "set aside": hook(console, "set-aside")}
    missing += [f"marking: {one}" for one in out_of_sight(console, {**always, **seals, **moment})]
    journey.mark(screens.ben, "avoidant", 3)
    journey.seal(screens.ben)
    journey.expect_revealed(console, "Pursue–withdraw")
    end_the_quiet(screens)
    revealed = {"map": console.locator(".cycle-map svg").first, "open": hook(console, "open-round")}
    missing += [f"revealed: {one}" for one in out_of_sight(console, {**always, **revealed})]
    assert missing == []


def test_a_cover_survives_a_reload_and_comes_by_itself(screens: Screens) -> None:
    console = screens.console
    assert NAME in console.title()
    words = open_moment(console)
    hook(console, "cover").click()
    console.reload()
    for _ in range(2):
        expect(hook(console, "uncover")).to_be_focused()
        shown = console.locator("body").inner_text()
        assert not any(word in shown for word in ("Ana", "Ben", words, NAME)) and NAME not in console.title()
        hook(console, "uncover").click()
        expect(console.get_by_role("heading", name=words)).to_be_visible()
        assert NAME in console.title()
        # As after a sleep: the clock has gone on, and no timer has run.
        console.evaluate(MINUTES_LATER)
        console.evaluate(WOKEN)
    expect(console.get_by_text("Covered because nobody touched this screen")).to_be_visible()


def test_the_wall_follows_the_console_and_is_blank_at_a_touch(
    server: Server, screens: Screens, open_device: OpenDevice
) -> None:
    console = screens.console
    wall = open_device(LAPTOP)
    wall.context.add_cookies(console.context.cookies())  # type: ignore[arg-type]
    wall.goto(f"{server.url}/practice/display/")
    expect(wall.get_by_role("heading", name="The next moment appears here.")).to_be_visible()
    hook(console, "display-hide").click()
    expect(hook(wall, "display-blank")).to_be_visible()
    expect(hook(console, "display-show")).to_be_focused()
    hook(console, "display-show").click()
    expect(wall.get_by_role("heading", name="The next moment appears here.")).to_be_visible()
    console.evaluate(END_AT_ONCE)
    expect(hook(wall, "display-blank")).to_be_visible()


def test_notes_stay_when_a_partner_ends_it_in_mid_word(screens: Screens) -> None:
    console, notes = screens.console, hook(screens.console, "notes")
    notes.press_sequentially("Ask about the pa")
    screens.ben.evaluate(END_AT_ONCE)
    expect(console.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    notes.press_sequentially("use.")
    expect(console.locator("#console-notes").get_by_text("Saved", exact=True)).to_be_visible()
    console.reload()
    expect(notes).to_have_value("Ask about the pause.")

    most = int(console.locator("#console-notes").get_attribute("data-most") or 0)
    notes.fill("🌱" * (most - 20))
    expect(hook(console, "notes-left")).to_have_text("20 characters left")
    notes.fill("🌱" * (most + 7))
    expect(hook(console, "notes-over")).to_contain_text("7 characters over")
    asked: list[str] = []
    console.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    console.close(run_before_unload=True)
    console.wait_for_timeout(500)
    assert asked == ["beforeunload"] and len(notes.input_value()) > most
    notes.fill("Short again.")
    expect(console.locator("#console-notes").get_by_text("Saved", exact=True)).to_be_visible()


def test_whoever_starts_while_one_is_open_is_asked(server: Server, open_device: OpenDevice) -> None:
    tess, ana = open_device(LAPTOP), open_device()
    log_in_tess(server, tess)
    for name in (NAME, "Garden"):
        tess.goto(f"{server.url}/practice/start/")
        hook(tess, "label").fill(name)
        hook(tess, "start-hosted").click()
        if name == NAME:
            come_in(ana, hook(tess, "join-link").get_attribute("href") or "", "Ana")
    expect(hook(tess, "still-open")).to_contain_text(NAME)
    hook(tess, "end-and-start").click()
    expect(hook(tess, "console-name")).to_have_text("Garden")
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
