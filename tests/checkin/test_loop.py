"""The couple's own loop in one sentence: from what both shared or from the pulls, and on nobody's side."""

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest

from sessions.checkin.loop import named_first
from sessions.checkin.patterns import REACTIONS, Reaction
from sessions.words.marks import MOVES
from tests.support.blame_words import blame_in
from tests.support.pure.world import EYES, NOON, World, begun, revealed

MOVED = [code for code, words in MOVES.items() if words.comes_round]
NAMES = {"a": "Ana", "b": "Ben"}


def loop_in(world: World) -> str | None:
    """Return the loop's sentence with both names, the same to everybody."""
    loops = [world.round(viewer)["reveal"]["loop"] for viewer in EYES]
    assert all(loop == loops[0] for loop in loops)
    return loops[0] and loops[0]["sentence"].format(**NAMES)


def first_of(world: World) -> str:
    return NAMES[named_first(world.state.expires_at, world.state.last_number)]


def told(one: str, two: str, first: str) -> str:
    """Return the sentence of what Ana and Ben do, whoever stands first."""
    words = {"Ana": one, "Ben": two}
    second = "Ben" if first == "Ana" else "Ana"
    return f"The more {first} {words[first]}, the more {second} {words[second]}, the more {first} {words[first]}."


def test_it_is_told_by_the_pulls_where_no_move_was_shared() -> None:
    world = revealed(begun(hosted=True), {"moves": ["protest"]}, {"moves": ["go-quiet"], "share": ["moves"]})
    assert loop_in(world) == told("feels drawn to reach out", "feels drawn to step back", first_of(world))


def test_it_is_told_by_the_moves_where_both_shared_one() -> None:
    shared = {"share": ["moves"]}
    world = revealed(
        begun(hosted=True), {"moves": ["listen", "ask-again"], **shared}, {"moves": ["go-quiet"], **shared}
    )
    assert loop_in(world) == told("asks again", "goes quiet", first_of(world))
    staying = revealed(begun(hosted=True), {"moves": ["listen"], **shared}, {"moves": ["go-quiet"], **shared})
    assert loop_in(staying) == told("feels drawn to reach out", "feels drawn to step back", first_of(staying))


@pytest.mark.parametrize(("one", "other"), list(product(REACTIONS, repeat=2)))
def test_there_is_one_for_every_two_who_were_both_pulled(one: Reaction, other: Reaction) -> None:
    sentence = loop_in(revealed(begun(hosted=True), {"reaction": one}, {"reaction": other}))
    assert (sentence is None) == ("steady" in (one, other))


def test_each_move_reads_in_it_and_none_lays_blame() -> None:
    for one, two in product(MOVED, repeat=2):
        shared = ({"moves": [one], "share": ["moves"]}, {"moves": [two], "share": ["moves"]})
        sentence = loop_in(revealed(begun(hosted=True), *shared))
        assert sentence and len(sentence) <= 110
        assert blame_in(sentence) == []


def test_either_name_stands_first_as_often_and_in_turn() -> None:
    assert [named_first(NOON, number) for number in (1, 2, 3)] in (["a", "b", "a"], ["b", "a", "b"])
    # Whoever has one round a day, every second day or a week is not always second.
    for rhythm in (1, 2, 3, 7, 14):
        firsts = Counter(named_first(NOON + timedelta(days=rhythm * day), 1) for day in range(50))
        assert min(firsts.values()) >= 15, (rhythm, firsts)


def test_everybody_reads_the_same_at_any_hour_of_a_check_in() -> None:
    world = revealed(begun(hosted=True))
    assert loop_in(world) == loop_in(world.later(hours=13))
