"""Sealed means sealed: two evenings that differ only in what one partner did unseen are the same to the other.

The same down to the byte: over sockets, REST, pages and headers, and in the server's log. In the database nothing
differs but what must: a ciphertext of the same length; and for whether there is one, that row itself.
"""

import base64
import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from sessions.checkin.patterns import REACTIONS
from tests.support.cast.clients import Person, call
from tests.support.servers.services import RedisServer
from tests.support.servers.stacks import EMBEDDED, Stacks
from tests.support.twins import FINAL, MOMENT, Deed, Evening, Place, Secret, differences, here, play

CANARY_SEED = 20260120
# Letters of another script, so that each way of escaping text makes something else of them.
CANARY_LETTERS = "бгдёжзийклмнптфц"

BEFORE_THE_REVEAL = [
    "unseen in the first round",
    "after setting it aside",
    "unseen in the second round, paused",
    "before the reveal",
]


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
        "share": ["thought", "words", "guess", "moves"],
    }


LITTLE = {"reaction": "steady", "intensity": 1}
SEALED_LITTLE: list[Deed] = [("mark.seal", LITTLE)]
SEALED_MUCH: list[Deed] = [("mark.seal", full_mark("unrevealed"))]
NEED_LITTLE: list[Deed] = [("need.say", {"round": 2, "text": "I need."})]
NEED_MUCH: list[Deed] = [("need.say", {"round": 2, "text": canary("need") * 8})]
UNSHARED = {name: value for name, value in full_mark("unshared").items() if name not in {*FINAL}}

NEVER_REVEALED = [canary(f"unrevealed {name}") for name in ("thought", "second look", "words")] + [canary("need")]
NEVER_SHARED = [canary(f"unshared {name}") for name in ("thought", "second look", "words")]

SECRETS = {
    "little": (Secret(SEALED_LITTLE, NEED_LITTLE), "a"),
    "much": (Secret(SEALED_MUCH, NEED_MUCH, UNSHARED), "a"),
    "never": (Secret(), "b"),
    "sealed": (Secret(SEALED_MUCH, NEED_MUCH), "b"),
    "replaced": (Secret(SEALED_LITTLE + SEALED_MUCH + SEALED_LITTLE, NEED_LITTLE + NEED_MUCH), "b"),
    "withdrawn": (
        Secret([*SEALED_MUCH, ("mark.withdraw", {})], [*NEED_MUCH, ("need.say", {"round": 2, "text": ""})]),
        "b",
    ),
}
MARK_COLUMNS = ["id", "round_id", "seat", "seal", "reaction", "intensity", "details", "share"]
WHETHER = ["sealed", "replaced", "withdrawn"]
WHILE_UNSHOWN = "unseen in the exchange"


def internal_on(stack: str) -> set[tuple[str, str, str]]:
    """Return where it may differ how much was done, and how many marks there ever were: neither leaves the server."""
    internal = {("live_sessions_livesession", "0", "version"), ("live_sessions_seat", "1", "acknowledged")}
    return internal | ({("sqlite_sequence", "live_sessions_mark", "seq")} if stack == EMBEDDED else set())


@pytest.fixture(scope="module")
def evenings(stacks: Stacks, stack: str) -> Iterator[dict[str, Evening]]:
    """Return every evening, played once."""
    with ExitStack() as until_the_end, ThreadPoolExecutor(2) as two:
        places = [a_place(stacks, stack, until_the_end) for _ in SECRETS]
        yield dict(zip(SECRETS, two.map(lambda case, place: play(*case, place), SECRETS.values(), places), strict=True))


def a_place(stacks: Stacks, stack: str, until_the_end: ExitStack) -> Place:
    """Return where one evening is kept."""
    if stack == EMBEDDED:
        return Place()
    redis = RedisServer().start()
    until_the_end.callback(redis.close)
    return Place({**stacks.environment(stack), "REDIS_URL": redis.url}, stacks.services[0], redis)


def reached(evening: Evening, seat: str) -> list[tuple[str, str]]:
    """Return all that ever reached a partner."""
    return evening.reached[seat]


def test_an_evening_has_something_to_tell(evenings: dict[str, Evening]) -> None:
    evening = evenings["much"]
    texts = [text for _, text in evening.reached["b"]]
    assert len(texts) > 200
    assert any('"pattern":{"code":"pursue_withdraw"' in text for text in texts), "there was a reveal"
    assert any('"state":"set_aside"' in text for text in texts)
    assert any('"state":"paused"' in text for text in texts)
    assert any('"state":"ended"' in text for text in texts)
    assert any('"closed' in text or text.startswith("closed 4410") for text in texts)
    assert any(text.startswith("200") and "<!doctype html>" in text for text in texts)
    assert any(text.startswith("404") for text in texts)
    past = [text for place, text in evening.reached["b"] if place == "GET /api/v1/history/<round 2>/"]
    assert {text[:3] for text in past} == {"404", "200"}, "the round was asked for while it was open, and afterwards"
    assert any("service" not in text and text.startswith("409") for text in texts)
    assert set(evening.dumps) >= {*BEFORE_THE_REVEAL, "after the reveal", "unseen in the third round", "after the end"}


