"""What people write: text is text, composed, counted in code points, without control characters."""

import json
import time
import unicodedata
from typing import Any

import pytest

from sessions.checkin.details import texts_of
from tests.support.frames import accepted, frame, refused

TEXTS = [
    ("need.say", "text", 280),
    ("step.choose", "text", 280),
    ("round.open", "text", 280),
    ("mark.seal", "thought", 280),
    ("mark.seal", "second_look", 280),
    ("mark.seal", "words", 500),
]
each_text = pytest.mark.parametrize(("type", "name", "limit"), TEXTS)


def saying(type: str, name: str, text: str) -> dict[str, Any]:
    said = frame(type, **{name: text})
    if type == "round.open":
        del said["moment"]
    return said


@each_text
@pytest.mark.parametrize("character", ["x", "ß", "愛", "🌱", "e\u0301", "\u1f82", "\u03b1\u0313\u0300\u0345"])
def test_a_text_is_counted_in_code_points_after_composing(type: str, name: str, limit: int, character: str) -> None:
    read = getattr(accepted(saying(type, name, character * limit)), name)
    assert read == unicodedata.normalize("NFC", character) * limit and len(read) == limit
    assert refused(saying(type, name, character * (limit + 1))) == "op-1"


@each_text
def test_a_text_that_grows_when_composed_is_counted_as_it_is_kept(type: str, name: str, limit: int) -> None:
    grows = "\u0958"
    assert len(unicodedata.normalize("NFC", grows)) == 2
    assert len(getattr(accepted(saying(type, name, grows * (limit // 2))), name)) == limit
    assert refused(saying(type, name, grows * (limit // 2 + 1))) == "op-1"


@each_text
def test_ten_thousand_combining_marks_are_refused_at_once(type: str, name: str, limit: int) -> None:
    for marks in ("\u0301" * 10_000, "\u0301\u0316" * 5_000, "\u0345\u0301\u0327\u0316" * 2_500):
        sent = json.dumps(saying(type, name, "e" + marks), ensure_ascii=False)
        spent = []
        for _ in range(3):
            begin = time.process_time()
            assert refused(sent) == "op-1"
            spent.append(time.process_time() - begin)
        assert min(spent) < 0.02


@each_text
@pytest.mark.parametrize("control", ["\u0000", "\u0007", "\t", "\u000b", "\u001b", "\u001f", "\r", "\u007f", "\u0085"])
def test_control_characters_are_refused_wherever_they_stand(type: str, name: str, limit: int, control: str) -> None:
    for text in (f"one{control}two", f"{control}two", f"one{control}", f"  {control}two", control):
        assert refused(saying(type, name, text)) == "op-1"


@each_text
def test_a_text_is_only_text(type: str, name: str, limit: int) -> None:
    for text in ("<script>alert(1)</script>", "\u202eevil\u202c", "👩‍❤️‍👨", "=1+1", "{{ a }}", "a\nb", "مرحبا", "0"):
        assert getattr(accepted(saying(type, name, text)), name) == text


@each_text
def test_blanks_around_a_text_are_not_kept(type: str, name: str, limit: int) -> None:
    assert getattr(accepted(saying(type, name, "\n  a \n b\r\nc  \n")), name) == "a \n b\nc"
    assert getattr(accepted(saying(type, name, " " * 9_000 + "x" * limit + "\u3000" * 100)), name) == "x" * limit


def test_an_empty_need_takes_one_back_and_an_empty_step_is_none() -> None:
    assert accepted(frame("need.say", text="  ")).text == ""
    assert refused(frame("step.choose", text="")) == "op-1"


def test_what_somebody_wrote_into_a_mark_is_named_and_nothing_else() -> None:
    details = {"moves": ["listen"], "guess": "both", "thought": "One.", "second_look": "", "words": "Two."}
    assert sorted(texts_of(details)) == ["One.", "Two."]
