"""The rules about blame: each can fail, honest copy passes, and no file of the product breaks them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import pytest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.my_part import checklists, exercise_views, forms, journal_views
from accounts.safety import help_lines
from sessions.demo import story
from sessions.words import library, marks, needs, patterns, refusals
from tests.support.blame_words import (
    REFUSED,
    Refused,
    blame_in,
    catalogue_copy,
    plain,
    python_copy,
    script_copy,
    style_copy,
    template_copy,
)

PROJECT = Path(__file__).resolve().parent.parent.parent


# The rules about blame can fail.


@pytest.mark.parametrize("rule", REFUSED, ids=lambda rule: rule.example)
def test_every_rule_catches_its_example(rule: Refused) -> None:
    assert rule.pattern.search(plain(rule.example))
    assert blame_in(rule.example) != []


@pytest.mark.parametrize(
    "text",
    [
        "Your partner hasn\u2019t answered yet.",
        "YOU  NEVER\nlisten",
        "Two people with no blame, but it is Ben's fault.",
        "We keep no score, only a streak.",
        "Not your fault, theirs.",
        "This is not safe, and it is HIPAA compliant.",
        "mutual blame is what you do",
    ],
)
def test_it_sees_through_case_spaces_quotes_and_half_allowances(text: str) -> None:
    assert blame_in(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "Look at the cycle together",
        "No blame, no score, no streak.",
        "A summary without blame or scores.",
        "It is not a diagnosis and never a verdict.",
        "This is not end-to-end encrypted: whoever runs the server holds the keys.",
        "Your check-in is saved. Something went wrong with the page; try again.",
        "The anxious–avoidant cycle has an anxious side and an avoidant side.",
        "Nobody can read it now, you included. Both marks open together, or not at all.",
        "This is a lot. A pause is here if you want it. Only you see this.",
        "Anxious and avoidant are words the field uses for a pull, not for a person.",
        "By default nothing is shared. You can always leave, and you never need to say why.",
        "This place is free",
        "“I heard you” does not mean “I agree”. It means it arrived.",
        "No change is normal. So are weeks that go both ways.",
        "This check-in has ended.",
    ],
)
def test_it_lets_honest_copy_pass(text: str) -> None:
    assert blame_in(text) == []


def test_it_reads_templates_as_people_do() -> None:
    page = """{# your fault #}<!-- your fault -->{% comment "x" %}your fault{% endcomment %}
    <p class="toxic" data-testid="score">Hello {{ name }}</p>
    <img alt="who is needy"><a aria-label="{% translate "a streak" %}" href="/winner">x</a>
    {% translate 'You are cold' %}
    {% blocktranslate trimmed with name=name %}{{ name }} hasn\u2019t sealed.{% endblocktranslate %}
    <p>your <strong>partner</strong> never asks</p>"""
    found = {word for text in template_copy(page) for word in blame_in(text)}
    assert found == {"needy", "streak", "cold", "someone hasn't", "hasn't sealed", "your partner never"}


def test_it_reads_strings_of_scripts() -> None:
    script = """// your fault
    /* toxic */ const path = /["'`]needy/; const url = "https://example.org/"; // cold
    say('You are clingy'); say(`${name} hasn't answered`); say("a \\"streak\\""); blame(1);"""
    found = {word for text in script_copy(script) for word in blame_in(text)}
    assert found == {"clingy", "someone hasn't", "hasn't answered", "streak"}


def test_it_reads_strings_of_modules() -> None:
    module = '''"""Toxic."""
def f(name):
    """Your fault."""
    logger.warning("a wrong frame")
    label = _("needy")
    text = f"{name} was cold today"
    raise ValueError("wrong type of frame", gettext("a streak"))
    return "score"'''
    found = {word for text in python_copy(module) for word in blame_in(text)}
    assert found == {"needy", "cold", "streak"}


def test_it_reads_strings_of_styles_and_catalogues() -> None:
    style = """/* "your fault" */ .a::before { content: "needy"; } @import url("b.css");"""
    assert {word for text in style_copy(style) for word in blame_in(text)} == {"needy"}
    catalogue = """# your fault
#: templates/toxic.html
#~ msgid "cold"
msgid ""
"a "
"streak"
msgstr[0] "who is \\"needy\\""
msgstr "Ein Gewinner"
"""
    assert {word for text in catalogue_copy(catalogue) for word in blame_in(text)} == {"streak", "needy"}


# No copy lays blame.

READERS = {
    ".html": template_copy,
    ".txt": template_copy,
    ".svg": template_copy,
    ".js": script_copy,
    ".css": style_copy,
    ".py": python_copy,
    ".po": catalogue_copy,
}
# Where words for people can lie, and what lies there without any.
PLACES = ("templates", "static", "accounts", "sessions", "cycleproject", "locale")
WORDLESS = {".ico", ".woff2", ".png", ".mo", ".pyc"}


def files_with_copy() -> Iterator[Path]:
    """Return every file of the product that can hold words for people."""
    for place in PLACES:
        yield from sorted(
            path for path in (PROJECT / place).rglob("*") if path.is_file() and path.suffix not in WORDLESS
        )


def test_every_kind_of_file_can_be_read() -> None:
    """A file of another kind would hold words that nobody looks at."""
    assert {path.suffix for path in files_with_copy()} <= set(READERS)
    assert len(list(files_with_copy())) > 200


@pytest.mark.parametrize("path", list(files_with_copy()), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_no_file_lays_blame(path: Path) -> None:
    texts = READERS[path.suffix](path.read_text(encoding="utf-8"))
    found = {(word, " ".join(text.split())[:160]) for text in texts for word in blame_in(text)}
    assert found == set()


# Words by their value, single ones too: a reader of source passes over what could as well be a code.
SOURCES = (
    *(patterns, marks, needs, refusals, library),
    *(story, checklists, forms, help_lines, exercise_views, journal_views),
)


def texts_in(value: object) -> Iterator[str]:
    """Return every text that a value holds, however deep."""
    if isinstance(value, str | Promise):
        yield str(value)
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from (*texts_in(key), *texts_in(held))
    elif isinstance(value, list | tuple | set | frozenset):
        for held in value:
            yield from texts_in(held)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))


# Codes that were published before anybody asked how they read.
CODES = {"cold"} & set(marks.BODY_CUES)


@pytest.mark.parametrize("module", SOURCES, ids=lambda module: module.__name__)
def test_no_word_of_the_library_the_wording_or_the_demo_lays_blame(module: ModuleType) -> None:
    held = [value for name, value in vars(module).items() if not name.startswith("_")]
    texts = list(texts_in(held))
    assert len(texts) > 3
    # A code is no copy: "cold" stands on the wire. Its label stands on the screen: test_wording.py reads labels alone.
    assert [(word, text) for text in texts if text not in CODES for word in blame_in(text)] == []


def test_texts_are_found_however_deep_they_lie() -> None:
    assert set(texts_in({"a": [("b", {"c": _("d")})], "e": Refused(re.compile("f"), "g")})) == set("abcdeg")


def test_it_finds_the_words_of_the_patterns() -> None:
    """A reader that found nothing would let everything pass."""
    read = python_copy((PROJECT / "sessions/words/patterns.py").read_text(encoding="utf-8"))
    assert all(words.summary in read for words in patterns.PATTERNS.values())
