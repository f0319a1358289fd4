"""Change a JSON value, or the text and bytes that it is written as, in one to three places."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

STRINGS: Final = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202e reversed",
    "\ufeff",
    "e" + "\u0301" * 4000,
    "\u1100" * 3000,
    "\U0001f469\u200d" * 800,
    "🌱" * 300,
    "\ufdfa" * 400,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}%(a)s{0}",
    "../../etc/passwd",
    "=1+1",
    "00000000-0000-4000-8000-000000000000",
    "2026-02-30",
    "9999-12-31T23:59:59.999999+14:00",
    "0001-01-01T00:00:00-14:00",
    "x" * 281,
    "x" * 5000,
    "NaN",
    "١٢",
)
NUMBERS: Final = (
    0,
    -0.0,
    -1,
    1.0,
    1.5,
    1e308,
    2**31 - 1,
    2**31,
    2**53,
    2**63,
    -(2**63) - 1,
    10**18,
    10**40,
)
OTHERS: Final[tuple[Any, ...]] = (None, True, False, [], {}, [[]], [None], {"": ""}, {"a": {"b": []}})
# What no serializer would write: it is put in as text.
RAW: Final = (
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "1e999",
    "-",
    "'a'",
    '"\\ud800"',
    '"\\u0000"',
    '"\\x"',
    "1" * 5000,
    "[" * 3000 + "]" * 3000,
    '{"a":' * 12 + "1" + "}" * 12,
    '{"a":1,"a":2}',
    "tru",
    "",
)
HOLE: Final = "\u0001hole\u0001"

Where = tuple[Any, Any]


class Mutation:
    """Changes by one source of chance: the same seed makes the same ones in the same order."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def of(self, value: dict[str, Any], strangers: tuple[dict[str, Any], ...] = ()) -> bytes:
        """Return a body that was this value once; ``strangers`` are others, whose fields it may take over."""
        changed = copy.deepcopy(value)
        raw = ""
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            raw = self._change(changed, strangers) or raw
        text = json.dumps(changed, ensure_ascii=self.chance.random() < 0.5)
        if raw:
            hole = json.dumps(HOLE)
            text = text.replace(hole, raw, 1)
        written = text.encode("utf-8", "surrogatepass")
        return self.of_bytes(written) if self.chance.random() < 0.15 else written

    def of_bytes(self, written: bytes) -> bytes:
        """Return bytes with some of them changed, left out, repeated or put in."""
        changed = bytearray(written)
        for _ in range(self.chance.randint(1, 4)):
            at = self.chance.randrange(len(changed) + 1)
            match self.chance.randrange(6):
                case 0:
                    changed[at:at] = bytes([self.chance.randrange(256)])
                case 1:
                    del changed[at : at + self.chance.randint(1, 9)]
                case 2 if at < len(changed):
                    changed[at] ^= 1 << self.chance.randrange(8)
                case 3:
                    del changed[at:]
                case 4:
                    changed[at:at] = changed[at : at + 40]
                case _:
                    changed[at:at] = self.chance.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\x00", b"\\", b'"'))
        return bytes(changed)

    def string(self, was: str = "") -> str:
        """Return a text that may stand where another stood."""
        if was and self.chance.random() < 0.4:
            at = self.chance.randrange(len(was))
            return was[:at] + self.chance.choice(STRINGS) + was[at + self.chance.randrange(2) :]
        return self.chance.choice(STRINGS)

    def _change(self, value: dict[str, Any], strangers: tuple[dict[str, Any], ...]) -> str:
        """Change one place of a value; return what no serializer writes, if that is to stand in the hole there."""
        places = list(_places(value))
        kind = self.chance.randrange(10)
        if not places or kind == 0:
            value[self.string("field")] = self._other(None)
            return ""
        holder, key = self.chance.choice(places)
        if kind == 1:
            del holder[key]
        elif kind == 2 and strangers:
            stranger = self.chance.choice(strangers)
            if stranger:
                name = self.chance.choice(list(stranger))
                value[name] = copy.deepcopy(stranger[name])
        elif kind == 3 and len(places) > 1:
            other, name = self.chance.choice(places)
            if isinstance(other, dict) == isinstance(holder, dict):
                holder[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(holder[key])
        elif kind == 4:
            holder[key] = [holder[key]] * self.chance.choice((1, 2, 40))
        elif kind == 5:
            holder[key] = HOLE
            return self.chance.choice(RAW)
        else:
            holder[key] = self._other(holder[key])
        return ""

    def _other(self, was: Any) -> Any:
        makers: list[Callable[[], Any]] = [
            lambda: self.chance.choice(STRINGS),
            lambda: self.chance.choice(NUMBERS),
            lambda: copy.deepcopy(self.chance.choice(OTHERS)),
        ]
        if isinstance(was, str):
            makers += [lambda: self.string(was)] * 3
        if isinstance(was, int) and not isinstance(was, bool):
            makers += [lambda: was + self.chance.choice((-2, -1, 1, 2, 1000)), lambda: str(was), lambda: float(was)]
        return self.chance.choice(makers)()


def _places(value: Any) -> Iterator[Where]:
    """Yield every place inside a value that holds another: the list or object, and the index or name in it."""
    inside = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for key, held in inside:
        yield value, key
        if isinstance(held, dict | list):
            yield from _places(held)
