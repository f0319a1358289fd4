"""Good frames of every type, and whether one is read."""

import json
import string
from typing import Any, get_args

import pytest
from hypothesis import strategies as st

from sessions.checkin.details import MoveCode
from sessions.checkin.wire import BadFrame, parse

STEP = "7d9f5b1e-7f0c-4c58-9d2a-1f6f2f0f3a11"

# One good frame of every type, without its op.
GOOD: dict[str, dict[str, Any]] = {
    "round.open": {"after": 0, "moment": 1, "when": "today"},
    "mark.seal": {"round": 1, "reaction": "anxious", "intensity": 4},
    "mark.withdraw": {"round": 1},
    "round.set_aside": {"round": 1},
    "pattern.fit": {"round": 1, "fits": False},
    "quiet.skip": {"round": 1},
    "need.say": {"round": 1, "text": "To know when."},
    "meant.confirm": {"round": 1},
    "need.heard": {"round": 1, "words": "That one word would do."},
    "step.choose": {"round": 1, "text": "I call at six."},
    "step.tried": {"step": STEP, "tried": "partly"},
    "reconnect.confirm": {"round": 1, "relief": 3, "day": "2026-03-01"},
    "loop.same": {"round": 1, "same": True},
    "turn.start": {"speaker": "a", "seconds": 60},
    "turn.end": {},
    "pause.start": {"minutes": 5},
    "pause.resume": {},
    "session.end": {"soon": True},
    "session.stay": {},
    "session.leave": {},
    "sync": {},
}

# A mark with everything in it, in a round that has a moment; and words that are found wherever they get to.
DETAILS: dict[str, Any] = {
    "moves": ["protest", "ask-again"],
    "underneath": ["hurt"],
    "impulse": "reply-less",
    "chosen": "listen",
    "guess": "steady",
    "thought": "They must be busy, was my canary.",
    "second_look": "Perhaps the train, said another canary.",
    "words": "A third canary sang.",
    "inner": ["go-numb", "replay"],
    "surface": ["flat", "angry"],
    "body": ["chest", "nothing"],
}
# Where each chooses a moment, this, too.
MOMENT_TEXT = {"moment_text": "The late train, sang a fourth canary."}

moves = st.lists(st.sampled_from(get_args(MoveCode)), max_size=3, unique=True)
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)
ops = st.text(st.sampled_from(string.ascii_letters + string.digits + "-_:é愛🌱"), min_size=1, max_size=64)
marks = st.fixed_dictionaries(
    {"reaction": st.sampled_from(("anxious", "avoidant", "both", "steady")), "intensity": st.integers(1, 5)},
    optional={name: st.just(value) for name, value in DETAILS.items()}
    | {"share": st.lists(st.sampled_from([*DETAILS]), unique=True)},
)


def frame(type: str, **fields: Any) -> dict[str, Any]:
    """Return a good frame of a type, but for the fields given."""
    return {"type": type, "op": "op-1", **GOOD[type], **fields}


def refused(sent: Any) -> str | None:
    """Return the op with which a frame is refused; it must be."""
    with pytest.raises(BadFrame) as refusal:
        accepted(sent)
    return refusal.value.op


def accepted(sent: Any) -> Any:
    """Return the command that a frame is read as."""
    return parse(sent if isinstance(sent, str) else json.dumps(sent))
