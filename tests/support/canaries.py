"""Canaries: random words for text fields, and finding them in bytes in whatever form they are written."""

import base64
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

CANARY_SEED = 20260120
# Letters of another script, so that each way of escaping text makes something else of them.
CANARY_LETTERS = "бгдёжзийклмнптфц"


def canary(name: str) -> str:
    """Return a word of 128 random bits for a text field."""
    bits = random.Random(f"{CANARY_SEED} {name}")
    return "".join(bits.choice(CANARY_LETTERS) for _ in range(32))


def full_mark(name: str) -> dict[str, Any]:
    """Return a mark with a canary in each of its texts."""
    return {
        "reaction": "avoidant",
        "intensity": 5,
        "moves": ["protest", "defend", "go-quiet"],
        "underneath": ["fear-of-failing-the-other", "shame", "hurt"],
        "impulse": "defend",
        "chosen": "stay-and-share",
        "guess": "anxious",
        "thought": canary(f"{name} thought"),
        "second_look": canary(f"{name} second look"),
        "words": " ".join([canary(f"{name} words")] * 15),
        "inner": ["read-between-lines", "plan-the-way-out", "doubt-myself"],
        "surface": ["resentful", "frustrated"],
        "body": ["shoulders", "heaviness", "stomach"],
        "share": ["thought", "words", "guess", "moves"],
    }


FORMS: dict[str, Callable[[str], list[bytes]]] = {
    "raw": lambda text: [text.encode()],
    "UTF-16": lambda text: [text.encode("utf-16-le")],
    "JSON": lambda text: [json.dumps(text).strip('"').encode()],
    "URL": lambda text: [quote(text).encode(), quote(text).lower().encode()],
    "HTML": lambda text: ["".join(f"&#{ord(letter)};" for letter in text).encode()],
    "hex": lambda text: [text.encode().hex().encode(), text.encode().hex().upper().encode()],
    "base64": lambda text: [form for shift in range(3) for form in base64_forms(text.encode(), shift)],
}


def base64_forms(text: bytes, shift: int) -> list[bytes]:
    """Return how a text looks inside base64 when it begins at this offset, without what depends on its neighbours."""
    encoded = base64.b64encode(b"\0" * shift + text)
    inner = encoded[4 if shift else 0 : len(encoded) - 4]
    return [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]


def found(words: list[str], place: bytes) -> list[str]:
    """Return the canaries that a place holds in any form."""
    return [word for word in words if any(form in place for forms in FORMS.values() for form in forms(word))]
