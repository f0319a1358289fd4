"""Frames and bodies that must be refused, by what is wrong with them."""

import json
from typing import Any

LARGEST = 16 * 1024
# At ten a second allowed, more than enough even from a machine that is busy with other tests.
FLOOD = 150


def frame(**fields: Any) -> str:
    """Return the text of a frame that would be fine."""
    return json.dumps({"type": "pause.start", "op": "one", "minutes": 1, **fields})


UNREADABLE = {
    "bad JSON": '{"type": "sync", "op": "one"',
    "two values": '{"type": "sync", "op": "one"} {}',
    "empty": "",
    "a byte order mark": "\ufeff" + frame(),
    "null": "null",
    "a list": "[]",
    "a string": '"sync"',
    "a number": "1",
    "NaN": '{"type": "pause.start", "op": "one", "minutes": NaN}',
    "infinity": '{"type": "pause.start", "op": "one", "minutes": -Infinity}',
    "duplicate keys": '{"type": "sync", "op": "one", "op": "one"}',
    "duplicate keys deep inside": '{"type": "sync", "op": "one", "pad": {"a": 1, "a": 1}}',
    "endless nesting": '{"type": "sync", "op": "one", "pad": ' + "[" * 5000 + "]" * 5000 + "}",
    "an integer of a thousand digits": '{"type": "pause.start", "op": "one", "minutes": ' + "1" * 1000 + "}",
    "an op that is no text": frame(op=1),
    "an empty op": frame(op=""),
    "an op too long": frame(op="o" * 65),
    "an op that cannot be printed": frame(op="o\n"),
    "no op": '{"type": "sync"}',
}


UNACCEPTABLE = {
    "nesting of nine": '{"type": "sync", "op": "one", "pad": [[[[[[[[1]]]]]]]]}',
    "a lone surrogate": '{"type": "need.say", "op": "one", "round": 1, "text": "\\ud800"}',
    "a NUL": frame(type="need.say", round=1, text="a\0b"),
    "an unknown type": frame(type="mark.open"),
    "no type": '{"op": "one"}',
    "a type that is no text": frame(type=["sync"]),
    "an unknown field": frame(revealed=True),
    "a field of another command": frame(round=1),
    "a missing field": '{"type": "pause.start", "op": "one"}',
    "a float for an integer": '{"type": "mark.withdraw", "op": "one", "round": 1.0}',
    "an exponent for an integer": '{"type": "mark.withdraw", "op": "one", "round": 1e0}',
    "true for an integer": frame(type="mark.withdraw", minutes=True),
    "true for a choice of integers": frame(minutes=True),
    "text for an integer": '{"type": "mark.withdraw", "op": "one", "round": "1"}',
    "an integer for true": '{"type": "pattern.fit", "op": "one", "round": 1, "fits": 1}',
    "null for an integer": frame(minutes=None),
    "an integer beyond the store": '{"type": "mark.withdraw", "op": "one", "round": 2147483648}',
    "an integer of 19 digits": '{"type": "mark.withdraw", "op": "one", "round": 1000000000000000000}',
    "a round below the first": '{"type": "mark.withdraw", "op": "one", "round": 0}',
    "an intensity of six": '{"type": "mark.seal", "op": "one", "round": 1, "reaction": "both", "intensity": 6}',
    "a reaction of nobody": '{"type": "mark.seal", "op": "one", "round": 1, "reaction": "calm", "intensity": 1}',
    "a pad that is no text": frame(pad=1),
}
