"""Sealed means sealed: two evenings that differ only in what one partner did unseen are the same to the other.

The same down to the byte: over sockets, REST, pages and headers, and in the server's log. In the database nothing
differs but what must: a ciphertext of the same length; and for whether there is one, that row itself.
"""

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.support.canaries import FORMS, canary, found, full_mark
from tests.support.servers.services import RedisServer
from tests.support.servers.stacks import EMBEDDED, Stacks
from tests.support.twins.evening import FINAL, MOMENT, Deed, Evening, Place, Secret, differences, play

BEFORE_THE_REVEAL = [
    "unseen in the first round",
    "after setting it aside",
    "unseen in the second round, paused",
    "before the reveal",
]


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


def test_the_twin_runs_go_through_everything_that_could_leak(evenings: dict[str, Evening]) -> None:
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
