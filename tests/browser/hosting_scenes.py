"""A hosted check-in on four screens: a console, the shared screen, two phones. For pictures and for axe alike."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook
from tests.support.cast.hosted import therapist
from tests.support.servers.cycle import Server

Scenes = Iterator[tuple[str, Page]]


@dataclass
class Screens:
    """Who looks at what; the shared screen opens from the console, as a tab of its own."""

    console: Page
    ana: Page
    ben: Page
    shared: Page | None = None

    @property
    def phones(self) -> dict[str, Page]:
        """Return the two phones by name."""
        return {"Ana": self.ana, "Ben": self.ben}


def log_in_tess(server: Server, page: Page) -> None:
    """Log a therapist in on her laptop."""
    page.context.add_cookies([{"name": "session", "value": therapist(server).token, "url": server.url}])


def start(server: Server, page: Page, label: str = "") -> str:
    """Start a hosted check-in from the roster; return the link for the phones."""
    page.goto(f"{server.url}/practice/")
    hook(page, "host-new").click()
    hook(page, "label").fill(label)
    hook(page, "start-hosted").click()
    link = hook(page, "join-link")
    expect(link).to_be_visible()
    return link.get_attribute("href") or ""


def open_shared_screen(console: Page) -> Page:
    """Open the screen for the whole room."""
    with console.context.expect_page() as opened:
        hook(console, "shared-screen").click()
    expect(opened.value.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")
    return opened.value


def come_in(page: Page, link: str, name: str) -> None:
    """Join a hosted check-in, with a yes to its host."""
    page.goto(link)
    hook(page, "first-name").fill(name)
    page.get_by_test_id("agrees-to-host").check()
    hook(page, "join").click()
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")


# As a client says it that knows of no end that is coming.
END_AT_ONCE = """() => {
    const { sessionId, csrfToken } = document.getElementById("room").dataset;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken };
    const body = JSON.stringify({ type: "session.end", op: "at-once" });
    return fetch(`/api/v1/sessions/${sessionId}/commands/`, { method: "POST", headers, body }).then(() => null);
}"""


def all_in(server: Server, screens: Screens, label: str = "") -> None:
    """Bring everybody into one room."""
    log_in_tess(server, screens.console)
    link = start(server, screens.console, label)
    screens.shared = open_shared_screen(screens.console)
    for name, page in screens.phones.items():
        come_in(page, link, name)
    expect(screens.console.get_by_role("heading", name="Choose the next moment")).to_be_visible()


def open_moment(console: Page, moment: int = 0) -> str:
    """Open a moment of the library; return its words."""
    option = hook(console, "moment-option").nth(moment)
    words = option.get_attribute("data-words") or ""
    option.click()
    hook(console, "open-round").click()
    expect(console.get_by_role("heading", name=words)).to_be_visible()
    return words


def end_the_quiet(screens: Screens) -> None:
    """Go on sooner, both."""
    for page in screens.phones.values():
        page.get_by_role("button", name="Go on sooner").click()
    for page in screens.phones.values():
        expect(hook(page, "need-input")).to_be_visible()


def scenes(server: Server, screens: Screens) -> Scenes:
    """Go from one scene to the next."""
    console, ana, ben = screens.console, screens.ana, screens.ben
    log_in_tess(server, console)
    console.goto(f"{server.url}/practice/start/")
    yield "host-start", console
    link = start(server, console)
    yield "host-lobby", console
    shared = screens.shared = open_shared_screen(console)
    yield "screen-lobby", shared
    ana.goto(link)
    yield "join-hosted", ana
    for name, page in screens.phones.items():
        come_in(page, link, name)
    expect(console.get_by_role("heading", name="Choose the next moment")).to_be_visible()
    yield "host-ready", console
    ana.get_by_text("hosts. What they see").click()
    yield "hosted-by", ana
    ana.get_by_text("hosts. What they see").click()
    open_moment(console)
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    expect(console.get_by_test_id("sealed-a")).to_be_visible()
    yield "host-marking", console
    yield "screen-moment", shared
    hook(console, "cover").click()
    yield "host-covered", console
    hook(console, "uncover").click()
    hook(console, "pause").click()
    expect(ana.get_by_role("heading", name="A pause")).to_be_attached()
    expect(console.get_by_role("heading", name="A pause")).to_be_attached()
    yield "host-pause", console
    expect(shared.get_by_role("heading", name="A pause")).to_be_attached()
    yield "screen-pause", shared
    for page in screens.phones.values():
        hook(page, "resume").click()
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.expect_revealed(shared, "Pursue–withdraw")
    yield "screen-reveal", shared
    end_the_quiet(screens)
    console.get_by_role("button", name="Ana speaks").click()
    expect(ana.get_by_role("region", name="Turn").first).to_be_visible()
    yield "host-turn", console
    yield "turn", ana
    hook(ana, "need-input").fill("To know you were still coming back.")
    hook(ana, "need-send").click()
    hook(ben, "need-input").fill("A little time before I answer, without it meaning that I have gone.")
    hook(ben, "need-send").click()
    expect(shared.get_by_text("A little time before I answer")).to_be_visible()
    yield "screen-exchange", shared
    hook(console, "end").click()
    expect(hook(ana, "stay")).to_be_visible()
    yield "screen-ending", shared
    console.evaluate(END_AT_ONCE)
    expect(hook(ana, "summary")).to_be_visible()
    yield "host-ended", console
    hook(ana, "summary").click()
    expect(ana.get_by_text("Both partners can open this page.")).to_be_visible()
    yield "summary", ana


def walk(server: Server, screens: Screens) -> Scenes:
    """Go through a hosted check-in and stop at every scene, at rest; its server's time stands (see ``scenes.walk``)."""
    for scene, page in scenes(server, screens):
        page.wait_for_load_state()
        page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})))")
        yield scene, page
