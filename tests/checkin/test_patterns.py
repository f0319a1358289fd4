"""The pattern: what two reactions do together, whoever of the two had which."""

from itertools import combinations_with_replacement, product
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sessions.checkin.details import MoveCode
from sessions.checkin.patterns import PATTERN_CODES, REACTIONS, PatternCode, Reaction, Signal, classify
from sessions.words.patterns import PATTERNS
from tests.support.pure.world import EYES, World, begun, revealed

# The table of docs/architecture.md, written out once more: the ten pairs that four reactions make.
TABLE: dict[tuple[Reaction, Reaction], PatternCode] = {
    ("anxious", "avoidant"): "pursue_withdraw",
    ("anxious", "anxious"): "mutual_pursuit",
    ("avoidant", "avoidant"): "withdraw_withdraw",
    ("anxious", "steady"): "reach_respond",
    ("avoidant", "steady"): "space_held",
    ("anxious", "both"): "push_pull",
    ("avoidant", "both"): "push_pull",
    ("both", "both"): "unsettled",
    ("both", "steady"): "unsettled",
    ("steady", "steady"): "mutual_engagement",
}
NAMES = {
    "pursue_withdraw": "Pursue–withdraw",
    "attack_attack": "Attack–attack",
    "mutual_pursuit": "Mutual pursuit",
    "withdraw_withdraw": "Withdraw–withdraw",
    "reach_respond": "Reach–respond",
    "space_held": "Space, held steadily",
    "push_pull": "Push–pull",
    "unsettled": "Unsettled",
    "mutual_engagement": "Mutual engagement",
}
MOVES = get_args(MoveCode)

signals = st.builds(Signal, st.sampled_from(REACTIONS), st.frozensets(st.sampled_from(MOVES), max_size=3))
each_pair = pytest.mark.parametrize("pair", TABLE, ids=" + ".join)


def pattern_of(world: World) -> str:
    assert world.state.round is not None and world.state.round.reveal is not None
    return world.state.round.reveal.pattern


def test_it_knows_every_pair() -> None:
    assert {frozenset(pair) for pair in TABLE} == {
        frozenset(pair) for pair in combinations_with_replacement(REACTIONS, 2)
    }
    assert len(TABLE) == 10
    assert set(TABLE.values()) | {"attack_attack"} == set(PATTERN_CODES)


@each_pair
def test_it_names_a_pair(pair: tuple[Reaction, Reaction]) -> None:
    one, other = pair
    assert classify(Signal(one), Signal(other)) == classify(Signal(other), Signal(one)) == TABLE[pair]


def test_it_has_the_plain_names() -> None:
    assert {code: words.name for code, words in PATTERNS.items()} == NAMES


@given(signals, signals)
def test_it_is_the_same_when_the_partners_swap(one: Signal, other: Signal) -> None:
    assert classify(one, other) == classify(other, one)


@given(signals, signals)
def test_it_hears_of_moves_only_where_two_anxious_ones_protest(one: Signal, other: Signal) -> None:
    assume(not ({one.reaction, other.reaction} == {"anxious"} and "protest" in one.shared_moves & other.shared_moves))
    assert classify(one, other) == classify(Signal(one.reaction), Signal(other.reaction))


@pytest.mark.parametrize(
    ("moves", "share", "expected"),
    [
        ((["protest"], ["protest"]), (["moves"], ["moves"]), "attack_attack"),
        ((["ask-again", "protest"], ["protest", "defend"]), (["moves"], ["moves", "words"]), "attack_attack"),
        ((["protest"], ["protest"]), (["moves"], []), "mutual_pursuit"),
        ((["protest"], ["protest"]), ([], ["moves"]), "mutual_pursuit"),
        ((["protest"], ["protest"]), ([], []), "mutual_pursuit"),
        ((["protest"], ["defend"]), (["moves"], ["moves"]), "mutual_pursuit"),
        ((["protest"], []), (["moves"], ["moves"]), "mutual_pursuit"),
    ],
)
def test_a_protest_counts_only_where_both_shared_theirs(
    moves: tuple[list[str], list[str]], share: tuple[list[str], list[str]], expected: str
) -> None:
    a, b = ({"reaction": "anxious", "moves": moves[seat], "share": share[seat]} for seat in (0, 1))
    assert pattern_of(revealed(begun(), a, b)) == pattern_of(revealed(begun(), b, a)) == expected


def test_a_protest_as_impulse_or_choice_is_not_a_move() -> None:
    mark = {"reaction": "anxious", "impulse": "protest", "chosen": "protest", "share": ["moves", "impulse", "chosen"]}
    assert pattern_of(revealed(begun(), mark, mark)) == "mutual_pursuit"


@pytest.mark.parametrize("pair", [pair for pair in TABLE if pair != ("anxious", "anxious")], ids=" + ".join)
def test_a_protest_changes_no_other_pair(pair: tuple[Reaction, Reaction]) -> None:
    protest = frozenset({"protest"})
    assert classify(Signal(pair[0], protest), Signal(pair[1], protest)) == TABLE[pair]


@pytest.mark.parametrize(("one", "other"), [*product(REACTIONS, REACTIONS)])
def test_swapping_the_partners_swaps_only_the_roles(one: Reaction, other: Reaction) -> None:
    pattern, swapped = (
        revealed(begun(), {"reaction": a}, {"reaction": b}).view(EYES[0])["round"]["reveal"]["pattern"]
        for a, b in ((one, other), (other, one))
    )
    assert swapped["roles"] == {"a": pattern["roles"]["b"], "b": pattern["roles"]["a"]}
    assert all(pattern["roles"].values())
    assert {**swapped, "roles": None} == {**pattern, "roles": None}