# What was sealed.


def test_what_was_sealed_changes_no_byte_that_reaches_the_other(evenings: dict[str, Evening]) -> None:
    assert reached(evenings["little"], "b") == reached(evenings["much"], "b")
    assert evenings["little"].log == evenings["much"].log


def test_before_the_reveal_it_changes_no_byte_that_reaches_its_author(evenings: dict[str, Evening]) -> None:
    little, much = evenings["little"], evenings["much"]
    until = little.reached_until["before the reveal"][0]
    assert until > 5
    assert much.reached_until["before the reveal"][0] == until
    assert reached(little, "a")[:until] == reached(much, "a")[:until]


def test_what_was_sealed_changes_nothing_stored_but_ciphertext_of_one_length(evenings: dict[str, Evening]) -> None:
    for when in BEFORE_THE_REVEAL:
        assert differences(evenings["little"].dumps[when], evenings["much"].dumps[when]) == set(), when
    after = differences(evenings["little"].dumps["after the end"], evenings["much"].dumps["after the end"])
    assert after == {("live_sessions_mark", "2a", "details")}, "what is not shared stays its author's"


# Whether something was sealed.


@pytest.mark.parametrize("secret", WHETHER)
def test_whether_it_was_sealed_changes_no_byte_that_reaches_the_other(
    evenings: dict[str, Evening], secret: str
) -> None:
    assert reached(evenings["never"], "a") == reached(evenings[secret], "a")
    assert evenings["never"].log == evenings[secret].log


@pytest.mark.parametrize("secret", WHETHER)
def test_whether_it_was_sealed_changes_that_row_and_what_never_leaves(
    evenings: dict[str, Evening], secret: str, stack: str
) -> None:
    never, other = evenings["never"].dumps, evenings[secret].dumps
    internal = internal_on(stack)
    there = {("live_sessions_mark", "1b", column) for column in MARK_COLUMNS} if secret != "withdrawn" else set()
    assert differences(never["unseen in the first round"], other["unseen in the first round"]) == internal | there
    assert differences(never["after setting it aside"], other["after setting it aside"]) == internal
    there = {("live_sessions_mark", "2b", column) for column in MARK_COLUMNS} if secret != "withdrawn" else set()
    when = "unseen in the second round, paused"
    assert differences(never[when], other[when]) == internal | there
    for when in ("before the reveal", "after the reveal", "after the end"):
        assert differences(never[when], other[when]) == internal, when


# A need that is said and not shown.


def test_what_a_need_says_changes_nothing_stored_but_ciphertext_of_one_length(evenings: dict[str, Evening]) -> None:
    little, much = (evenings[name].dumps[WHILE_UNSHOWN] for name in ("little", "much"))
    assert little["live_sessions_part", "0", "need_seal"] != "None", "a need lies sealed"
    assert differences(little, much) == {("live_sessions_mark", "2a", "details")}, "of the mark, not of the need"


@pytest.mark.parametrize("secret", WHETHER)
def test_whether_a_need_is_said_changes_its_seal_and_what_never_leaves(
    evenings: dict[str, Evening], secret: str, stack: str
) -> None:
    never, other = (evenings[name].dumps[WHILE_UNSHOWN] for name in ("never", secret))
    there = {("live_sessions_part", "1", "need_seal")} if secret != "withdrawn" else set()
    assert differences(never, other) == internal_on(stack) | there


# Canaries.


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


def bytes_of(texts: list[tuple[str, str]]) -> bytes:
    """Return what reached somebody as it came."""
    return "\n".join(text for _, text in texts).encode()


@pytest.mark.parametrize("form", FORMS)
def test_a_canary_is_found_in_every_form(form: str) -> None:
    word = canary("any")
    encodings: dict[str, Callable[[str], bytes]] = {
        "base64": lambda text: base64.b64encode(f"ab {text} after".encode()),
        "hex": lambda text: f"ab {text} after".encode().hex().encode(),
    }
    encode = encodings.get(form, lambda text: b"ab " + FORMS[form](text)[0] + b" after")
    assert found([word], encode(word)) == [word]
    assert found([word], encode(canary("another"))) == []


