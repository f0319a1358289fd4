"""What two reactions do together: a pure, symmetric, versioned function of two marks.

Source: the pattern table in docs/architecture.md, after emotionally focused couple therapy (Johnson)
and demand-withdraw research (Christensen & Heavey). A pattern belongs to the round, never to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Reaction = Literal["anxious", "avoidant", "both", "steady"]
PatternCode = Literal[
    "pursue_withdraw",
    "attack_attack",
    "mutual_pursuit",
    "withdraw_withdraw",
    "reach_respond",
    "space_held",
    "push_pull",
    "unsettled",
    "mutual_engagement",
]

REACTIONS: Final[tuple[Reaction, ...]] = get_args(Reaction)
PATTERN_CODES: Final[tuple[PatternCode, ...]] = get_args(PatternCode)

VERSION: Final = 1

PATTERN_OF_PAIR: Final[Mapping[frozenset[Reaction], PatternCode]] = {
    frozenset[Reaction]({"anxious", "avoidant"}): "pursue_withdraw",
    frozenset[Reaction]({"anxious"}): "mutual_pursuit",
    frozenset[Reaction]({"avoidant"}): "withdraw_withdraw",
    frozenset[Reaction]({"anxious", "steady"}): "reach_respond",
    frozenset[Reaction]({"avoidant", "steady"}): "space_held",
    frozenset[Reaction]({"both", "anxious"}): "push_pull",
    frozenset[Reaction]({"both", "avoidant"}): "push_pull",
    frozenset[Reaction]({"both"}): "unsettled",
    frozenset[Reaction]({"both", "steady"}): "unsettled",
    frozenset[Reaction]({"steady"}): "mutual_engagement",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """Everything of a mark that the pattern may look at: what both people will see."""

    reaction: Reaction
    shared_moves: frozenset[str] = frozenset()


def classify(one: Signal, other: Signal) -> PatternCode:
    """Name what two reactions do together; swapping the two changes nothing.

    Only shared moves count: a pattern that knew of an unshared ``protest`` would tell it to the other.
    """
    pair = frozenset((one.reaction, other.reaction))
    if pair == {"anxious"} and "protest" in one.shared_moves and "protest" in other.shared_moves:
        return "attack_attack"
    return PATTERN_OF_PAIR[pair]
