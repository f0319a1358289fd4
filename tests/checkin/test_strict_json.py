"""A frame is strict JSON that all readers read alike; anything else is refused."""

import json
from typing import Any

import pytest

from sessions.checkin.wire import BadFrame, decode_json
from tests.support.frames import accepted, frame, refused


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hello",
        "{",
        '{"type":"sync","op":"x"}{}',
        "{'type':'sync','op':'x'}",
        '\ufeff{"type":"sync","op":"x"}',
        '{"type":"sync","op":"x",}',
        '{"type":"sync","op":"x","op":"x"}',
        '{"type":"sync","op":"x","o\\u0070":"y"}',
        '{"type":"sync","type":"session.end","op":"x"}',
        '{"type":"sync","op":"a\nb"}',
        '{"type":"sync","op":"x","pad":NaN}',
        '{"type":"sync","op":"x","pad":Infinity}',
        '{"type":"sync","op":"x","pad":-Infinity}',
        '{"type":"sync","op":"x","pad":' + "9" * 21 + "}",
        '{"type":"sync","op":"x","pad":' + "9" * 10_000 + "}",
        "[" * 8_000,
        "[" * 8_000 + "]" * 8_000,
        '{"a":' * 2_000 + "1" + "}" * 2_000,
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_it_refuses_what_is_no_strict_json(text: str) -> None:
    assert refused(text) is None


@pytest.mark.parametrize("sent", [None, 1, 1.5, True, "sync", [], [frame("sync")], {}, {"op": 1}])
def test_it_refuses_what_is_no_command(sent: Any) -> None:
    assert refused(sent) is None


@pytest.mark.parametrize("deepest", [{"a": 1}, [1]])
def test_it_reads_eight_levels_and_no_more(deepest: Any) -> None:
    value = deepest
    for _ in range(7):
        value = {"deeper": value}
    assert decode_json(json.dumps(value)) == value
    with pytest.raises(BadFrame):
        decode_json(json.dumps({"deeper": value}))
    with pytest.raises(BadFrame):
        decode_json(json.dumps([value]))
    assert refused({**frame("sync"), "deep": value}) == "op-1"


@pytest.mark.parametrize("half", ["\\ud83c", "\\udf31", "\\udf31\\ud83c"])
def test_it_refuses_half_a_character_and_keeps_a_whole_one(half: str) -> None:
    assert refused('{"type":"need.say","op":"op-1","round":1,"text":"' + half + '"}') == "op-1"
    assert refused('{"type":"sync","op":"op-1","' + half + '":1}') == "op-1"
    assert refused('{"type":"sync","op":"' + half + '"}') is None
    with pytest.raises(BadFrame):
        decode_json('{"first_name":"' + half + '"}')
    whole = accepted('{"type":"need.say","op":"op-1","round":1,"text":"\\ud83c\\udf31"}')
    assert whole.text == "🌱"
