"""The least version of each browser: named in the docs, and no older than what the pages use."""

import re
from pathlib import Path

import pytest

from tests.support.servers.cycle import ROOT
from tests.web.browser_versions import FEATURES, NEVER, OLD_IN_SCRIPTS, OLD_IN_STYLES, Feature
from tests.web.words_of_code import of_scripts, of_styles

DOCS = ROOT / "docs/browsers.md"
ENGINES = ("Chrome", "Firefox", "Safari")


def texts(pattern: str) -> list[str]:
    """Return what is in the files of one kind."""
    return [path.read_text() for path in sorted(Path(ROOT / "static").rglob(pattern))]


STYLES = set().union(*map(of_styles, texts("*.css")))
SCRIPTS = of_scripts(texts("*.js"))
USED = [feature for feature in FEATURES if (STYLES | SCRIPTS).intersection(feature.words)]


def version(number: float) -> str:
    """Return a version as people write it."""
    return "never" if number == NEVER else f"{number:g}"


def row(feature: Feature) -> str:
    """Return the line of the docs about a feature."""
    first = " | ".join(version(number) for number in feature.versions)
    return f"| {feature.name} | {first} | {feature.without or 'needed'} |"


@pytest.mark.parametrize(("words", "old"), [(STYLES, OLD_IN_STYLES), (SCRIPTS, OLD_IN_SCRIPTS)], ids=["css", "js"])
def test_of_every_name_it_is_known_since_when_browsers_have_it(words: set[str], old: frozenset[str]) -> None:
    known = {word for feature in FEATURES for word in feature.words}
    assert words - known - old == set(), "look these up, and say in browser_versions.py since when each engine has them"
    assert old & known == set()


def test_the_docs_name_every_feature_that_is_used_and_no_other() -> None:
    rows = [line for line in DOCS.read_text().splitlines() if re.match(r"\| .* \| (\d|never)", line)]
    assert rows == [row(feature) for feature in USED]


@pytest.mark.parametrize("position", range(len(ENGINES)), ids=ENGINES)
def test_the_least_version_in_the_docs_is_what_the_pages_need(position: int) -> None:
    named = re.search(rf"\*\*{ENGINES[position]} ([\d.]+)\*\*", DOCS.read_text())
    assert named, f"the docs name no version of {ENGINES[position]}"
    needed = max(feature.versions[position] for feature in USED if not feature.without)
    assert float(named[1]) == needed


def test_templates_use_nothing_younger() -> None:
    younger = re.compile(r"<dialog\b|\bpopover\b|importmap|<selectlist\b|\bcommandfor\b|shadowrootmode")
    found = {path.name for path in (ROOT / "templates").rglob("*.html") if younger.search(path.read_text())}
    assert found == set()


def test_a_name_that_nobody_looked_up_is_found() -> None:
    styles = ".a { text-box-trim: both; & .b:user-valid { width: round(1dvh, 2px); } } @media (width < 9rem) { }"
    assert of_styles(styles) >= {"text-box-trim", "&", ":user-valid", "round()", "dvh", "width <"}
    scripts = "const a = Object.groupBy(b, /(?<=c)/); new URLPattern(); a.popover = structuredClone(b); d &&= e;"
    assert of_scripts([scripts]) >= {".groupBy()", "lookbehind", "URLPattern", ".popover", "structuredClone()", "&&="}
