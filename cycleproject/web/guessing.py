"""How often a code may be guessed, and the odds of a hit: `python -m cycleproject.web.guessing` prints them.

Nothing is measured: the limits and the length of a code decide it. SECURITY.md holds the table.
"""

from dataclasses import dataclass
from typing import Final

from cycleproject.web.network import HOUSEHOLDS_OF_A_SITE

WINDOW_SECONDS: Final = 600
HOUR_SECONDS: Final = 3600
DAY_SECONDS: Final = 24 * HOUR_SECONDS
# So many times JOIN_RATE wrong codes in a window, from everywhere, are more than a busy evening's typing mistakes.
BRAKE_AT_HOUSEHOLDS: Final = 5
WRONG_WHILE_BRAKED: Final = 3  # an hour, for each household

CODES: Final = 19**6
USUAL_JOIN_RATE: Final = 60
WAITING: Final = (1, 10, 100)


def wrong_codes(join_rate: int) -> int:
    """Return how many codes that open nothing one household may look at in a window."""
    return max(20, join_rate // 3)


@dataclass(frozen=True, slots=True)
class Attacker:
    """Somebody who guesses codes from so many households' worth of addresses."""

    name: str
    households: int


ATTACKERS: Final = (
    Attacker("one address, or one home line (/64)", 1),
    Attacker("a rented prefix (/48)", HOUSEHOLDS_OF_A_SITE),
    Attacker("1,000 homes", 1_000),
    Attacker("10,000 homes", 10_000),
    Attacker("100,000 homes", 100_000),
)


def guesses_a_day(attacker: Attacker) -> int:
    """Return how many codes somebody may look at in a day, with what is let through before the brake holds."""
    windows = DAY_SECONDS // WINDOW_SECONDS
    unbraked = attacker.households * wrong_codes(USUAL_JOIN_RATE) * windows
    before_it_holds = USUAL_JOIN_RATE * BRAKE_AT_HOUSEHOLDS * windows
    while_it_holds = attacker.households * WRONG_WHILE_BRAKED * (DAY_SECONDS // HOUR_SECONDS)
    return min(unbraked, before_it_holds + while_it_holds)


def odds_of_a_hit(attacker: Attacker, waiting: int) -> float:
    """Return the chance that one of a day's guesses is the code of one of so many check-ins that wait all day."""
    return float(1 - (1 - waiting / CODES) ** guesses_a_day(attacker))


def table() -> str:
    """Return the odds of each attacker as a table in Markdown."""
    head = "| who guesses | codes a day | " + " | ".join(f"{count} waiting" for count in WAITING) + " |"
    rows = [
        f"| {one.name} | {guesses_a_day(one):,} | "
        + " | ".join(f"{odds_of_a_hit(one, count):.3%}" for count in WAITING)
        + " |"
        for one in ATTACKERS
    ]
    return "\n".join([head, "|---|" + "---|" * (1 + len(WAITING)), *rows])


if __name__ == "__main__":
    print(table())