def test_nothing_sealed_is_found_anywhere_before_the_reveal(evenings: dict[str, Evening]) -> None:
    for name in ("much", "sealed", "replaced", "withdrawn"):
        evening = evenings[name]
        for when in BEFORE_THE_REVEAL:
            assert len(evening.raw[when]) > 100_000, "the database and its log were read"
            assert found([*NEVER_REVEALED, *NEVER_SHARED], evening.raw[when]) == [], (name, when)
        for seat, until in zip("ab", evening.reached_until["before the reveal"], strict=True):
            assert found([*NEVER_REVEALED, *NEVER_SHARED], bytes_of(reached(evening, seat)[:until])) == []


def test_what_was_never_revealed_is_never_found(evenings: dict[str, Evening]) -> None:
    for name in ("much", "sealed", "replaced", "withdrawn"):
        for place in (*evenings[name].raw.values(), *(bytes_of(reached(evenings[name], seat)) for seat in "ab")):
            assert found(NEVER_REVEALED, place) == [], name


def test_what_is_not_shared_reaches_its_author_alone_and_is_encrypted_at_rest(evenings: dict[str, Evening]) -> None:
    much = evenings["much"]
    assert set(found(NEVER_SHARED, bytes_of(reached(much, "a")))) == set(NEVER_SHARED)
    assert found(NEVER_SHARED, bytes_of(reached(much, "b"))) == []
    for when, place in much.raw.items():
        assert found([*NEVER_SHARED, MOMENT], place) == [], when


# Lengths.


def test_every_frame_that_carries_a_mark_has_one_length(ana: Person, ben: Person) -> None:
    at_ana, at_ben = ana.connect(), ben.connect()
    at_ana.until(lambda session: here(session) == [True, True])
    lengths: dict[str, set[int]] = {"ack": set(), "sealed": set(), "reveal": set(), "over REST": set()}
    for number, (one, other) in enumerate(product(REACTIONS, REACTIONS), start=1):
        assert at_ana.ask("round.open", after=number - 1, moment=1)["type"] == "ack"
        at_ana.until(lambda session, number=number: session["round"] and session["round"]["number"] == number)
        fields = {**full_mark("length"), "reaction": one} if number % 2 else {"reaction": one, "intensity": 1}
        assert at_ana.ask("mark.seal", round=number, **fields)["type"] == "ack"
        lengths["ack"].add(len(at_ana.received[-1]))
        at_ana.until(lambda session: session["round"]["sealed"])
        lengths["sealed"].add(len(at_ana.received[-1].replace(f'"number":{number},', "")))
        assert at_ben.ask("mark.seal", round=number, reaction=other, intensity=5)["type"] == "ack"
        for line in (at_ana, at_ben):
            line.until(
                lambda session, number=number: session["round"]["number"] == number and session["round"]["reveal"]
            )
            lengths["reveal"].add(len(line.received[-1].encode()))
        over_rest = call(ana.server, "GET", f"sessions/{ana.session}/", token=ana.token)
        lengths["over REST"].add(len(over_rest.raw))
    assert len(lengths["ack"]) == len(lengths["sealed"]) == 1
    assert lengths["reveal"] == lengths["over REST"] == {4096}


def test_every_frame_that_carries_a_need_has_one_length(ana: Person, ben: Person) -> None:
    at_ana, at_ben = ana.connect(), ben.connect()
    lengths: dict[str, set[int]] = {"ack": set(), "said": set(), "shown": set(), "over REST": set()}
    for number, need in enumerate(("I need.", canary("length") * 8, "🌱" * 280), start=1):
        assert at_ana.ask("round.open", after=number - 1, moment=1)["type"] == "ack"
        for line in (at_ana, at_ben):
            assert line.ask("mark.seal", round=number, reaction="both", intensity=3)["type"] == "ack"
        for line in (at_ana, at_ben):
            assert line.ask("quiet.skip", round=number)["type"] == "ack"
        at_ana.until(lambda session: "need.say" in session["can"])
        assert at_ana.ask("need.say", round=number, text=need)["type"] == "ack"
        lengths["ack"].add(len(at_ana.received[-1]))
        at_ana.until(lambda session: session["round"]["exchange"]["you_said"])
        lengths["said"].add(len(at_ana.received[-1].encode()))
        assert need not in at_ana.received[-1]
        assert at_ben.ask("need.say", round=number, text="Room.")["type"] == "ack"
        for line in (at_ana, at_ben):
            session = line.until(lambda session: session["round"]["exchange"] and session["round"]["exchange"]["needs"])
            assert session["round"]["exchange"]["needs"]["a"] == need
            lengths["shown"].add(len(line.received[-1].encode()))
        lengths["over REST"].add(len(call(ana.server, "GET", f"sessions/{ana.session}/", token=ana.token).raw))
    assert len(lengths["ack"]) == 1
    assert lengths["said"] == lengths["shown"] == lengths["over REST"] == {4096}
