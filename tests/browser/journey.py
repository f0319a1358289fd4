"""What people do on their screens, step by step, as the contract's hooks name it."""

from playwright.sync_api import Locator, Page, expect

from tests.servers import Server

PATIENCE = 30_000


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
    expect(link).to_be_visible(timeout=PATIENCE)
    return link.get_attribute("href") or ""


def join(page: Page, link: str, name: str) -> None:
    """Join by the link."""
    page.goto(link)
    hook(page, "first-name").fill(name)
    hook(page, "join").click()
    expect(hook(page, "moment-option").first).to_be_visible(timeout=PATIENCE)


def open_round(page: Page, moment: int = 0) -> None:
    """Choose a library moment and open the round."""
    hook(page, "moment-option").nth(moment).click()
    hook(page, "open-round").click()
    expect(page.get_by_test_id("reaction-anxious")).to_be_attached(timeout=PATIENCE)


def mark(page: Page, reaction: str, intensity: int) -> None:
    """Fill in a mark without sealing it."""
    page.get_by_test_id(f"reaction-{reaction}").click(timeout=PATIENCE)
    page.get_by_test_id(f"intensity-{intensity}").click()


def seal(page: Page) -> None:
    """Seal the mark that is filled in."""
    expect(hook(page, "seal-mark")).to_be_enabled(timeout=PATIENCE)
    hook(page, "seal-mark").click()


def expect_sealed(page: Page) -> None:
    """Expect the quiet note, and that nothing of the mark is in the page any more."""
    expect(hook(page, "sealed-note")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_test_id("reaction-anxious")).to_have_count(0)


def expect_revealed(page: Page, pattern: str) -> None:
    """Expect the reveal, with its map."""
    expect(hook(page, "pattern-name")).to_have_text(pattern, timeout=PATIENCE)
    expect(hook(page, "cycle-map")).to_be_visible()


def to_the_next_moment(page: Page) -> None:
    """Go from a reveal to the choice of the next moment."""
    hook(page, "open-round").click(timeout=PATIENCE)
    expect(hook(page, "moment-option").first).to_be_visible()
