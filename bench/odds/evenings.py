"""Simulated evenings of ten rounds, in which contact comes back quickly and much is called the same loop again."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Final, get_args
from uuid import UUID

from bench.odds.couples import CALM, PULLS
from sessions.checkin.patterns import PATTERN_OF_PAIR
from sessions.checkin.state import When
from sessions.history.figures.cycles import PastRound, cycles
from sessions.history.figures.directions import SOME_MONDAY

ROUNDS: Final = 10
EVENING: Final = SOME_MONDAY + timedelta(hours=19)
MINUTES_APART: Final = 12
# Far more often than anybody says so: what is told must not depend on it.
CAUGHT: Final = 0.85
BACK: Final = 0.8
SAME: Final = 0.5


def cycles_in_evenings(seed: int, evenings: int) -> Counter[int]:
    """Return in how many evenings there were how many complete cycles, by the product's own rules."""
    return Counter(len(cycles(evening(Random(f"{seed} evening {number}")))) for number in range(evenings))


def evening(chance: Random) -> list[PastRound]:
    """Return the rounds of one check-in, as the product keeps them."""
    found = []
    for number in range(ROUNDS):
        opened_at = EVENING + timedelta(minutes=MINUTES_APART * number)
        reactions = PULLS if chance.random() < CAUGHT else CALM
        back = timedelta(minutes=chance.uniform(1, 2 * MINUTES_APART)) if chance.random() < BACK else None
        found.append(
            PastRound(
                id=UUID(int=number + 1),
                opened_at=opened_at,
                theme=chance.choice(("", "messages", "home")),
                pattern=PATTERN_OF_PAIR[frozenset(reactions)],
                reactions=reactions,
                intensities=(3, 3),
                reconnected_at=opened_at + back if back else None,
                when=chance.choice((None, *get_args(When))),
                check_in=UUID(int=1),
                same_loop=number > 0 and "steady" not in reactions and chance.random() < SAME,
            )
        )
    return found
