"""Every screen, in every state: axe finds nothing, a finger hits every control, and 320 pixels are wide enough."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import LAPTOP, PHONE, OpenDevice
from tests.browser.fits import NARROW, unfit
from tests.browser.scenes import Cast, up_to_the_seal, walk
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

AXE = """async (options) => {
    // Nothing is fetched again: axe would ask the network for style sheets, and a phone may be offline.
    const { violations, passes } = await axe.run({ resultTypes: ["violations"], preload: false, ...options });
    if (passes.length === 0) throw new Error("axe has looked at nothing");
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.join(" ")}: ${failureSummary}`));
}"""
EVERYTHING: dict[str, object] = {}
# The other theme differs in its colours alone.
COLOURS: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
# A link within a sentence is as high as its line; a radio is hit by its label.
HARD_TO_HIT = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.matches(".skip-link"))
    .filter((control) => getComputedStyle(control).display !== "inline")
    .filter((control) => ![control, ...(control.labels ?? [])].some((area) => {
        const { width, height } = area.getBoundingClientRect();
        return width >= 44 && height >= 44;
    }))
    .map((control) => `hard to hit: ${control.outerHTML.slice(0, 160)}`)"""
# Alone on its line, or beside nothing but other links, a link has no sentence to be as high as (WCAG 2.5.8).
NO_SENTENCE = """() => [...document.querySelectorAll("a[href], button, summary")]
    .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.matches(".skip-link"))
    .filter((control) => getComputedStyle(control).display === "inline")
    .filter((control) => {
        let block = control.parentElement;
        while (getComputedStyle(block).display === "inline") block = block.parentElement;
        const rest = block.cloneNode(true);
        for (const one of rest.querySelectorAll("a, button, summary, .visually-hidden")) one.remove();
        const { width, height } = control.getBoundingClientRect();
        return !/\\p{L}{2}/u.test(rest.textContent) && (width < 24 || height < 24);
    })
    .map((control) => `too small: ${control.outerHTML.slice(0, 160)}`)"""
# An iPhone zooms a page when a field with smaller letters gets the focus, and leaves it zoomed; WebKit draws a select
# that keeps its own look as a grey box.
UNFIT_FIELDS = """() => [...document.querySelectorAll("input, select, textarea")]
    .filter((field) => field.checkVisibility() && !["checkbox", "radio", "hidden"].includes(field.type))
    .flatMap((field) => {
        const { fontSize, appearance } = getComputedStyle(field);
        const wrong = parseFloat(fontSize) < 16 ? [`its letters are ${fontSize}`] : [];
        if (field.localName === "select" && appearance !== "none") wrong.push("it keeps the browser's own look");
        return wrong.map((what) => `unfit field: ${what}: ${field.outerHTML.slice(0, 160)}`);
    })"""
# Axe writes style attributes while it looks, which our policy forbids; other tests hold the pages to the policy.
# With motion, what is half faded in has half its contrast.
OPTIONS = {"bypass_csp": True, "reduced_motion": "reduce"}


def ask_axe(page: Page, options: dict[str, object]) -> list[str]:
    """Return what axe says of the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(AXE, options)
    return found


def look_from_all_sides(page: Page) -> Iterator[str]:
    """Return what is wrong with the page on any size of screen and in any theme, and leave it on a phone, in light.

    No size and no theme is turned to twice: the page is laid out and drawn anew at each turn.
    """
    page.wait_for_load_state()  # what a tap led to may be there before its style is
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    yield from page.evaluate(UNFIT_FIELDS)
    yield from unfit(page)
    for size, viewport, themes in (("phone", PHONE, ("light", "dark")), ("laptop", LAPTOP, ("dark", "light"))):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        yield from [*page.evaluate(HARD_TO_HIT), *page.evaluate(NO_SENTENCE)]
        for theme in themes:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for complaint in ask_axe(page, EVERYTHING if theme == "light" else COLOURS):
                yield f"{size}, {theme}: {complaint}"
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def wrong_on_the_way(scenes: Iterator[tuple[str, Page]]) -> Iterator[str]:
    """Return what is wrong with each scene."""
    for scene, page in scenes:
        for found in look_from_all_sides(page):
            yield f"{scene}, {found}"


def test_every_screen_up_to_the_seal_is_for_everybody(timed: Timed, open_device: OpenDevice) -> None:
    cast = Cast(*(open_device(**OPTIONS) for _ in range(4)))
    assert list(wrong_on_the_way(walk(timed, cast, up_to_the_seal))) == []


MORE_SIGNS = (
    "hard to hit",
    "too small",
    "wider than the screen",
    "its letters are 14px",
    "one over the other: Quick exit, Cycle",
)


def test_what_is_wrong_is_seen(server: Server, open_device: OpenDevice) -> None:
    page = open_device(**OPTIONS)
    page.goto(server.url)
    assert list(look_from_all_sides(page)) == []
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('h1').style.color = 'gainsboro'")
    page.evaluate("document.querySelector('h1').style.width = '400px'")
    page.evaluate("document.querySelector('[data-testid=start-check-in]').style.minHeight = '20px'")
    page.evaluate("document.querySelector('[data-testid=start-check-in]').style.padding = '0'")
    page.evaluate("document.querySelector('#code').style.fontSize = '14px'")
    page.evaluate("document.querySelector('.header__home').style.cssText = 'position: absolute; right: 40px'")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p><a href=\"/x/\">Alone</a></p>')")
    wrong = "\n".join(look_from_all_sides(page))
    for sign in ("html-has-lang", "color-contrast", *MORE_SIGNS):
        assert sign in wrong
