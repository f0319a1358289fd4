"""The optional second step of a mark, as people tap through it."""

from playwright.sync_api import Locator, Page


def choose(page: Page, *names: str) -> None:
    """Tick these on the page of the second step that is open."""
    for name in names:
        page.get_by_role("checkbox", name=name).filter(visible=True).click()


def sharing(page: Page, label: str) -> Locator:
    """Return the switch that says who sees a detail."""
    return page.get_by_role("group", name=f"Who sees this after the reveal: {label}")


def unfold(page: Page, summary: str) -> None:
    """Open what is folded away on a page of the second step."""
    page.locator("summary").filter(has_text=summary).filter(visible=True).click()


def share(page: Page, label: str) -> None:
    """Show a detail to both."""
    sharing(page, label).get_by_label("Show both of us").click()


def turn(page: Page, name: str = "Next") -> None:
    """Go to the next page of the second step."""
    page.get_by_role("button", name=name, exact=True).click()
