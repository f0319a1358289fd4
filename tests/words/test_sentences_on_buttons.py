"""A sentence on a button stays one sentence: a name in it is no box of its own, with gaps around it."""

import re

from tests.house.rooms import ROOT

BUTTON = re.compile(r'<(a|button)\b[^>]*class="button[^"]*"[^>]*>(.*?)</\1>', re.DOTALL)


def parts_beside_a_name(template: str) -> list[str]:
    """Return what stands on buttons that lay out a name as a part of its own."""
    labels = [found[2] for found in BUTTON.finditer(template)]
    before = {label: label.partition("<bdi")[0] for label in labels if "<bdi" in label}
    return [label for label, words in before.items() if words.count("<span") == words.count("</span")]


def test_it_would_see_a_name_that_stands_apart() -> None:
    assert parts_beside_a_name('<a class="button button--wide" href="/">Join as <bdi>Ana</bdi></a>')
    assert not parts_beside_a_name('<a class="button" href="/"><span>Join as <bdi>Ana</bdi></span></a>')


def test_no_name_stands_apart_from_its_sentence() -> None:
    templates = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
    assert sum("<bdi" in found[2] for text in templates.values() for found in BUTTON.finditer(text)) > 4
    assert {path.name: found for path, text in templates.items() if (found := parts_beside_a_name(text))} == {}
