"""How well heartbeats tell whether the other has just sealed is measured by `python -m tests.attacks.heartbeats`.

Here that tool is seen to tell what can be told, and to find nothing in chance.
"""

import random

from tests.attacks.heartbeats import MOST, area


def test_the_area_is_a_half_for_chance_and_one_for_what_tells() -> None:
    chance = random.Random(22)
    some, others = ([chance.random() for _ in range(500)] for _ in "ab")
    assert area(some, others).at_least() < MOST
    assert area([value + 2 for value in some], others).value == 1
    assert area([value - 2 for value in some], others).at_least() > 0.99, "whichever way it leans"
    assert area([1.0] * 50, [1.0] * 50).value == 0.5
    assert area([value + 0.3 for value in some], others).at_least() > MOST
