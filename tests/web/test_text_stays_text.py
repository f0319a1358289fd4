"""What somebody typed is put into pages as text: no script writes HTML or makes code, every template escapes it."""

import re

import pytest

from tests.house.rooms import ROOT, modules

WRITES_HTML_OR_CODE = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|srcdoc)\b"
    r"|document\.write|\beval\(|new Function|set(?:Timeout|Interval)\(\s*[\"'`]"
)
UNESCAPED = re.compile(r"\|\s*safe\b|\{%\s*autoescape off")
MARKS_AS_SAFE = re.compile(r"\bmark_safe\(|\bSafeString\(")


@pytest.mark.parametrize("line", ["a.innerHTML = b", "eval(a)", "new Function(a)", 'setTimeout("a()")'])
def test_it_would_see_a_script_that_writes_html_or_code(line: str) -> None:
    assert WRITES_HTML_OR_CODE.search(line)


def test_no_script_writes_html_or_code() -> None:
    scripts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "static/js").rglob("*.js")}
    assert len(scripts) > 50
    assert [path.name for path, text in scripts.items() if WRITES_HTML_OR_CODE.search(text)] == []
    assert any("textContent" in text for text in scripts.values())


def test_no_template_leaves_a_word_unescaped_and_no_handler_stands_in_one() -> None:
    templates = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
    assert len(templates) > 50
    assert [path.name for path, text in templates.items() if UNESCAPED.search(text)] == []
    assert [path.name for path, text in templates.items() if re.search(r"<[^>]*\son[a-z]+=", text)] == []


def test_one_module_calls_something_safe_and_that_is_a_drawing_of_numbers() -> None:
    marking = {name for name, path in modules().items() if MARKS_AS_SAFE.search(path.read_text(encoding="utf-8"))}
    assert marking == {"cycleproject.web.qr"}
