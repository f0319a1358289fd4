"""What our pages ask of a browser that is younger than 2020, and since when each engine has it.

Versions are those of MDN's browser-compat-data; Safari's are those of iOS, where the two differ.
"""

from dataclasses import dataclass
from pathlib import Path

NEVER = float("inf")


@dataclass(frozen=True)
class Feature:
    """Something that a browser may lack, the words by which its use is found, and the first version of each engine."""

    name: str
    words: tuple[str, ...]
    chrome: float
    firefox: float
    safari: float
    # What happens where it is missing; empty where pages need it.
    without: str = ""

    @property
    def versions(self) -> tuple[float, float, float]:
        """Return the first version of each engine."""
        return self.chrome, self.firefox, self.safari


FEATURES = (
    Feature("color-mix()", ("color-mix()",), 111, 113, 16.2),
    Feature(":has()", (":has",), 105, 121, 15.4),
    Feature("container queries", ("@container", "container", "container-type"), 105, 110, 16),
    Feature("svh", ("svh",), 108, 101, 15.4),
    Feature("AbortSignal.timeout()", (".timeout()",), 103, 100, 16),
    Feature("inert", (".inert",), 102, 112, 15.5),
    Feature("rotate", ("rotate",), 104, 72, 14.5),
    Feature("submitter of a form", (".submitter",), 81, 75, 15.4),
    Feature("overscroll-behavior", ("overscroll-behavior", "overscroll-behavior-y"), 63, 59, 16),
    Feature(":is()", (":is",), 88, 78, 14),
    Feature(":focus-visible", (":focus-visible",), 86, 85, 15.4),
    Feature("inset and its like", ("inset", "inset-block", "margin-inline", "margin-block"), 87, 66, 14.5),
    Feature("padding-inline and its like", ("padding-inline", "padding-block"), 87, 66, 14.5),
    Feature("inset-inline-start and its like", ("inset-inline-start", "inset-inline-end"), 87, 63, 14.5),
    Feature("inset-block-start and its like", ("inset-block-start", "inset-block-end"), 87, 63, 14.5),
    Feature("??=", ("??=", "||=", "&&="), 85, 79, 14),
    Feature("forced-colors", ("(forced-colors)",), 89, 89, 16),
    Feature("gap between flexible boxes", ("gap", "column-gap", "row-gap"), 84, 63, 14.5),
    Feature("scroll-padding", ("scroll-padding-top", "scroll-padding-bottom", "scroll-padding-inline"), 69, 68, 15),
    Feature("?.", ("?.",), 80, 74, 13.4),
    Feature("BroadcastChannel", ("BroadcastChannel",), 54, 38, 15.4),
    Feature("findLast()", (".findLast()",), 97, 104, 15.4),
    Feature("replaceAll()", (".replaceAll()",), 85, 77, 13.4),
    Feature("replaceChildren()", (".replaceChildren()",), 86, 78, 14),
    Feature("Intl.ListFormat", ("Intl.ListFormat",), 72, 78, 14.5),
    Feature("appearance", ("appearance",), 84, 80, 15.4),
    Feature("underlines", ("text-underline-offset", "text-decoration-thickness"), 89, 70, 12.2),
    Feature("text-wrap", ("text-wrap",), 117, 121, 17.5, "Lines break where they are full."),
    Feature("field-sizing", ("field-sizing",), 123, 152, 26.2, "A list of choices is as wide as the longest."),
    Feature(
        "Push API",
        (".getKey()", ".getSubscription()", ".unsubscribe()", ".showNotification()"),
        50,
        44,
        16.4,
        "Notices are offered by mail alone.",
    ),
    Feature("scrollbar-width", ("scrollbar-width",), 121, 64, 18.2, "A thin scrollbar may show under the themes."),
    Feature("print-color-adjust", ("print-color-adjust",), 136, 97, 15.4, "Print may be paler."),
    Feature(
        "forced-color-adjust",
        ("forced-color-adjust",),
        89,
        113,
        NEVER,
        "With high contrast a code may be harder to scan.",
    ),
    Feature("accent-color", ("accent-color",), 93, 92, 15.4, "A box to tick has the browser’s colour."),
    Feature(
        "line-clamp", ("line-clamp",), NEVER, NEVER, 18.2, "Its older name, which every browser has, is beside it."
    ),
    Feature(
        "text-size-adjust", ("text-size-adjust",), 54, NEVER, NEVER, "Its older name, which iOS has, is beside it."
    ),
    Feature("color-scheme", ("color-scheme",), 81, 96, 13, "Fields and scrollbars stay light in the dark."),
    Feature(
        "scroll-initial-target",
        ("scroll-initial-target",),
        133,
        NEVER,
        NEVER,
        "With large letters the page that one is on may have to be swiped to in the row of ways.",
    ),
    Feature("resize", ("resize",), 1, 4, NEVER, "A field keeps its size."),
    Feature("fetch() with keepalive", ("keepalive",), 66, 133, 13, "What is sent while a page closes may be lost."),
    Feature("scroll-behavior", ("scroll-behavior",), 61, 36, 15.4, "A page jumps instead of gliding."),
    Feature("toWellFormed()", (".toWellFormed()",), 111, 119, 16.4, "The server makes half a letter whole."),
)

# Names that Chrome, Firefox and Safari all had before 2020, or within months of it.
OLD_IN_STYLES, OLD_IN_SCRIPTS = (
    frozenset(Path(__file__).with_name(f"old_in_{where}.txt").read_text().split()) for where in ("styles", "scripts")
)
