"""A host writes notes on a couple beside the check-in, and finds them again whatever happens meanwhile."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.journey import hook
from tests.support.cast.clients import couple
from tests.support.cast.hosted import hosted_by_link, therapist
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

KEPT_AFTER_MILLISECONDS = 800


def open_console(server: Server, open_device: OpenDevice) -> Page:
    """Let Tess host a couple that she is linked with; return her console, ready for notes."""
    tess = therapist(server)
    room = hosted_by_link(tess, *couple(server))
    console = open_device(LAPTOP)
    console.context.add_cookies([{"name": "session", "value": tess.token, "url": server.url}])
    console.goto(f"{server.url}/sessions/{room.tess.session}/")
    expect(hook(console, "notes")).to_be_enabled()
    return console


def told(console: Page, words: str) -> Locator:
    """Return what the console says of the notes."""
    return console.locator("#console-notes").get_by_text(words)


def address_of(console: Page) -> str:
    """Return where the notes are kept."""
    return console.locator("#console-notes").get_attribute("data-url") or ""


class SlowLine:
    """Holds the first request of a kind until it is let go, and lets every later one through; notes each of them."""

    def __init__(self, page: Page, method: str) -> None:
        self._page = page
        self._method = method
        self.seen: list[Route] = []
        page.route("**/notes/", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method == self._method:
            self.seen.append(route)
        if self.seen[:1] != [route]:
            route.continue_()

    def held(self) -> Route:
        """Wait for the request that is held."""
        while not self.seen:
            self._page.wait_for_timeout(10)
        return self.seen[0]


def test_notes_are_kept_as_they_are_written(server: Server, open_device: OpenDevice) -> None:
    console = open_console(server, open_device)
    hook(console, "notes").fill("Ask about the pause.")
    expect(told(console, "Saved")).to_be_visible()
    console.reload()
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")


def test_notes_that_are_open_in_two_windows_lose_nothing(server: Server, open_device: OpenDevice) -> None:
    console = open_console(server, open_device)
    page = console.context.new_page()
    page.goto(f"{server.url}{address_of(console).replace('/api/v1/sessions/', '/practice/check-ins/')}")

    hook(console, "notes").fill("From the console.")
    expect(told(console, "Saved")).to_be_visible()
    page.get_by_label("My notes").fill("From the page.")
    hook(page, "save-notes").click()
    expect(hook(page, "notes-meanwhile")).to_contain_text("From the console.")
    expect(page.get_by_label("My notes")).to_have_value("From the page.")
    page.get_by_label("My notes").fill("From both.")
    hook(page, "save-notes").click()
    expect(hook(page, "notes-meanwhile")).to_have_count(0)

    # The console still shows what it knew; what is added there joins what the page has kept.
    hook(console, "notes").press_sequentially(" And more.")
    expect(told(console, "Both are here.")).to_be_visible()
    expect(hook(console, "notes")).to_have_value("From both.\n\nAnd more.")
    page.reload()
    expect(page.get_by_label("My notes")).to_have_value("From both.\n\nAnd more.")


def test_what_is_written_while_the_line_is_slow_is_kept_once_and_as_it_was_written(
    server: Server, open_device: OpenDevice
) -> None:
    console = open_console(server, open_device)
    line = SlowLine(console, "PUT")
    hook(console, "notes").fill("Ask about")
    first = line.held()
    hook(console, "notes").press_sequentially(" the pause.")
    console.wait_for_timeout(2 * KEPT_AFTER_MILLISECONDS)
    assert line.seen == [first], "the next words wait for the first ones"

    first.continue_()
    expect(told(console, "Saved")).to_be_visible()
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")
    console.reload()
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")


def test_looking_in_from_another_window_takes_nothing_back_that_is_just_being_kept(
    server: Server, open_device: OpenDevice
) -> None:
    console = open_console(server, open_device)
    line = SlowLine(console, "GET")
    console.evaluate("() => window.dispatchEvent(new Event('focus'))")
    look = line.held()
    before = look.fetch()
    hook(console, "notes").fill("Ask about the pause.")
    console.wait_for_timeout(2 * KEPT_AFTER_MILLISECONDS)
    look.fulfill(response=before)
    expect(told(console, "Saved")).to_be_visible()
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")


def test_whoever_closes_the_window_before_notes_are_kept_is_asked_first(
    server: Server, open_device: OpenDevice
) -> None:
    console = open_console(server, open_device)
    asked: list[str] = []
    console.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    console.context.set_offline(True)
    hook(console, "notes").fill("Ask about the pause.")
    expect(told(console, "That didn't save.")).to_be_visible()
    console.close(run_before_unload=True)
    console.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")

    console.context.set_offline(False)
    hook(console, "notes").press_sequentially(" And Ben.")
    expect(told(console, "Saved")).to_be_visible()
    console.reload()
    assert asked == ["beforeunload"], "once they are kept nobody is asked"
    expect(hook(console, "notes")).to_have_value("Ask about the pause. And Ben.")


def test_notes_that_cannot_be_read_are_not_called_unsaved(server: Server, open_device: OpenDevice) -> None:
    console = open_console(server, open_device)
    hook(console, "notes").fill("Ask about the pause.")
    expect(told(console, "Saved")).to_be_visible()
    console.route("**/notes/", lambda route: route.abort())
    console.reload()
    expect(told(console, "can't be read right now")).to_be_visible()
    expect(hook(console, "notes")).to_be_disabled()

    console.unroute("**/notes/")
    console.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")
    expect(told(console, "can't be read right now")).to_be_hidden()


def test_why_notes_were_not_kept_is_said_and_they_stay(server: Server, open_device: OpenDevice) -> None:
    console = open_console(server, open_device)
    console.route("**/notes/", lambda route: route.fulfill(status=401, body="{}"))
    hook(console, "notes").fill("Ask about the pause.")
    expect(told(console, "you are logged out here")).to_be_visible()
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")

    console.unroute("**/notes/")
    console.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(told(console, "Saved")).to_be_visible()
    console.reload()
    expect(hook(console, "notes")).to_have_value("Ask about the pause.")
