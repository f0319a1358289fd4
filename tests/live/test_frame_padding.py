"""What goes out tells nothing by its length."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.checkin.shown_round import Viewer
from sessions.checkin.wire import Ack, ack, carries_reveal, command_from, encode, error
from tests.support.frames import ops
from tests.support.pure.world import EYES, begun, revealed, with_round


def acknowledged(op: str) -> Ack:
    """Return the answer to a heartbeat."""
    return ack(command_from({"type": "sync", "op": op}), datetime(2026, 3, 1, tzinfo=UTC))


@given(st.lists(ops, min_size=2, max_size=2).filter(lambda pair: len(pair[0].encode()) == len(pair[1].encode())))
@settings(max_examples=30)
def test_acknowledgements_of_ops_of_one_length_have_one_length(pair: list[str]) -> None:
    assert len(encode(acknowledged(pair[0])).encode()) == len(encode(acknowledged(pair[1])).encode())
    assert json.loads(encode(acknowledged(pair[0]))) == {"type": "ack", "op": pair[0]}


def test_an_error_names_its_op_or_null() -> None:
    assert json.loads(encode(error(None, "frame.invalid", "No."))) == {
        "type": "error",
        "op": None,
        "code": "frame.invalid",
        "detail": "No.",
    }


def reveals(texts: Iterator[str]) -> dict[str, Any]:
    return {"round": {"reveal": {"marks": {"a": {"words": next(texts)}, "b": {"words": next(texts)}}}}}


any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=500)


@given(any_text, any_text, any_text, st.booleans())
def test_whatever_carries_a_reveal_is_padded_to_whole_blocks(a: str, b: str, name: str, socket: bool) -> None:
    answer = {"type": "snapshot"} if socket else {"reply": acknowledged("op-1"), "name": name}
    sent = encode({**answer, "session": reveals(iter((a, b)))})
    assert len(sent.encode()) % 4096 == 0
    read = json.loads(sent)
    assert not read.pop("pad").strip()
    assert read == {**answer, "session": reveals(iter((a, b)))}


@given(st.integers(3900, 4300))
def test_it_is_padded_at_every_length(length: int) -> None:
    sent = encode({"session": reveals(iter(("x" * length, "")))}).encode()
    assert len(sent) % 4096 == 0 and len(sent) - length < 4096 + 100


@given(st.text(st.sampled_from('xé愛🌱"\\\n'), max_size=60), st.text(st.sampled_from('xé愛🌱"\\\n'), max_size=60))
def test_two_reveals_of_short_words_have_one_length(one: str, two: str) -> None:
    lengths = {
        len(revealed(begun(), {"words": words, "share": ["words"]}).frame(viewer).encode())
        for words in (one, two)
        for viewer in EYES
    }
    assert lengths == {4096}


def test_what_carries_no_reveal_is_not_padded() -> None:
    for world in (begun(), with_round(begun())):
        session = world.view(Viewer("a"))
        assert not carries_reveal({"session": session})
        assert json.loads(encode({"session": session})) == {"session": session}
    assert not carries_reveal(acknowledged("op-1")) and not carries_reveal({"session": None})
