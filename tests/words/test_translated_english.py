"""Every message is one whole sentence that a native speaker would say.

Two rules can be seen by a program. Some turns of phrase give away a translation: the table of them grows with each one
that somebody stumbles over. And a message that is glued to another, or to a value, cannot be turned round in another
language: one that goes on in lower case after something in the same element, one that ends in a colon, a comma or a
bracket before something, one with blanks at its ends, one with a placeholder that has no name, and one that code adds
to a string.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.messages import Message, in_module, in_template
from tests.support.servers.cycle import ROOT
from tests.support.translated_english import TURNS, Turn, turns_in

PACKAGES = ("accounts", "sessions", "cycleproject")
FEWEST = 1200
# Messages that were there before the rules, in the room, the history and the hosted pages: none may join them.
STILL_TO_MEND = frozenset(
    {
        "Code:",
    }
)


def messages() -> Iterator[tuple[Path, Message]]:
    """Walk to every message of the product."""
    sources = [(path, in_template) for path in sorted((ROOT / "templates").rglob("*.*"))]
    sources += [(path, in_module) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    for path, read in sources:
        for message in read(path.read_text(encoding="utf-8")):
            if message.text not in STILL_TO_MEND:
                yield path, message


def glued(message: Message) -> str:
    """Return what is the matter with a message that is not whole; nothing where it is."""
    text = message.text
    if re.match(r"[a-z]", text) and message.before != "edge":
        return f"goes on after a {message.before}"
    if re.search(r"[:,(]$", text) and message.after in ("value", "message"):
        return f"breaks off before a {message.after}"
    if text != text.strip():
        return "has blanks at its ends"
    if re.search(r"%[sd]", text):
        return "holds a placeholder without a name"
    return "is added to a string" if message.is_added else ""


def named(path: Path, text: str) -> str:
    """Return a message as a failure names it."""
    return f"{path.relative_to(ROOT).as_posix()}: {text[:80]}"


def test_no_message_is_translated_english() -> None:
    found = {
        f"{named(path, message.text)} (say: {turn.say})"
        for path, message in messages()
        for turn in turns_in(message.text)
    }
    assert found == set()


def test_no_message_is_glued_from_pieces() -> None:
    found = {f"{named(path, message.text)} ({said})" for path, message in messages() if (said := glued(message))}
    assert found == set()


def test_all_messages_are_looked_at() -> None:
    assert len({message.text for _, message in messages()}) > FEWEST


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.say)
def test_each_turn_of_phrase_is_found_and_what_to_say_instead_is_not(turn: Turn) -> None:
    assert turn in turns_in(turn.example)
    assert turns_in(turn.say) == []


@pytest.mark.parametrize(
    "source",
    [
        '<p>{% translate "It opens" %} {% translate "in an hour" %}</p>',
        '<p>{{ name }} {% translate "is here" %}</p>',
        "<p>Ana {% blocktranslate %}is here{% endblocktranslate %}</p>",
        '<p>{% if old %}{{ title }}{% endif %} <b>{% translate "is active" %}</b></p>',
        '<p>{% translate "Rounds:" %} {{ number }}</p>',
        '<p>{% translate "Rounds: " %}</p>',
    ],
)
def test_a_glued_message_in_a_template_is_found(source: str) -> None:
    assert any(map(glued, in_template(source)))


@pytest.mark.parametrize(
    "source",
    [
        '<p>{% translate "It opens in an hour." %} {% translate "Look then." %}</p>',
        '<dt>{{ name }}</dt><dd>{% translate "hosted" %}</dd>',
        '<p>{% if old %}{% translate "Old" %}{% else %}{% translate "new" %}{% endif %}</p>',
        '<p>{{ day }} · {% translate "this device" %}</p>',
        '{% translate "Open this:" %}\n\n{{ link }}',
        '{% translate "with this" as words %}<p>{{ name }}</p>',
    ],
)
def test_whole_messages_in_a_template_are_left_alone(source: str) -> None:
    assert not any(map(glued, in_template(source)))


@pytest.mark.parametrize("source", ['_("a") + name', "f\"{_('a')} b\"", 'gettext("%s is here")', 'gettext(" a")'])
def test_a_glued_message_in_code_is_found(source: str) -> None:
    assert any(map(glued, in_module(source)))


def test_a_plural_and_a_tag_in_an_attribute_are_messages_too() -> None:
    block = "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    assert [message.text for message in in_template(block)] == ["{{ n }} day", "{{ n }} days"]
    assert [message.text for message in in_template("<p title=\"{% translate 'Open' %}\">")] == ["Open"]
