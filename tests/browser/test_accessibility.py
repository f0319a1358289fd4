"""Axe finds nothing to complain of: on no screen, in no state, light or dark, on a phone or on a laptop."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import LAPTOP, PHONE, OpenDevice
from tests.browser.scenes import Cast, walk
from tests.servers import Server

pytestmark = pytest.mark.browser

RUN = """async (options) => {
    const { violations, passes } = await axe.run({ resultTypes: ["violations"], preload: false, ...options });
    if (passes.length === 0) throw new Error("axe has looked at nothing");
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.join(" ")}: ${failureSummary}`));
}"""
EVERYTHING: dict[str, object] = {"rules": {"target-size": {"enabled": True}}}
# The other theme differs in its colours alone.
COLOURS: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
# Axe writes style attributes while it looks, which our policy forbids; other tests hold the pages to the policy.
# With motion, what is half faded in has half its contrast.
OPTIONS = {"bypass_csp": True, "reduced_motion": "reduce"}


def look(page: Page, options: dict[str, object]) -> list[str]:
    """Return what axe says of the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN, options)
    return found


def look_from_all_sides(page: Page) -> Iterator[str]:
    """Look at the page on both sizes of screen and in both themes, and leave it as it was."""
    for size, viewport in (("laptop", LAPTOP), ("phone", PHONE)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for theme, options in (("dark", COLOURS), ("light", EVERYTHING)):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for complaint in look(page, options):
                yield f"{size}, {theme}: {complaint}"


def test_axe_finds_nothing_on_any_screen(server: Server, open_device: OpenDevice) -> None:
    cast = Cast(*(open_device(**OPTIONS) for _ in range(4)))
    complaints = [f"{scene}, {found}" for scene, page in walk(server, cast) for found in look_from_all_sides(page)]
    assert complaints == []


def test_axe_sees_what_is_wrong(server: Server, open_device: OpenDevice) -> None:
    page = open_device(**OPTIONS)
    page.goto(server.url)
    assert look(page, EVERYTHING) == []
    page.evaluate("document.querySelector('h1').style.color = 'gainsboro'")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert {complaint.split(":")[0] for complaint in look(page, EVERYTHING)} == {"color-contrast", "html-has-lang"}
    assert {complaint.split(":")[0] for complaint in look(page, COLOURS)} == {"color-contrast"}
