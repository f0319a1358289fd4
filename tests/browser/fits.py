"""Whether a page fits: on a phone held either way, with letters twice as large, and in a strongly zoomed window."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.conftest import PHONE

# 1280 pixels at 400 % are 320 (WCAG 1.4.10).
NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": 320, "height": 256}
ON_ITS_SIDE = ({"width": 844, "height": 390}, {"width": 667, "height": 375})

# What is wider than the page, words that are cut, and words that lie over other words.
UNFIT = """() => {
    const wrong = [];
    const parts = [...document.querySelectorAll("body *")];
    // What scrolls by itself may be as wide as it likes.
    const wide = parts.filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest(".pills--row"));
    if (document.documentElement.scrollWidth > innerWidth) {
        wrong.push(`wider than the screen: ${wide[0]?.outerHTML.slice(0, 120)}`);
    }
    const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && !one.closest(".visually-hidden, .skip-link, .header__home, option, svg, [aria-hidden=true]");
    const clips = (one) => !/visible/.test(getComputedStyle(one).overflowX);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const { data, parentElement } = texts.currentNode;
        if (!data.trim() || !shown(parentElement)) continue;
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        const { left, right, top, bottom, width, height } = range.getBoundingClientRect();
        if (width < 2 || height < 2) continue;
        for (let one = parentElement; one && one !== document.body; one = one.parentElement) {
            // What is said to go on, by dots, stands whole one tap away.
            const { webkitLineClamp, textOverflow } = getComputedStyle(one);
            if (!clips(one) || webkitLineClamp !== "none" || textOverflow === "ellipsis") continue;
            const box = one.getBoundingClientRect();
            if (box.width < 2 || /auto|scroll/.test(getComputedStyle(one).overflow)) break;
            if (right > box.right + 2 || left < box.left - 2 || bottom > box.bottom + 4 || top < box.top - 4) {
                wrong.push(`cut: ${data.trim().slice(0, 60)}`);
            }
        }
    }
    // Side by side in a row, nothing lies over its neighbour; the empty rims of two lines may touch.
    const rim = 4;
    const named = (one) => one.textContent.trim() || one.className;
    for (const row of document.querySelectorAll(".header, .navigation__ways, .bar__items, .footer")) {
        // The sign at the upper edge is a picture, and has its place like any word.
        const stands = (one) => shown(one) || (one.matches(".header__home") && one.checkVisibility());
        const boxes = [...row.querySelectorAll("a, button, p, select, .header__home")].filter(stands)
            .map((one) => {
                const range = document.createRange();
                range.selectNodeContents(one);
                return [one, range.getBoundingClientRect()];
            }).filter(([, { width }]) => width > 2);
        boxes.forEach(([one, a], index) => boxes.slice(index + 1).forEach(([other, b]) => {
            if (one.contains(other) || other.contains(one)) return;
            if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - rim && b.top < a.bottom - rim) {
                wrong.push(`one over the other: ${named(one)}, ${named(other)}`);
            }
        }));
    }
    return [...new Set(wrong)];
}"""
# What stays at the lower edge while one scrolls leaves three quarters to the page.
COVERED = """() => {
    scrollTo(0, 0);
    const stuck = [...document.querySelectorAll("main *")].filter((one) => {
        const { position, bottom } = getComputedStyle(one);
        return /sticky|fixed/.test(position) && bottom !== "auto" && one.checkVisibility();
    });
    const heights = stuck.filter((one) => !stuck.some((outer) => outer !== one && outer.contains(one)))
        .map((one) => one.getBoundingClientRect()).filter(({ top, height }) => height > 2 && top < innerHeight)
        .map(({ top }) => innerHeight - top);
    // A question that somebody has just asked for may take its room.
    if (document.querySelector(".bar__ending")?.checkVisibility()) return [];
    const share = Math.max(0, ...heights) / innerHeight;
    return share > 0.25 ? [`covered: ${Math.round(share * 100)} %`] : [];
}"""
LARGE = "size => { document.documentElement.style.fontSize = size; return new Promise(requestAnimationFrame); }"


def unfit(page: Page) -> Iterator[str]:
    """Return what does not fit, and leave the page on a phone."""
    for size in (NARROW, ZOOMED, *ON_ITS_SIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for found in page.evaluate(UNFIT):
            yield f"{size['width']}x{size['height']}: {found}"
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.evaluate(LARGE, "200%")
    for found in [*page.evaluate(UNFIT), *page.evaluate(COVERED)]:
        yield f"letters twice as large: {found}"
    page.evaluate(LARGE, "")
