"""What comes in is read strictly or not at all."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycleproject.text import clean
from sessions.checkin.details import BodyCode, DetailName, FeelingCode, InnerMoveCode, MoveCode, SurfaceCode
from sessions.checkin.frames import Command
from sessions.checkin.refusals import REFUSALS
from sessions.checkin.wire import BadFrame, command_from, encode, parse
from tests.support.frames import DETAILS, GOOD, MOMENT_TEXT, STEP, accepted, frame, moves, ops, refused, texts

each_type = pytest.mark.parametrize("type", GOOD)


# What is read


def test_there_is_a_good_frame_of_every_type() -> None:
    union, _ = get_args(Command)
    assert {get_args(model.model_fields["type"].annotation)[0] for model in get_args(union)} == set(GOOD)


def test_there_is_a_mark_with_everything_in_it() -> None:
    everything = {**DETAILS, **MOMENT_TEXT}
    assert set(accepted(frame("mark.seal", **everything)).details()) == set(everything) == set(get_args(DetailName))


@each_type
def test_it_reads_a_good_frame(type: str) -> None:
    command = accepted(frame(type))
    assert (command.type, command.op) == (type, "op-1")
    for name, value in GOOD[type].items():
        assert str(getattr(command, name)) == str(value)


@each_type
def test_padding_may_stand_in_any_frame_and_says_nothing(type: str) -> None:
    padded = accepted(frame(type, pad=" " * 8192))
    assert padded.model_dump(exclude={"pad"}) == accepted(frame(type)).model_dump(exclude={"pad"})
    assert "  " not in repr(padded)


@given(
    ops,
    st.fixed_dictionaries(
        {"round": st.integers(1, 2**31 - 1), "reaction": st.sampled_from(("anxious", "avoidant", "both", "steady"))}
        | {"intensity": st.integers(1, 5)},
        optional={
            "moves": moves,
            "underneath": st.lists(st.sampled_from(get_args(FeelingCode)), max_size=3, unique=True),
            "impulse": st.sampled_from(get_args(MoveCode)),
            "chosen": st.sampled_from(get_args(MoveCode)),
            "guess": st.sampled_from(("anxious", "avoidant", "both", "steady")),
            "thought": texts,
            "second_look": texts,
            "words": texts,
            "inner": st.lists(st.sampled_from(get_args(InnerMoveCode)), max_size=3, unique=True),
            "surface": st.lists(st.sampled_from(get_args(SurfaceCode)), max_size=2, unique=True),
            "body": st.lists(st.sampled_from(get_args(BodyCode)), max_size=3, unique=True),
            "share": st.lists(st.sampled_from(get_args(DetailName)), unique=True),
            "pad": st.text(" ", max_size=100),
        },
    ),
)
def test_what_is_written_is_read_the_same(op: str, fields: dict[str, Any]) -> None:
    read = accepted(encode({"type": "mark.seal", "op": op, **fields}))
    for name, value in fields.items():
        written = name in ("thought", "second_look", "words")
        assert getattr(read, name) == (clean(value, 500, lines=True, strict_ends=True) if written else value)
    again = accepted(encode(read.model_dump(mode="json", exclude_none=True)))
    assert again == read
    assert set(read.details()) == {name for name in get_args(DetailName) if getattr(read, name)}
    assert set(read.shared()) == set(read.details()) & set(fields.get("share", ()))


@each_type
def test_every_command_is_read_the_same_from_what_it_writes(type: str) -> None:
    command = accepted(frame(type))
    assert accepted(encode(command.model_dump(mode="json", exclude_none=True))) == command


# What says something else than its type allows

OPTIONAL = {
    "round.open": {"when"},
    "reconnect.confirm": {"relief", "day"},
    "need.heard": {"words"},
    "session.end": {"soon"},
}


@each_type
def test_it_refuses_a_field_it_does_not_know(type: str) -> None:
    for name in ("revealed", "user", "version", "seat", "Type", ""):
        assert refused(frame(type, **{name: 1})) == "op-1"


@each_type
def test_it_refuses_a_frame_in_which_something_is_missing(type: str) -> None:
    for name in frame(type).keys() - OPTIONAL.get(type, set()):
        rest = {key: value for key, value in frame(type).items() if key != name}
        assert refused(rest) == (None if name == "op" else "op-1")


@pytest.mark.parametrize(
    "type", ["", "Sync", "sync ", "round.reveal", "mark.open", "mark.seal\u0000", None, 1, [], {}, ["sync"]]
)
def test_it_refuses_a_type_it_does_not_know(type: Any) -> None:
    assert refused({"type": type, "op": "op-1"}) == "op-1"


@each_type
def test_it_takes_nothing_for_something_else(type: str) -> None:
    """A whole number is no boolean and no float, a text no number, a list no text."""
    for name, value in GOOD[type].items():
        wrong: list[Any] = [None, [], {}, [value], {"value": value}]
        if isinstance(value, bool):
            wrong += [0, 1, "true", "false", 0.0]
        elif isinstance(value, int):
            wrong += [True, False, float(value), str(value), value + 0.5, 10**19, -1, ""]
        else:
            wrong += [True, 1, 1.0]
        for other in wrong:
            if other is None and name in OPTIONAL.get(type, set()) | {"moment"}:
                continue
            assert refused(json.dumps(frame(type, **{name: other}))) == "op-1", (name, other)


@pytest.mark.parametrize(
    "number", ["1e400", "-1e400", "4e0", "4.0", "0x4", "04", "+4", "4 4", "٤", "99999999999999999999"]
)
def test_it_takes_only_whole_numbers_that_are_written_as_such(number: str) -> None:
    assert refused('{"type":"mark.seal","op":"op-1","round":1,"reaction":"both","intensity":' + number + "}") in (
        "op-1",
        None,
    )
    assert accepted('{"type":"mark.seal","op":"op-1","round":1,"reaction":"both","intensity": 4 }').intensity == 4


@pytest.mark.parametrize("minutes", [True, 1.0, 5.0, 20.0, "5", 0, 2, 10, 60, -5])
def test_a_pause_is_of_one_five_or_twenty_minutes(minutes: Any) -> None:
    assert refused(frame("pause.start", minutes=minutes)) == "op-1"
    assert [accepted(frame("pause.start", minutes=whole)).minutes for whole in (1, 5, 20)] == [1, 5, 20]


@pytest.mark.parametrize(
    ("type", "name", "good", "bad"),
    [
        ("round.open", "after", (0, 2**31 - 1), (-1, 2**31)),
        ("round.open", "moment", (1, 2**31 - 1), (0, -1, 2**31)),
        ("round.open", "size", (1, 3), (0, 4)),
        ("mark.seal", "round", (1, 2**31 - 1), (0, -1, 2**31)),
        ("mark.seal", "intensity", (1, 5), (0, 6)),
        ("reconnect.confirm", "relief", (0, 4), (-1, 5)),
        ("reconnect.confirm", "round", (0, 1, 2**31 - 1), (-1, 2**31)),
        ("round.open", "when", ("now", "today", "this_week", "earlier"), ("", "Now", "yesterday")),
        ("turn.start", "seconds", (30, 300), (29, 301)),
        ("turn.start", "speaker", ("a", "b"), ("host", "A", "")),
        ("step.tried", "tried", ("yes", "partly", "no"), ("maybe", "Yes", "")),
        ("step.tried", "step", (STEP,), ("", "1", STEP[:-1], STEP + "0")),
        ("mark.seal", "reaction", ("anxious", "avoidant", "both", "steady"), ("", "Anxious", "calm")),
        ("mark.seal", "guess", ("anxious", "avoidant", "both", "steady"), ("", "none")),
        ("mark.seal", "impulse", get_args(MoveCode), ("", "shout", "fear-of-losing-connection")),
        ("mark.seal", "chosen", get_args(MoveCode), ("", "shout")),
        ("mark.seal", "moves", ([], ["protest", "defend", "listen"]), (["protest", "shout"], "protest", {})),
        ("mark.seal", "underneath", ([], ["hurt", "shame", "relief"]), (["anger"], "hurt")),
        ("mark.seal", "inner", ([], ["replay", "go-numb"]), (["angry"], "replay")),
        ("mark.seal", "surface", ([], ["angry", "flat"]), (["hurt"], "flat")),
        ("mark.seal", "body", ([], ["chest", "nothing"]), (["head"], "chest")),
        ("mark.seal", "share", ([], [*get_args(DetailName)]), (["reaction"], ["intensity"], ["everything"], "words")),
    ],
)
def test_it_keeps_to_what_is_known(type: str, name: str, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    for value in good:
        assert accepted(frame(type, **{name: value}))
    for value in bad:
        assert refused(frame(type, **{name: value})) == "op-1", value


def test_its_codes_are_the_ones_that_were_published() -> None:
    assert get_args(MoveCode) == (
        *("ask-again", "seek-reassurance", "reach-out-more", "protest", "defend", "go-quiet", "take-space"),
        *("reply-less", "change-subject", "stay-and-share", "listen"),
    )
    assert get_args(FeelingCode) == (
        *("fear-of-losing-connection", "fear-of-being-too-much", "overwhelm", "fear-of-failing-the-other"),
        *("loneliness", "hurt", "shame", "relief"),
    )
    assert get_args(DetailName) == (
        *("moves", "underneath", "impulse", "chosen", "guess", "thought", "second_look", "words"),
        *("inner", "surface", "body", "moment_text"),
    )
    assert get_args(InnerMoveCode) == (
        *("replay", "read-between-lines", "rehearse", "doubt-myself"),
        *("go-numb", "plan-the-way-out", "wait-it-out", "keep-busy"),
    )
    assert get_args(SurfaceCode) == ("angry", "frustrated", "tense", "flat", "restless", "resentful")
    assert get_args(BodyCode) == (*("chest", "throat", "stomach", "shoulders", "heat", "cold", "heaviness", "nothing"),)


@pytest.mark.parametrize("name", ["moves", "underneath", "inner", "surface", "body", "share"])
def test_a_list_is_short_and_says_nothing_twice(name: str) -> None:
    codes = {
        "moves": get_args(MoveCode),
        "underneath": get_args(FeelingCode),
        "inner": get_args(InnerMoveCode),
        "surface": get_args(SurfaceCode),
        "body": get_args(BodyCode),
        "share": get_args(DetailName),
    }[name]
    most = {"share": len(codes), "surface": 2}.get(name, 3)
    assert accepted(frame("mark.seal", **{name: [*codes[:most]]}))
    assert refused(frame("mark.seal", **{name: [codes[0], codes[0]]})) == "op-1"
    assert refused(frame("mark.seal", **{name: [codes[0], codes[1], codes[0]]})) == "op-1"
    assert refused(frame("mark.seal", **{name: [*codes[:most], codes[0]]})) == "op-1"
    if name != "share":
        assert refused(frame("mark.seal", **{name: [*codes[: most + 1]]})) == "op-1"


def test_a_round_opens_with_a_moment_or_a_text() -> None:
    assert refused(frame("round.open", text="We were late.")) == "op-1"
    assert refused({"type": "round.open", "op": "op-1", "after": 0}) == "op-1"
    assert refused({"type": "round.open", "op": "op-1", "after": 0, "text": " \n "}) == "op-1"
    assert accepted({"type": "round.open", "op": "op-1", "after": 0, "text": "We were late."}).text


# Ops


@pytest.mark.parametrize("op", ["x", "x" * 64, "愛" * 64, "🌱" * 64, "a b", '"\\'])
def test_an_op_is_up_to_64_characters(op: str) -> None:
    assert accepted({"type": "sync", "op": op}).op == op
    assert refused({"type": "nothing", "op": op}) == op


@pytest.mark.parametrize("op", ["", "x" * 65, "🌱" * 65, "a\nb", "\u0000", "\u202ex", "\u2028", None, 1, True, [], {}])
def test_an_op_that_cannot_be_read_is_not_answered_by_name(op: Any) -> None:
    assert refused({"type": "sync", "op": op}) is None


def test_an_error_never_quotes_what_was_sent() -> None:
    with pytest.raises(BadFrame) as refusal:
        parse(json.dumps(frame("mark.seal", words="canary", reaction="canary")))
    assert "canary" not in repr(refusal.value) and refusal.value.__suppress_context__


def test_every_refusal_of_the_contract_has_its_status() -> None:
    contract = {
        400: "frame.invalid",
        401: "login.required login.second_factor",
        403: "csrf.failed seat.not_allowed",
        404: "session.not_found code.not_found",
        409: "session.waiting session.paused session.ended round.stale round.already_open round.not_open "
        "round.not_revealed exchange.quiet exchange.not_yet exchange.closed",
        413: "content.too_large",
        415: "content.type",
        429: "rate.limited",
        503: "service.unavailable",
    }
    for status, codes in contract.items():
        assert {REFUSALS[code].status for code in codes.split()} == {status}


def test_a_command_from_rest_is_read_as_strictly() -> None:
    for type in GOOD:
        assert command_from(frame(type)) == accepted(frame(type))
        with pytest.raises(BadFrame):
            command_from(frame(type, revealed=True))
